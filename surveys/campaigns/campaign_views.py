"""Officials' pages that take a campaign from its draft to its last day."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.campaigns import campaign_checks, campaign_deeds, campaign_facts, campaign_templates
from surveys.campaigns.campaign_deeds import NotNow
from surveys.campaigns.campaign_forms import CampaignForm
from surveys.campaigns.campaign_short_forms import CloseForm, ReadyForm, TitleForm
from surveys.campaigns.campaign_states import State, state_of
from surveys.campaigns.campaign_tree import TreeError
from surveys.models import Campaign, Proposal
from surveys.officials import OfficialRequest, panel_page, refused
from surveys.rights.acts import Act
from surveys.sampling import plans

FOLDER = "surveys/officials/"


@panel_page(Act.SEE_CAMPAIGNS)
@require_safe
def campaign(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Show how far a campaign is, what it is, and what can be done next."""
    today = timezone.localdate(request.rights.now)
    state = state_of(campaign, today)
    found = (
        campaign_checks.checks(campaign, today=today) if campaign.answers_pattern is None else []
    )
    context = {
        "campaign": campaign,
        "state": state,
        "states": campaign_facts.steps(state),
        "facts": campaign_facts.facts(campaign, state),
        "checks": found,
        "has_fault": campaign_checks.has_fault(found),
        "warnings": campaign_checks.warnings(found),
        "ready_form": ReadyForm(),
        "size": campaign.units.aggregate(n=Count("pk"))["n"],
        "plan": plans.facts(campaign),
        "may_manage": _may_manage(request, campaign),
        "may_publish": request.rights.reach(Act.PUBLISH).covers_whole(campaign),
        "may_see_log": bool(request.rights.reach(Act.SEE_AUDIT)),
        "proposal": _waiting(campaign),
        "begins_later": campaign.opens_on > today,
    }
    return render(request, f"{FOLDER}campaign.html", context)


