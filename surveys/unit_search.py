"""Units of a campaign found by what a citizen types: with marks or without, or by initials."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Value, When

from surveys.models import Campaign, CampaignUnit, Tier
from surveys.search_keys import search_text

_TIERS = (Tier.NATION, Tier.PROVINCE, Tier.DISTRICT, Tier.COMMUNE, Tier.AGENCY)


def search_campaign_units(campaign: Campaign, text: str, limit: int) -> list[CampaignUnit]:
    """Return the units whose names have words beginning with the words typed, in that order.

    An exact name comes first, then higher tiers before lower, then Vietnamese order. A code
    finds its unit. `version` of each is at hand.
    """
    wanted = search_text(text)
    if not wanted:
        return []
    units = CampaignUnit.objects.filter(campaign=campaign).select_related("version")
    found = units.filter(version__search_key__contains=f" {wanted}")
    exact = When(version__search_key__startswith=f" {wanted} ", then=Value(0))
    tiers = [When(tier=tier, then=Value(place)) for place, tier in enumerate(_TIERS)]
    in_order = found.annotate(
        match=Case(exact, default=Value(1), output_field=IntegerField()),
        height=Case(*tiers, output_field=IntegerField()),
    ).order_by("match", "height", "version__sort_key", "code")
    by_code = list(units.filter(code=text.strip().lower()))
    rest = [unit for unit in in_order[:limit] if unit not in by_code]
    return (by_code + rest)[:limit]
