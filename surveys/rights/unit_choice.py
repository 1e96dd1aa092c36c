"""Units of today's map found by what an official types, among those they may choose."""

from __future__ import annotations

from datetime import date

from surveys.models import UnitVersion
from surveys.rights.reach import Reach
from surveys.units.search_keys import search_text

FOUND_LIMIT = 20


def find_units(
    reach: Reach, text: str, day: date, *, with_campaigns: bool = False
) -> list[UnitVersion]:
    """Return the units of a day whose code is the text, or else whose names have its words.

    One that is called exactly so comes alone; `unit` of each is at hand.

    Args:
        with_campaigns: also units that lie within reach for one campaign only.
    """
    text = text.strip()
    of_the_day = UnitVersion.objects.in_force_on(day).select_related("unit")
    rows = reach.at_units(of_the_day.order_by("sort_key"), with_campaigns=with_campaigns)
    by_code = list(rows.filter(unit__code=text.lower())[:FOUND_LIMIT])
    words = search_text(text)
    if by_code or not words:
        return by_code
    named = rows.filter(search_key__contains=f" {words}")
    whole = list(named.filter(search_key__contains=f"| {words} |")[:2])
    return whole if len(whole) == 1 else list(named[:FOUND_LIMIT])
