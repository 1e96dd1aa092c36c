"""The index of each district and commune, kept beside its released total for ranks of a tier."""

from __future__ import annotations

from collections.abc import Sequence

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
    ReleasedIndex.objects.filter(campaign=campaign, unit__in=units).delete()
    scoring = scoring_of(tabulator.method, tabulator.edition)
    factors, start = len(tabulator.edition.factors), 1 + tabulator.counts_width
    places = CampaignUnit.objects.filter(campaign=campaign, unit__in=units, tier__in=TIERS)
    tiers = dict(places.values_list("unit_id", "tier"))
    found = []
    for (unit, *_slice), numbers in zip(
        headline.keys.tolist(), headline.numbers.tolist(), strict=True
    ):
        if unit not in tiers or numbers[0] < campaign.threshold:
            continue
        figure = index(
            Moments.from_array(numbers[start:], factors=factors), scoring, sheets=numbers[0]
        )
        if figure.ratio is None or figure.variance is None:
            continue
        freedom = figure.n - 1 if figure.freedom is None else figure.freedom
        found.append(
            ReleasedIndex(
                campaign=campaign,
                tier=tiers[unit],
                unit_id=unit,
                ratio=float(figure.ratio),
                variance=float(figure.variance),
                sheets=figure.n,
                freedom=freedom,
            )
        )
    ReleasedIndex.objects.bulk_create(found)
