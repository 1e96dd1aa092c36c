"""The index of each district and commune, kept beside its released total for ranks of a tier."""

from __future__ import annotations

from collections.abc import Sequence

from results.arithmetic.figure import Scoring
from results.arithmetic.indices import Moments, index
from results.arithmetic.scoring import scoring_of
from results.counting.count_table import CountTable
from results.counting.moments import Tabulator
from results.models import ReleasedIndex
from surveys.models import Campaign, CampaignUnit, Tier

TIERS = (Tier.DISTRICT, Tier.COMMUNE)
"""Provinces have the nation above them all, and agencies are not of one kind."""


def write_indices(
    campaign: Campaign, tabulator: Tabulator, units: Sequence[int], headline: CountTable
) -> None:
    """Write the indexes of some units anew.

    Args:
        units: all that are touched; one without figures loses its index.
        headline: their released totals of the headline, unit ids first in the keys.
    """
    if tabulator.method.weighs_units:
        return
    # With the tiers, so that the rows are found by their key.
    known = ReleasedIndex.objects.filter(campaign=campaign, tier__in=TIERS, unit__in=units)
    known.delete()
    places = CampaignUnit.objects.filter(campaign=campaign, unit__in=units, tier__in=TIERS)
    tiers = dict(places.values_list("unit_id", "tier"))
    rows = zip(headline.keys[:, 0].tolist(), headline.numbers.tolist(), strict=True)
    scoring = scoring_of(tabulator.method, tabulator.edition)
    found = (
        _index(campaign, tabulator, scoring, unit, numbers, tier=tiers[unit])
        for unit, numbers in rows
        if unit in tiers and numbers[0] >= campaign.threshold
    )
    ReleasedIndex.objects.bulk_create([row for row in found if row is not None])


def _index(
    campaign: Campaign,
    tabulator: Tabulator,
    scoring: Scoring,
    unit_id: int,
    numbers: Sequence[int],
    *,
    tier: str,
) -> ReleasedIndex | None:
    """Return the row of a unit; None where it has no index, or nothing to tell its spread by."""
    moments = Moments.from_array(
        numbers[1 + tabulator.counts_width :], factors=len(tabulator.edition.factors)
    )
    figure = index(moments, scoring, sheets=numbers[0])
    if figure.ratio is None or figure.variance is None:
        return None
    return ReleasedIndex(
        campaign=campaign,
        tier=tier,
        unit_id=unit_id,
        ratio=float(figure.ratio),
        variance=float(figure.variance),
        sheets=figure.n,
        freedom=figure.n - 1 if figure.freedom is None else figure.freedom,
    )
