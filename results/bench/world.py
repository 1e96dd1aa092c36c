"""The world that is measured: a map in the shape of today's, one campaign, its sheets."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg.types.range import Range

from results.bench import sheets
from results.counting.wire import day_number
from surveys.campaigns.campaign_tree import open_campaign
from surveys.models import (
    Campaign,
    CampaignUnit,
    Channel,
    Counter,
    Method,
    Questionnaire,
    Tier,
    Unit,
    UnitVersion,
)
from surveys.progress import progress_bar
from surveys.questionnaires.definition_import import read_yaml
from surveys.submissions import month_of

DATA = Path(__file__).resolve().parents[2] / "surveys" / "data"
CHANNELS = (Channel.KIOSK, Channel.PHONE, Channel.PAPER)
DAYS = 30
MAP_BEGAN = date(2025, 7, 1)
# Sheets written by one COPY: the triggers hold the rows of a statement in memory.
SHEETS_PER_COPY = 200_000


@dataclass(frozen=True)
class World:
    """A campaign over a nation of provinces and communes, with a counter in every commune."""

    campaign: Campaign
    communes: NDArray[np.int64]  # unit ids
    rng: np.random.Generator

    def add_sheets(
        self,
        number: int,
        say: Callable[[str], None] = lambda _text: None,
        *,
        day: date | None = None,
    ) -> None:
        """Store random sheets: any commune, day (or the one given), channel, in random order."""
        edition = self.campaign.questionnaire.parsed()
        first = day_number(day or self.campaign.opens_on)
        days = min(DAYS, (self.campaign.closes_on - self.campaign.opens_on).days + 1)
        with progress_bar("Storing sheets", number) as show:
            for start in range(0, number, SHEETS_PER_COPY):
                batch = min(SHEETS_PER_COPY, number - start)
                sheets.store(
                    self.campaign.pk,
                    units=self.rng.choice(self.communes, batch),
                    days=first + self.rng.integers(0, 1 if day else days, batch),
                    channels=self.rng.choice(np.array(CHANNELS), batch),
                    answers=sheets.random_answers(edition, batch, self.rng),
                )
                show(start + batch, number)
        say(f"{number:,} sheets stored")


def build(
    *,
    today: date,
    provinces: int,
    communes: int,
    criteria_only: bool,
    opened_days_ago: int | None = None,
) -> World:
    """Make map, edition, method, campaign and counters in an empty database.

    Args:
        today: the campaign is open all this month,
        opened_days_ago: or has been for so many days, and still is today.
        criteria_only: ask the 22 criteria of sipas-22 and nothing else.
    """
    opens_on, closes_on = _open_days(today, opened_days_ago)
    province_sizes = _province_sizes(provinces, communes)
    nation = _units(Tier.NATION, [("vn", None)])
    above = _units(Tier.PROVINCE, [(f"{i:02}", nation[0]) for i in range(provinces)])
    parents = [unit for unit, size in zip(above, province_sizes, strict=True) for _ in range(size)]
    below = _units(Tier.COMMUNE, [(f"{i:05}", parent) for i, parent in enumerate(parents)])
    Counter.objects.bulk_create(
        Counter(code=f"q{unit.code}", unit=unit, name="Quầy 1") for unit in below
    )
    method = read_yaml(DATA / "methods" / "top2-pooled.yaml").data
    campaign = Campaign.objects.create(
        slug="bench",
        title={"vi": "Đo hiệu năng", "en": "Benchmark"},
        questionnaire=_questionnaire(criteria_only=criteria_only),
        method=Method.objects.create(code="top2-pooled", definition=method),
        tree_day=today,
        opens_on=opens_on,
        closes_on=closes_on,
        threshold=10,
        channels=[channel.code for channel in CHANNELS],
        simulated=True,
    )
    open_campaign(campaign)
    campaign.refresh_from_db()
    return World(campaign, np.array([unit.pk for unit in below]), np.random.default_rng(1))


def _open_days(today: date, opened_days_ago: int | None) -> tuple[date, date]:
    if opened_days_ago is not None:
        return today - timedelta(opened_days_ago), today
    days = calendar.monthrange(today.year, today.month)[1]
    return today.replace(day=1), today.replace(day=days)


def mark_all_stale(campaign: Campaign) -> int:
    """Mark every cell there can be, once; return how many."""
    months = sorted({month_of(campaign.opens_on), month_of(campaign.closes_on)})
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO surveys_stalecell (campaign_id, chunk_id, unit_id, month, channel)"
            " SELECT campaign_id, chunk_id, unit_id, month, channel"
            "   FROM surveys_campaignunit, unnest(%s::integer[]) AS month,"
            "        unnest(%s::smallint[]) AS channel"
            "  WHERE campaign_id = %s AND tier = 'commune'",
            [months, list(map(int, CHANNELS)), campaign.pk],
        )
        return int(cursor.rowcount)


def forget_all_figures() -> None:
    """Empty cells, totals and releases, and take all marks away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE surveys_stalecell, results_cell, results_total,"
            " results_settledcell, results_takencell, results_releasedcell, results_releasedtotal,"
            " results_releasedsegment, results_release CASCADE"
        )


def units_of_every_tier(campaign: Campaign) -> Mapping[str, str]:
    """Return the code of one unit per tier, the one with the most children."""
    units = CampaignUnit.objects.filter(campaign=campaign)
    parents = list(units.exclude(parent=None).values_list("parent_id", flat=True))
    ranked = sorted(units, key=lambda unit: (-parents.count(unit.unit_id), unit.code))
    return {
        tier: next(u.code for u in ranked if u.tier == tier) for tier in {u.tier for u in ranked}
    }


def _province_sizes(provinces: int, communes: int) -> list[int]:
    """Return communes per province: the largest has four times the smallest, as in reality."""
    shares = np.linspace(1, 4, provinces)
    edges = np.round(np.cumsum(shares) / shares.sum() * communes).astype(int)
    return [int(size) for size in np.diff(edges, prepend=0)]


def _units(tier: Tier, codes: list[tuple[str, Unit | None]]) -> list[Unit]:
    since: Range[date] = Range(MAP_BEGAN, None)
    units = Unit.objects.bulk_create(
        Unit(tier=tier, code=code, in_force=since) for code, _parent in codes
    )
    UnitVersion.objects.bulk_create(
        UnitVersion(
            unit=unit,
            parent=parent,
            name=f"{tier} {code}",
            full_name=f"{tier} {code}",
            type=tier,
            in_force=since,
            sort_key=code,
            search_key=f"{tier} {code}",
        )
        for unit, (code, parent) in zip(units, codes, strict=True)
    )
    return units


def _questionnaire(*, criteria_only: bool) -> Questionnaire:
    definition: Any = read_yaml(DATA / "questionnaires" / "sipas-22.yaml").data
    if criteria_only:
        sections = [part for part in definition["sections"] if part["kind"] == "factor"]
        definition = {**definition, "sections": sections}
    return Questionnaire.objects.create(
        code=definition["code"], edition=definition["edition"], definition=definition
    )