@panel_page(Act.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def new_campaign(request: OfficialRequest) -> HttpResponse:
    """Ask what to begin with (?mau=template, ?tu=campaign), then for the rest."""
    today = timezone.localdate(request.rights.now)
    seen = request.rights.reach(Act.SEE_CAMPAIGNS)
    initial: dict[str, Any] | None = None
    old: Campaign | None = None
    if code := request.GET.get("mau"):
        chosen = campaign_templates.template(code)
        initial = chosen.initial(today) if chosen else None
    elif slug := request.GET.get("tu"):
        old = get_object_or_404(seen.campaigns(), slug=slug)
        initial = campaign_templates.copied(old, today)
    if initial is None and request.method == "GET":
        context = {
            "templates": campaign_templates.templates(),
            "earlier": seen.campaigns().order_by("-opens_on", "slug")[:20],
        }
        return render(request, f"{FOLDER}campaign_start.html", context)
    form = CampaignForm(
        request.POST or None,
        initial=initial,
        reach=request.reach,
        seen=seen,
        campaign=Campaign(),
    )
    if request.method == "POST" and form.is_valid():
        made = form.filled()
        campaign_deeds.store(made, by=request.actor)
        messages.success(request, _("The draft is kept. The list below says what is left to do."))
        if old is not None:
            _take_plan_over(request, made, old)
        return redirect("officials:campaign", made.slug)
    status = 422 if form.is_bound else 200
    return render(request, f"{FOLDER}campaign_form.html", {"form": form}, status=status)


def _take_plan_over(request: OfficialRequest, made: Campaign, old: Campaign) -> None:
    """Copy the plan of the campaign a draft began with, and say what of it could not be."""
    try:
        taken, left = plans.take_over(made, old, by=request.actor)
    except TreeError:
        # The list of what must be so names it; a plan can be given once it is mended.
        return
    if taken:
        said = ngettext(
            "The sample plan of %(n)s unit is taken over from “%(title)s”.",
            "The sample plan of %(n)s units is taken over from “%(title)s”.",
            taken,
        )
        n = number_format(taken, force_grouping=True)
        messages.success(request, said % {"n": n, "title": old.title_text})
    if left:
        said = ngettext(
            "%(n)s planned unit of that campaign is not asked by this one and was left out.",
            "%(n)s planned units of that campaign are not asked by this one and were left out.",
            left,
        )
        messages.warning(request, said % {"n": number_format(left, force_grouping=True)})


@panel_page(Act.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def edit_campaign(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Change a draft; of an open campaign its title and a later last day."""
    state = state_of(campaign, timezone.localdate(request.rights.now))
    if not _may_manage(request, campaign):
        return refused(request)
    if state in {State.CLOSED, State.PUBLISHED}:
        messages.warning(request, _("The campaign is over: it can no longer be changed."))
        return redirect("officials:campaign", campaign.slug)
    posted = request.POST or None
    form: TitleForm
    if state == State.OPEN:
        form = TitleForm(posted, initial=CampaignForm.initial_of(campaign))
    else:
        seen = request.rights.reach(Act.SEE_CAMPAIGNS)
        initial = CampaignForm.initial_of(campaign)
        form = CampaignForm(
            posted, initial=initial, reach=request.reach, seen=seen, campaign=campaign
        )
    if request.method == "POST" and form.is_valid():
        try:
            return _changed(request, form, campaign)
        except NotNow as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "campaign": campaign,
        "facts": [fact for fact in campaign_facts.facts(campaign, state) if fact.frozen],
    }
    status = 422 if form.is_bound else 200
    return render(request, f"{FOLDER}campaign_form.html", context, status=status)


def _changed(request: OfficialRequest, form: TitleForm, campaign: Campaign) -> HttpResponseRedirect:
    if isinstance(form, CampaignForm):
        was_ready = campaign.ready_at is not None
        campaign_deeds.store(form.filled(), by=request.actor)
        if was_ready:
            messages.info(request, _("What was changed has to be declared ready once more."))
    else:
        titles, closes_on = form.titles(campaign.title), form.cleaned_data["closes_on"]
        now = request.rights.now
        campaign_deeds.amend(campaign, titles, closes_on, now=now, by=request.actor)
    messages.success(request, _("The campaign is changed."))
    return redirect("officials:campaign", campaign.slug)


@panel_page(Act.MANAGE_CAMPAIGNS)
@require_POST
def declare_ready(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    if not _may_manage(request, campaign):
        return refused(request)
    form = ReadyForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        campaign_deeds.declare_ready(
            campaign, now=request.rights.now, reason=reason, by=request.actor
        )
    except NotNow as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The campaign is ready and can be opened."))
    return redirect("officials:campaign", campaign.slug)


@panel_page(Act.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def open_campaign(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Name what opening fixes for good and ask once; a POST opens."""
    if not _may_manage(request, campaign):
        return refused(request)
    state = state_of(campaign, timezone.localdate(request.rights.now))
    if request.method == "GET" and state == State.READY:
        context = {"campaign": campaign, "facts": campaign_facts.facts(campaign, State.OPEN)}
        return render(request, f"{FOLDER}campaign_open.html", context)
    try:
        size = campaign_deeds.open_now(campaign, now=request.rights.now, by=request.actor)
    except (NotNow, TreeError) as error:
        messages.error(request, str(error))
    else:
        said = ngettext(
            "The campaign is open; its tree has %(n)s unit.",
            "The campaign is open; its tree has %(n)s units.",
            size,
        )
        messages.success(request, said % {"n": number_format(size, force_grouping=True)})
    return redirect("officials:campaign", campaign.slug)


@panel_page(Act.MANAGE_CAMPAIGNS)
@require_http_methods(["GET", "POST"])
def close_campaign(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Bring the last day forward, with a reason."""
    if not _may_manage(request, campaign):
        return refused(request)
    today = timezone.localdate(request.rights.now)
    form = CloseForm(request.POST or None, initial={"last_day": max(today, campaign.opens_on)})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            campaign_deeds.close(
                campaign,
                chosen["last_day"],
                now=request.rights.now,
                reason=chosen["reason"],
                by=request.actor,
            )
        except NotNow as error:
            form.add_error("last_day", str(error))
        else:
            messages.success(request, _("The last day is brought forward."))
            return redirect("officials:campaign", campaign.slug)
    status = 422 if form.is_bound else 200
    context = {"campaign": campaign, "form": form}
    return render(request, f"{FOLDER}campaign_close.html", context, status=status)


def _may_manage(request: OfficialRequest, campaign: Campaign) -> bool:
    return request.rights.reach(Act.MANAGE_CAMPAIGNS).covers_whole(campaign)


def _waiting(campaign: Campaign) -> Proposal | None:
    rows = Proposal.objects.filter(campaign=campaign, outcome=Proposal.Outcome.WAITING)
    return rows.select_related("proposed_by").first()
