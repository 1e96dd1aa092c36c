"""The units below a unit, tier by tier, in numbers: bands and plain means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from results.arithmetic.classes import band_counts, mean
from results.arithmetic.indices import Figure, round_percent
from results.reading.unit_families import Around


@dataclass(frozen=True)
class TierSummary:
    """The units of one tier directly below a unit: how many in each band, their plain mean."""

    tier: str
    units: int
    published: int
    # Code of each band of the method, the best first, with the units in it; None: below all.
    bands: tuple[tuple[str | None, int], ...]
    mean: Decimal | None


def tier_summaries(around: Around, now: Mapping[int, Figure]) -> tuple[TierSummary, ...]:
    """Return the tiers below a unit, in the order they are shown."""
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
    return tuple(summaries)
