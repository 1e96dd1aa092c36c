"""Made-up sheets for a simulated campaign: demonstrations, rehearsals, tests of load.

The figures are shaped like published ones, with provinces, offices and people that differ, and
mean nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from django.db import transaction
from django.utils.translation import gettext as _

from surveys.bulk import staging
from surveys.bulk.simulated_answers import PERSON_SPREAD, MadeAnswers
from surveys.models import Campaign, CampaignUnit, Channel, Tier
from surveys.submissions import SECONDS_BANDS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Drawn at once; bounds memory (about 100 bytes a sheet and column).
BLOCK = 20_000
SHEETS_PER_UNIT = 22
# An office with more people behind it is chosen more often and gets more sheets.
WEIGHT = {Tier.PROVINCE: 5.0, Tier.DISTRICT: 3.0, Tier.AGENCY: 3.0, Tier.COMMUNE: 1.0}
SIZE_SPREAD = 1.0  # standard deviation of the logarithm: half the communes stay small

# What a province and an office add to the satisfaction of the people they serve, beside
# surveys.bulk.simulated_answers.PERSON_SPREAD.
PROVINCE_SPREAD, UNIT_SPREAD = 0.25, 0.3

CHANNELS = {Channel.KIOSK: 0.45, Channel.PHONE: 0.35, Channel.PAPER: 0.2}
MEDIAN_SECONDS, SECONDS_SPREAD = 95.0, 0.6
WEEKEND = 0.05  # a weekend day's share of a working day's sheets


class NotSimulated(Exception):
    """The campaign is a real one: made-up answers never enter it."""


class NothingToSimulate(Exception):
    """The campaign has no day yet, or no unit, to answer on or about."""


@dataclass(frozen=True)
class _Days:
    """The days sheets are answered on, and the chance of each."""

    names: list[str]
    chances: Floats


@dataclass(frozen=True)
class _Places:
    """The offices that take part: database ids, chance of each, and how satisfying each is."""

    units: Ints
    chances: Floats
    satisfaction: Floats


def simulate(
    campaign: Campaign,
    responses: int,
    seed: int,
    *,
    today: date,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Store made-up sheets, in one transaction, and return how many are new.

    The same number and seed again make the same ids, so nothing is added (the campaign may
    have more days by then; the sheets of the first time stay).

    Args:
        campaign: simulated, and open: it has its tree.
        today: sheets are spread from the first open day to this one, or the last.
        progress: called now and then with sheets made and sheets wanted.

    Raises:
        NotSimulated, NothingToSimulate
    """
    if not campaign.simulated:
        raise NotSimulated
    seeds = np.random.SeedSequence([seed, *campaign.slug.encode()])
    common = np.random.default_rng(seeds.spawn(1)[0])
    plan = _Plan(
        _days(campaign, today),
        _places(campaign, responses, common),
        MadeAnswers(campaign.questionnaire.parsed(), common),
        staging.MadeIds(campaign.slug, "simulated", str(seed), str(responses)),
    )

    def lines() -> Iterator[str]:
        for first in range(0, responses, BLOCK):
            rng = np.random.default_rng(seeds.spawn(1)[0])
            n = min(BLOCK, responses - first)
            yield from plan.lines(rng, n, first)
            progress(first + n, responses)

    with transaction.atomic():
        staging.stage(lines())
        return staging.store_staged(campaign)


def _days(campaign: Campaign, today: date) -> _Days:
    last = min(campaign.closes_on, today)
    days = [
        campaign.opens_on + timedelta(days) for days in range((last - campaign.opens_on).days + 1)
    ]
    if not days:
        raise NothingToSimulate(
            _("The campaign opens on %(day)s; there is no day to answer on yet.")
            % {"day": campaign.opens_on}
        )
    weights = np.array([WEEKEND if day.weekday() >= 5 else 1.0 for day in days])
    return _Days([day.isoformat() for day in days], weights / weights.sum())


def _places(campaign: Campaign, responses: int, rng: np.random.Generator) -> _Places:
    rows = list(
        CampaignUnit.objects.filter(campaign=campaign)
        .exclude(tier=Tier.NATION)
        .order_by("code")
        .values_list("unit_id", "chunk_id", "tier")
    )
    if not rows:
        raise NothingToSimulate(_("The campaign has no unit but the nation."))
    units, chunks, tiers = zip(*rows, strict=True)
    weights = np.array([WEIGHT[Tier(tier)] for tier in tiers])
    provinces = {chunk: rng.normal(0, PROVINCE_SPREAD) for chunk in dict.fromkeys(chunks)}
    satisfaction = np.array([provinces[chunk] for chunk in chunks])
    satisfaction += rng.normal(0, UNIT_SPREAD, len(rows))
    taking_part = rng.choice(
        len(rows),
        size=min(len(rows), max(1, responses // SHEETS_PER_UNIT)),
        replace=False,
        p=weights / weights.sum(),
    )
    chances = weights[taking_part] * rng.lognormal(0, SIZE_SPREAD, len(taking_part))
    return _Places(np.array(units)[taking_part], chances / chances.sum(), satisfaction[taking_part])


@dataclass(frozen=True)
class _Plan:
    """All that is the same for every block of sheets."""

    days: _Days
    places: _Places
    answers: MadeAnswers
    ids: staging.MadeIds

    def lines(self, rng: np.random.Generator, n: int, first: int) -> Iterator[str]:
        """Yield a line for COPY per sheet, numbered after `first`."""
        place = rng.choice(len(self.places.units), size=n, p=self.places.chances)
        day = rng.choice(len(self.days.names), size=n, p=self.days.chances)
        channel = rng.choice(list(CHANNELS), size=n, p=list(CHANNELS.values()))
        seconds = rng.lognormal(np.log(MEDIAN_SECONDS), SECONDS_SPREAD, n)
        band = np.searchsorted(SECONDS_BANDS, seconds, side="right") + 1
        # Nobody takes the time of a sheet of paper.
        band[channel == Channel.PAPER] = 0
        people = self.places.satisfaction[place] + rng.normal(0, PERSON_SPREAD, n)
        sheets = self.answers.draw(rng, people)
        text, width = sheets.tobytes().decode("ascii"), sheets.shape[1]
        facts = (self.places.units[place], day, channel, band)
        for at, (unit, when, how, time) in enumerate(
            zip(*(fact.tolist() for fact in facts), strict=True)
        ):
            number = first + at + 1
            answers = text[at * width : (at + 1) * width]
            yield (
                f"{number}\t{self.ids.of(number)}\t{unit}\t{self.days.names[when]}"
                f"\t{how}\t{time}\t{answers}\n"
            )
