"""Officials' pages about signs of poor data, and what a reviewer decides of a counter's day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from surveys.models import (
    CampaignUnit,
    CounterDayFacts,
    DayDecision,
    QualitySign,
)
from surveys.officials import OfficialRequest, panel_page, refused
from surveys.quality import decisions, quality_days, reasons
from surveys.quality.quality_forms import Reason, SetAsideForm, SignFilter, below
from surveys.quality.rules import VERSION, Strength
from surveys.rights.acts import Act

ON_A_PAGE = 50


@dataclass(frozen=True)
class Line:
    """A sign in the list."""

    sign: QualitySign
    unit: str
    title: str
    strength: str
    is_strong: bool
    set_aside: bool
    address: str


@panel_page(Act.SEE_QUALITY)
@require_safe
def signs(request: OfficialRequest) -> HttpResponse:
    """Show the signs found within reach, the newest days first."""
    form = SignFilter(request.GET, reach=request.reach)
    rows = request.reach.within(QualitySign.objects.select_related("campaign", "counter"))
    if (chosen := request.panel.unit) is not None:
        rows = below(rows, [chosen.unit_id])
    page = Paginator(form.found(rows), ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "lines": _lines(list(page.object_list)),
        "more": f"&{query.urlencode()}" if query else "",
        "filtered": bool(query),
        "version": VERSION,
        "by_rule": _by_rule(request, form),
    }
    return render(request, "surveys/officials/signs.html", context)


def _by_rule(request: OfficialRequest, form: SignFilter) -> str:
    """Return where all days of one campaign and rule are set aside; empty for who may not."""
    if not (form.names_one_rule and request.rights.has(Act.SET_ASIDE)):
        return ""
    return f"{reverse('officials:set_rule_aside')}?{request.GET.urlencode()}"


def _lines(found: list[QualitySign]) -> list[Line]:
    campaigns = {sign.campaign_id for sign in found}
    units = {sign.unit_id for sign in found}
    places = CampaignUnit.objects.filter(campaign__in=campaigns, unit__in=units)
    names = {
        (campaign, unit): name
        for campaign, unit, name in places.values_list("campaign", "unit", "version__full_name")
    }
    days = {(sign.campaign_id, sign.counter_id, sign.day) for sign in found}
    decided = DayDecision.objects.filter(
        campaign__in=campaigns,
        counter__in={counter for _campaign, counter, _day in days},
        day__in={day for _campaign, _counter, day in days},
        reversed_at__isnull=True,
    )
    aside = set(decided.values_list("campaign", "counter", "day"))
    return [
        Line(
            sign,
            names.get((sign.campaign_id, sign.unit_id), ""),
            reasons.title(sign.rule),
            str(reasons.STRENGTHS[reasons.strength(sign)]),
            reasons.strength(sign) is Strength.STRONG,
            (sign.campaign_id, sign.counter_id, sign.day) in aside,
            address_of_day(sign),
        )
        for sign in found
    ]


def address_of_day(row: QualitySign | DayDecision | CounterDayFacts) -> str:
    """Return where a counter's day is shown; campaign and counter must be at hand."""
    key = f"{row.campaign.slug}.{row.counter.code}.{row.day.isoformat()}"
    return reverse("officials:counter_day", args=[key])


@panel_page(Act.SEE_QUALITY)
@require_safe
def counter_day(request: OfficialRequest, counter_day: CounterDayFacts) -> HttpResponse:
    """Show what is known of a counter's day, and what was decided."""
    found = quality_days.sign_lines(counter_day)
    decided = quality_days.decisions_of(counter_day)
    standing = next((one for one in decided if one.reversed_at is None), None)
    context = _of_day(counter_day) | {
        "lines": quality_days.fact_lines(counter_day),
        "signs": found,
        "hours": quality_days.hours(counter_day),
        "served": quality_days.served(counter_day),
        "may_note": request.rights.may(Act.KEY_PAPER, counter_day.unit_id),
        "decisions": [(one, reasons.title(one.rule)) for one in decided],
        "standing": standing,
        "may_judge": request.rights.may_judge(counter_day.unit_id, counter_day.campaign),
        "is_reviewer": request.rights.has(Act.SET_ASIDE),
    }
    return render(request, "surveys/officials/counter_day.html", context)


def _of_day(of_day: CounterDayFacts | DayDecision) -> dict[str, Any]:
    place = CampaignUnit.objects.select_related("version").get(
        campaign=of_day.campaign_id, unit=of_day.unit_id
    )
    return {
        "of_day": of_day,
        "campaign": of_day.campaign,
        "counter": of_day.counter,
        "place": place.version,
        "key": f"{of_day.campaign.slug}.{of_day.counter.code}.{of_day.day.isoformat()}",
    }


@panel_page(Act.SET_ASIDE)
@require_http_methods(["GET", "POST"])
def set_aside(request: OfficialRequest, counter_day: CounterDayFacts) -> HttpResponse:
    """Say what would follow, and set a counter's day aside for a reason."""
    if not request.rights.may_judge(counter_day.unit_id, counter_day.campaign):
        return refused(request)
    found = quality_days.sign_lines(counter_day)
    form = SetAsideForm(request.POST or None, rules=[line.sign.rule for line in found])
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            decisions.set_aside(
                counter_day,
                asked["rule"],
                asked["reason"],
                by=request.official,
                actor=request.actor,
            )
        except decisions.AlreadySetAside:
            messages.warning(request, _("This day is set aside already."))
        else:
            messages.success(request, _("The day is set aside. It can be taken back."))
        return redirect(address_of_day(counter_day))
    context = _of_day(counter_day) | {
        "form": form,
        "signs": found,
        "sheets": quality_days.sheets(counter_day),
    }
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/set_aside.html", context, status=status)


@panel_page(Act.SET_ASIDE)
@require_http_methods(["GET", "POST"])
def take_back(request: OfficialRequest, decision: DayDecision) -> HttpResponse:
    """Count the sheets of a day again, for a reason; both decisions stay on record."""
    if not request.rights.may_judge(decision.unit_id, decision.campaign):
        return refused(request)
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now, why = request.rights.now, form.cleaned_data["reason"]
        try:
            decisions.take_back(decision, why, by=request.official, actor=request.actor, now=now)
        except decisions.AlreadyTakenBack:
            messages.warning(request, _("This decision was taken back before."))
        else:
            messages.success(request, _("The sheets of this day are counted again."))
        return redirect(address_of_day(decision))
    sheets = decision.sheets.filter(reversed_at__isnull=True).count()
    context = _of_day(decision) | {"form": form, "decision": decision, "sheets": sheets}
    context["rule"] = reasons.title(decision.rule)
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/take_back.html", context, status=status)
