"""Officials' pages of commitments: which there are, write one, withdraw one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from results.commitments.commitment_forms import CommitmentForm, WithdrawalForm
from results.models import MIXED, WHOLE_CAMPAIGN, ReleasedTotal, Standing
from results.reading.commitment_lines import criterion_text
from results.reading.improvements import Improvement
from results.reading.planned_rows import planned_below
from results.reading.public_rows import released_counts
from results.reading.unit_families import find_around
from results.reading.unit_figures import improvements_of
from surveys import commitments as acts
from surveys.models import Campaign, CampaignUnit, Commitment
from surveys.officials import OfficialRequest, panel_page
from surveys.rights.acts import Act
from surveys.units.unit_search import search_campaign_units

ON_A_PAGE = 30
MOST_UNITS = 12


@panel_page(Act.COMMIT)
@require_safe
def commitments(request: OfficialRequest) -> HttpResponse:
    """List commitments, the newest first, and the units that can make one."""
    text = request.GET.get("q", "").strip()[:100]
    rows = request.reach.within(Commitment.objects.select_related("campaign__questionnaire"))
    place = CampaignUnit.objects.filter(campaign=OuterRef("campaign"), unit=OuterRef("unit"))
    rows = rows.annotate(
        unit_name=Subquery(place.values("version__full_name")[:1]),
        unit_code=Subquery(place.values("code")[:1]),
    )
    page = Paginator(rows.order_by("-published_on", "-pk"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    campaign = request.panel.campaign
    context: dict[str, Any] = {
        "page": page,
        "lines": [(row, criterion_text(row.campaign, row)) for row in page.object_list],
        "campaign": campaign,
        "text": text,
    }
    if campaign is not None and campaign.answers_pattern is not None:
        found = _places(request, campaign, text)
        context["places"], context["more"] = found[:MOST_UNITS], len(found) > MOST_UNITS
    return render(request, "results/officials/commitments.html", context)


@panel_page(Act.COMMIT)
@require_http_methods(["GET", "POST"])
def commit(request: OfficialRequest, campaign_unit: CampaignUnit) -> HttpResponse:
    """Show what a unit should improve first; a POST commits it to something about that."""
    today = timezone.localdate(request.rights.now)
    named = _improvements(campaign_unit)
    data = request.POST if request.method == "POST" else None
    form = CommitmentForm(data, improvements=named, today=today)
    if form.is_valid():
        acts.publish(campaign_unit, **form.cleaned_data, today=today, by=request.actor)
        messages.success(request, _("Published. It stands on the unit's public page now."))
        return redirect("officials:commitments")
    context = {"place": campaign_unit, "form": form, "improvements": named}
    status = 422 if form.is_bound else 200
    return render(request, "results/officials/commit.html", context, status=status)


@panel_page(Act.COMMIT)
@require_http_methods(["GET", "POST"])
def withdraw(request: OfficialRequest, commitment: Commitment) -> HttpResponse:
    """Ask for the reason once; a POST with it withdraws the commitment."""
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason, today = form.cleaned_data["reason"], timezone.localdate(request.rights.now)
        try:
            acts.withdraw(commitment, reason=reason, today=today, by=request.actor)
        except acts.AlreadyWithdrawn:
            messages.warning(request, _("It was withdrawn already."))
        else:
            messages.success(request, _("Withdrawn. The reason stands beside it in public."))
        return redirect("officials:commitments")
    criterion = criterion_text(commitment.campaign, commitment)
    context = {"commitment": commitment, "criterion": criterion, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "results/officials/withdraw_commitment.html", context, status=status)


def _improvements(place: CampaignUnit) -> tuple[Improvement, ...]:
    """Return what the unit's public page names: nothing where its figures are weighted."""
    if any(planned_below(place.campaign, [place.unit_id]).values()):
        return ()
    around = find_around(place)
    return improvements_of(around, released_counts(place.campaign, around.like_it))


def _places(request: OfficialRequest, campaign: Campaign, text: str) -> list[CampaignUnit]:
    """Return published units that could commit: those found by a text, or the highest."""
    units = _published(request.reach.campaign_units(campaign), campaign)
    if (chosen := request.panel.unit) is not None:
        units = units.filter(path__contains=[chosen.unit_id])
    if text:
        return search_campaign_units(campaign, text, MOST_UNITS + 1, among=units)
    in_order = units.select_related("version").order_by("path__len", "version__sort_key", "code")
    return list(in_order[: MOST_UNITS + 1])


def _published(units: QuerySet[CampaignUnit], campaign: Campaign) -> QuerySet[CampaignUnit]:
    released = ReleasedTotal.objects.filter(
        campaign=campaign,
        unit=OuterRef("unit"),
        period=WHOLE_CAMPAIGN,
        channel=MIXED,
        standing=Standing.COUNTED,
        n__gte=campaign.threshold,
    )
    return units.filter(Exists(released))
