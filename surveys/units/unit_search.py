"""Units of a campaign found by what a citizen types: with marks or without, or by initials."""

from __future__ import annotations

import re

from django.db.models import Case, IntegerField, Q, QuerySet, When

from surveys.models import Campaign, CampaignUnit, Tier
from surveys.units.search_keys import search_text

_TIERS = (Tier.NATION, Tier.PROVINCE, Tier.DISTRICT, Tier.COMMUNE, Tier.AGENCY)
_CODE = re.compile(r"[\w.-]{1,20}")
# How people write the type of a unit: "TP Huế", "P. Phan Đình Phùng".
_SHORT = {
    "tp": "thanh pho",
    "tx": "thi xa",
    "tt": "thi tran",
    "q": "quan",
    "h": "huyen",
    "p": "phuong",
    "x": "xa",
}
# More than any name; a longer text finds nothing and would only cost time.
_LONGEST = 200


def search_campaign_units(
    campaign: Campaign, text: str, limit: int, *, among: QuerySet[CampaignUnit] | None = None
) -> list[CampaignUnit]:
    """Return the units whose names have words beginning with the words typed, in that order.

    Whole names come first, then whole words and initials, then words that only begin so; among
    equals higher tiers before lower, then Vietnamese order. A code finds its unit, before all
    others. `version` of each is at hand.

    Args:
        among: only these units of the campaign.
    """
    phrases = _phrases(search_text(text[:_LONGEST]))
    if not phrases:
        return []
    units = CampaignUnit.objects.all() if among is None else among
    units = units.filter(campaign=campaign).select_related("version")
    names, words, beginnings = Q(), Q(), Q()
    for phrase in phrases:
        names |= Q(version__search_key__contains=f"| {phrase} |")
        words |= Q(version__search_key__contains=f" {phrase} ")
        beginnings |= Q(version__search_key__contains=f" {phrase}")
    match = Case(When(names, then=0), When(words, then=1), default=2, output_field=IntegerField())
    tiers = [When(tier=tier, then=place) for place, tier in enumerate(_TIERS)]
    height = Case(*tiers, output_field=IntegerField())
    in_order = (
        units.filter(beginnings)
        .annotate(match=match, height=height)
        .order_by("match", "height", "version__sort_key", "code")
    )
    code = text.strip().lower()
    by_code = list(units.filter(code=code)) if _CODE.fullmatch(code) else []
    rest = [unit for unit in in_order[:limit] if unit not in by_code]
    return (by_code + rest)[:limit]


def _phrases(words: str) -> list[str]:
    """Return the words, and what they say with a shortened type: "tp hcm" also as "tphcm"."""
    kind, _, name = words.partition(" ")
    if kind in _SHORT and name:
        return [words, f"{_SHORT[kind]} {name}", f"{kind}{name}"]
    return [words] if words else []
