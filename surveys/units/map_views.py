"""Officials' pages of the map: its units on any day, and one unit with its history."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from surveys.models import Unit
from surveys.officials import OfficialRequest, panel_page
from surveys.panel_fields import DayField
from surveys.rights.acts import Act
from surveys.units import map_pages
from surveys.units.unit_map import OLD_ERA_BEGAN, REFORM

ON_A_PAGE = 100


@panel_page(Act.SEE_UNITS)
@require_safe
def units(request: OfficialRequest) -> HttpResponse:
    """Show the highest units of a day, or those found by a name or code."""
    today = timezone.localdate(request.rights.now)
    day = _day(request, today)
    text = request.GET.get("q", "").strip()[:100]
    rows = map_pages.found_on(request.reach, text, day) if text else None
    found = map_pages.tops(request.reach, day) if rows is None else rows
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "text": text,
        "may_change": request.rights.has(Act.MANAGE_UNITS),
        "may_see_accounts": request.rights.has(Act.MANAGE_ACCOUNTS),
        **_days(day, today),
    }
    return render(request, "surveys/officials/units.html", context)


@panel_page(Act.SEE_UNITS)
@require_safe
def unit(request: OfficialRequest, map_unit: Unit) -> HttpResponse:
    """Show a unit on the map of a day: above, below, its names, what it came from and became."""
    today = timezone.localdate(request.rights.now)
    day = _day(request, map_pages.day_of(map_unit, today))
    below = map_pages.units_below(request.reach, map_unit, day)
    context = {
        "shown": map_pages.unit_on(map_unit, day),
        # Counters of a unit that went elsewhere in parts are the nation's to open.
        "may_open_counters": request.reach.covers(map_unit.pk),
        "page": Paginator(below, ON_A_PAGE).get_page(request.GET.get("page")),
        **_days(day, today),
    }
    return render(request, "surveys/officials/map_unit.html", context)


def _day(request: OfficialRequest, usual: date) -> date:
    """Return the day asked for."""
    asked = request.GET.get("ngay", "")
    if not asked:
        return usual
    try:
        day: date = DayField(label="").clean(asked)
    except ValidationError:
        messages.warning(request, _("This is no day. The usual one is shown."))
        return usual
    return max(day, OLD_ERA_BEGAN)


def _days(day: date, today: date) -> dict[str, object]:
    return {
        "day": day,
        "today": today,
        "reform": REFORM,
        "eve": REFORM - timedelta(days=1),
        "more": f"&ngay={day.isoformat()}",
    }
