"""The units below a unit, tier by tier, in numbers: bands and plain means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from results.arithmetic.classes import band_counts, mean
from results.arithmetic.indices import Figure, round_percent
from results.arithmetic.scoring import scoring_of
from results.reading.tier_rows import Below, ClassOfTier
from results.reading.unit_families import Around
from surveys.models import Campaign, CampaignUnit, Tier


@dataclass(frozen=True)
class TierSummary:
    """The units of one tier below a unit: how many in each band, their plain mean."""

    tier: str
    units: int
    published: int
    # Code of each band of the method, the best first, with the units in it; None: below all.
    bands: tuple[tuple[str | None, int], ...]
    mean: Decimal | None


def asked_below(place: CampaignUnit) -> Below | None:
    """Return what to ask about the tiers further below a unit than its children; None: nothing."""
    if place.tier in {Tier.COMMUNE, Tier.AGENCY}:
        return None
    campaign = place.campaign
    method = campaign.method.parsed()
    scoring = scoring_of(method, campaign.questionnaire.parsed())
    return Below(
        depth=len(place.path),
        chunk=None if place.parent_id is None else place.chunk_id,
        # The nearest numbers of 53 bits, as indexes are kept: what is equal stays equal.
        ends=[float(scoring.ratio(band.from_percent)) for band in reversed(method.bands)],
    )


def tier_summaries(
    around: Around, now: Mapping[int, Figure], further: Sequence[ClassOfTier] = ()
) -> tuple[TierSummary, ...]:
    """Return the tiers below a unit, in the order they are shown: the nearest first.

    Args:
        further: of the tiers below its children, as `asked_below` asks for them.
    """
    method = around.place.campaign.method.parsed()
    summaries = []
    for group in around.groups[1:]:
        percents = [
            p for unit_id in group if unit_id in now and (p := now[unit_id].percent) is not None
        ]
        middle = mean(percents)
        summaries.append(
            TierSummary(
                tier=around.units[group[0]].tier,
                units=len(group),
                published=len(percents),
                bands=tuple(
                    (count.band.code if count.band else None, count.units)
                    for count in band_counts(percents, method)
                ),
                mean=None if middle is None else round_percent(middle),
            )
        )
    return *summaries, *_further(around.place.campaign, further)


def _further(campaign: Campaign, classes: Sequence[ClassOfTier]) -> Iterator[TierSummary]:
    method = campaign.method.parsed()
    scoring = scoring_of(method, campaign.questionnaire.parsed())
    # Districts before the communes below them.
    tiers = groupby(sorted(classes, key=lambda one: one.tier, reverse=True), lambda one: one.tier)
    for tier, members in tiers:
        found = list(members)
        known = {one.reached: one for one in found if one.reached is not None}
        published = sum(one.units for one in known.values())
        ratios = sum(one.ratios or 0.0 for one in known.values())
        codes = [band.code for band in method.bands]
        bands: list[tuple[str | None, int]] = [
            (code, known[reached].units if reached in known else 0)
            for reached, code in zip(range(len(codes), 0, -1), codes, strict=True)
        ]
        if codes and 0 in known:
            bands.append((None, known[0].units))
        middle = scoring.percent(Fraction(ratios) / published) if published else None
        yield TierSummary(
            tier=tier,
            units=sum(one.units for one in found),
            published=published,
            bands=tuple(bands),
            mean=None if middle is None else round_percent(middle),
        )
