"""The units a campaign names, read as officials write them: codes or names, one a line."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from surveys.models import Campaign, Unit, UnitVersion
from surveys.units.search_keys import search_text

FOUND_LIMIT = 20


def read(text: str, day: date) -> tuple[list[str], list[str]]:
    """Return the codes of the units named, each once, and a sentence for each line in doubt."""
    codes: list[str] = []
    faults: list[str] = []
    for line in (line.strip() for line in text.splitlines()):
        if not line:
            continue
        found = _units_like(line, day)
        if len(found) == 1:
            codes.append(found[0].unit.code)
        elif not found:
            faults.append(_("There is no unit “%(line)s” on the map of this day.") % {"line": line})
        else:
            listed = ", ".join(f"{version.full_name} ({version.unit.code})" for version in found)
            fault = _("Several units are called “%(line)s”: %(units)s. Please give the code.")
            faults.append(fault % {"line": line, "units": listed})
    return list(dict.fromkeys(codes)), faults


def names(codes: list[str], day: date) -> list[str]:
    """Return the names of units on a day, in the order of names."""
    rows = UnitVersion.objects.in_force_on(day).filter(unit__code__in=codes).order_by("sort_key")
    return list(rows.values_list("full_name", flat=True))


def unit_of(campaign: Campaign) -> Unit | None:
    """Return the unit under which a campaign is logged: its only one; None for the nation's."""
    if len(campaign.scope) != 1:
        return None
    on_map = Unit.objects.filter(code=campaign.scope[0], in_force__contains=campaign.tree_day)
    return on_map.first()


def _units_like(text: str, day: date) -> list[UnitVersion]:
    """Return the units with a code, else those with a name, on a day; a whole name goes first."""
    rows = UnitVersion.objects.in_force_on(day).select_related("unit").order_by("sort_key")
    if found := list(rows.filter(unit__code=text.lower())[:2]):
        return found
    words = search_text(text)
    if not words:
        return []
    if whole := list(rows.filter(search_key__contains=f"| {words} |")[:FOUND_LIMIT]):
        return whole
    return list(rows.filter(search_key__contains=f" {words}")[:FOUND_LIMIT])
