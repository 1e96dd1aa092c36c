"""Setting aside all days on which one rule shows a sign, by one decision a day for one reason."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from surveys.models import CounterDayFacts, DayDecision, QualitySign
from surveys.officials import OfficialRequest, panel_page
from surveys.quality import decisions, reasons
from surveys.quality.quality_forms import Reason, SignFilter, below
from surveys.rights.acts import Act

AT_ONCE = 200  # days


@panel_page(Act.SET_ASIDE)
@require_http_methods(["GET", "POST"])
def set_aside(request: OfficialRequest) -> HttpResponse:
    """Say what would follow, and set aside whole days by a rule: those the list of signs shows."""
    asked = SignFilter(request.GET, reach=request.reach)
    signs = _signs(request, asked)
    form = Reason(request.POST or None)
    days = _days(signs)
    count = days.count()
    few = days.order_by("day", "counter")[:AT_ONCE]
    if request.method == "POST" and form.is_valid() and count:
        reason = form.cleaned_data["reason"]
        done = _set_all_aside(request, list(few), asked.cleaned_data["rule"], reason)
        words = ngettext("%(n)d day is set aside.", "%(n)d days are set aside.", done)
        messages.success(request, words % {"n": done})
        return redirect(_address("officials:signs", request))
    context = {
        "form": form,
        "days": few,
        "count": count,
        "at_once": min(count, AT_ONCE),
        "rule": reasons.title(asked.cleaned_data["rule"]) if signs is not None else "",
        "campaign": asked.cleaned_data.get("campaign") if signs is not None else None,
        "back": _address("officials:signs", request),
    }
    status = 422 if form.errors else 200
    return render(request, "surveys/officials/set_rule_aside.html", context, status=status)


def _signs(request: OfficialRequest, asked: SignFilter) -> QuerySet[QualitySign] | None:
    """Return the signs to judge; None unless one campaign and one rule are chosen."""
    if not asked.names_one_rule:
        return None
    rows = request.rights.judged(QualitySign.objects.all())
    if (chosen := request.panel.unit) is not None:
        rows = below(rows, [chosen.unit_id])
    return asked.found(rows)


def _days(signs: QuerySet[QualitySign] | None) -> QuerySet[CounterDayFacts]:
    """Return the days the signs are of which still count."""
    if signs is None:
        return CounterDayFacts.objects.none()
    of_day = {name: OuterRef(name) for name in ("campaign", "counter", "day")}
    standing = DayDecision.objects.filter(**of_day, reversed_at__isnull=True)
    found = CounterDayFacts.objects.filter(Exists(signs.filter(**of_day)), ~Exists(standing))
    return found.select_related("campaign", "counter")


def _set_all_aside(
    request: OfficialRequest, days: list[CounterDayFacts], rule: str, reason: str
) -> int:
    """Return how many were; one that somebody else has set aside meanwhile is passed over."""
    done = 0
    with transaction.atomic():
        for day in days:
            try:
                decisions.set_aside(day, rule, reason, by=request.official, actor=request.actor)
            except decisions.AlreadySetAside:
                continue
            done += 1
    return done


def _address(name: str, request: OfficialRequest) -> str:
    query = request.GET.urlencode()
    return reverse(name) + (f"?{query}" if query else "")
