"""What the tables and the API show is what the attacker of test_attacker.py was given to read."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from results.counting.refresh import refresh
from results.models import Part, ReleasedCell, ReleasedTotal
from results.releasing import releases
from results.releasing.disclosure import Rules
from results.releasing.release_check import check_releases
from results.releasing.released_rows import SliceKey
from surveys.models import Campaign, Channel, Response, SetAside, Tier, Unit
from tests import make
from tests.results.released_world import World
from tests.results.small_stories import (
    DEFINITION,
    FIRST,
    NATION,
    OCTOBER,
    PATHS,
    SECOND,
    THRESHOLD,
    by_chance,
)

pytestmark = pytest.mark.django_db

DAYS = {OCTOBER: date(2026, 10, 20), 202611: date(2026, 11, 5)}


def units() -> dict[int, Unit]:
    """Return the units of the stories, by their number there."""
    made = {NATION: make.nation(), FIRST: make.province("Một"), SECOND: make.province("Hai")}
    for number, parent in ((4, FIRST), (5, FIRST), (6, SECOND)):
        made[number] = make.unit(f"Xã {number}", tier=Tier.COMMUNE, parent=made[parent])
    return made


class Office:
    """Does in the database what a story tells."""

    def __init__(self) -> None:
        self.units = units()
        self.campaign = make.campaign(
            edition=DEFINITION,
            opens_on=date(2026, 10, 1),
            channels=["kiosk", "phone"],
            threshold=THRESHOLD,
            publication=Campaign.Publication.ON_CLOSE,
        )
        self.sheets: list[Response] = []

    def take(self, sheet: Any) -> None:
        self.sheets.append(
            make.response(
                self.campaign,
                self.units[sheet.unit],
                sheet.values,
                on=DAYS[sheet.month],
                channel=Channel(sheet.channel),
            )
        )

    def turn(self, number: int) -> None:
        """Set a sheet aside, or take it back."""
        sheet = self.sheets[number]
        reversed_now = SetAside.objects.filter(response=sheet, reversed_at=None)
        if not reversed_now.update(reversed_at=timezone.now()):
            make.set_aside(sheet)

    def release(self, *, closed: bool) -> None:
        refresh(self.campaign, clock=timezone.now)
        releases.publish(self.campaign, now=timezone.now(), closed=closed, rules=Rules(THRESHOLD))

    def totals(self) -> dict[tuple[int, SliceKey], list[int]]:
        numbers = {unit.pk: number for number, unit in self.units.items()}
        return {
            (numbers[row.unit_id], SliceKey(row.period, row.channel, row.standing)): [
                row.n,
                *row.counts,
                *row.moments,
            ]
            for row in ReleasedTotal.objects.filter(campaign=self.campaign)
        }


def counts_by_api(office: Office, number: int) -> dict[str, dict[str, int]] | None:
    """Return what the API says was answered about a unit; None when it says nothing."""
    code = "vn" if number == NATION else office.units[number].code
    reply = Client().get(f"/api/v1/campaigns/{office.campaign.slug}/units/{code}").json()
    if reply["status"] != "published":
        assert reply["index"] is None
        assert reply["criteria"] == []
        return None
    return {criterion["code"]: criterion["counts"] for criterion in reply["criteria"]}


@pytest.mark.parametrize("seed", [pytest.param(5, marks=pytest.mark.long), 12, 118])
def test_tables_and_api_hold_what_the_attacker_reads(seed: int) -> None:
    told, chance = by_chance(seed), random.Random(seed)  # noqa: S311 - a made-up world
    office = Office()
    edition, method = office.campaign.questionnaire.parsed(), office.campaign.method.parsed()
    world = World(edition, method, PATHS, told.headline, Rules(THRESHOLD))
    for step in told.rounds:
        for sheet in step.sheets:
            values = {code: chance.randint(1, 5) for code in sheet.values}
            office.take(replace(sheet, values=values))
            world.sheets.append(replace(sheet, values=values))
        for number in step.aside:
            office.turn(number)
            world.turn(number)
        office.release(closed=step.closed)
        world.release(closed=step.closed)

        totals = {key: numbers.tolist() for key, numbers in world.totals().items()}
        assert office.totals() == totals
        assert list(check_releases(office.campaign)) == []
        for number in PATHS:
            row = totals.get((number, SliceKey(0, 0, 0)))
            shown = counts_by_api(office, number)
            assert (shown is None) == (row is None or row[0] < THRESHOLD)
            if shown and row:
                # Where all of few agree, and in its company, nothing is shown (test_coding.py).
                told_of = {code: levels for code, levels in shown.items() if levels}
                for code, levels in told_of.items():
                    column = edition.columns_of[code][0]
                    assert list(levels.values()) == row[1 + column.offset :][:5]


def test_a_wrong_public_figure_is_found() -> None:
    office = Office()
    for sheet in by_chance(5).sheets():
        office.take(sheet)
    office.release(closed=False)
    assert list(check_releases(office.campaign)) == []

    totals = ReleasedTotal.objects.filter(campaign=office.campaign)
    for row in totals:
        totals.filter(pk=row.pk).update(moments=[row.moments[0] + 1, *row.moments[1:]])
        assert [found.key[0] for found in check_releases(office.campaign)] == [row.unit_id]
        totals.filter(pk=row.pk).update(moments=row.moments)
    cell = ReleasedCell.objects.filter(campaign=office.campaign, part=Part.OWN)[0]
    ReleasedCell.objects.filter(pk=cell.pk).update(n=cell.n + 1)

    assert "released cells" in {found.table for found in check_releases(office.campaign)}
