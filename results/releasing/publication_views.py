"""Officials' pages that need figures: the list of campaigns, and publishing by two."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from results.models import Release
from results.releasing import publishing
from results.watching import campaign_lines
from surveys.campaigns.campaign_deeds import NotNow
from surveys.campaigns.campaign_states import state_of
from surveys.models import Campaign, Proposal
from surveys.officials import OfficialRequest, panel_page, refused
from surveys.rights.acts import Act
from surveys.submissions import LATE_FOR

ON_A_PAGE = 20


class ProposalForm(forms.Form):
    """What goes with a proposal to publish."""

    reason = forms.CharField(
        label=gettext_lazy("Why figures change"),
        help_text=gettext_lazy(
            "Only where something else than new sheets changes them, such as a fault found."
            " Everybody can read it beside the release."
        ),
        widget=forms.Textarea({"rows": 3}),
        max_length=1000,
        required=False,
    )


class AnswerForm(forms.Form):
    """Why a proposal is refused or taken back."""

    answer = forms.CharField(
        label=gettext_lazy("Why not"),
        help_text=gettext_lazy("For who proposed it; kept in the log with your name."),
        widget=forms.Textarea({"rows": 3}),
        max_length=1000,
    )


@panel_page(Act.SEE_CAMPAIGNS)
@require_safe
def campaigns(request: OfficialRequest) -> HttpResponse:
    """List campaigns: how far each is, its sheets so far, and what comes next."""
    found = request.reach.campaigns().order_by("-opens_on", "slug")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate(request.rights.now)
    publishes = bool(request.rights.reach(Act.PUBLISH))
    context = {
        "page": page,
        "lines": campaign_lines.lines(
            page.object_list, request.reach, today=today, may_publish=publishes
        ),
        "may_make": bool(request.rights.reach(Act.MANAGE_CAMPAIGNS)),
    }
    return render(request, "results/officials/campaigns.html", context)


@panel_page(Act.PUBLISH, fresh=True)
@require_http_methods(["GET", "POST"])
def publication(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Show releases and proposals of a campaign; a POST proposes to publish."""
    form = ProposalForm(request.POST or None)
    if request.method == "POST":
        if not request.reach.covers_whole(campaign):
            return refused(request)
        # Nothing is asked for but a reason, so an empty form says all there is to say.
        form = ProposalForm(request.POST)
        if form.is_valid():
            try:
                publishing.propose(
                    campaign,
                    now=request.rights.now,
                    reason=form.cleaned_data["reason"],
                    by=request.actor,
                )
            except NotNow as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Proposed. Somebody else has to confirm it now."))
                return redirect("officials:publication", campaign.slug)
    context = _context(request, campaign, proposal_form=form)
    status = 422 if form.is_bound else 200
    return render(request, "results/officials/publication.html", context, status=status)


@panel_page(Act.PUBLISH, fresh=True)
@require_POST
def confirm_publication(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Publish what somebody else proposed."""
    if not request.reach.covers_whole(campaign):
        return refused(request)
    proposal = _asked_about(request, campaign)
    if proposal is None:
        return redirect("officials:publication", campaign.slug)
    try:
        release = publishing.confirm(proposal, now=request.rights.now, by=request.actor)
    except NotNow as error:
        messages.error(request, str(error))
    else:
        if release is None:
            said = _("Confirmed. No unit has %(n)d new sheets yet; they appear as they come.")
            messages.success(request, said % {"n": campaign.threshold})
        else:
            said = _("Published: release %(n)d.")
            messages.success(request, said % {"n": release.number})
    return redirect("officials:publication", campaign.slug)


@panel_page(Act.PUBLISH, fresh=True)
@require_POST
def refuse_publication(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Refuse what somebody else proposed, or take back one's own, with why."""
    if not request.reach.covers_whole(campaign):
        return refused(request)
    proposal = _asked_about(request, campaign)
    if proposal is None:
        return redirect("officials:publication", campaign.slug)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        context = _context(request, campaign, answer_form=form)
        return render(request, "results/officials/publication.html", context, status=422)
    try:
        publishing.refuse(
            proposal,
            now=request.rights.now,
            answer=form.cleaned_data["answer"],
            by=request.actor,
        )
    except NotNow as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The proposal is off; nothing was published."))
    return redirect("officials:publication", campaign.slug)


def _asked_about(request: OfficialRequest, campaign: Campaign) -> Proposal | None:
    """Return the proposal the official looked at; None, with a message, if it no longer waits."""
    proposal = publishing.waiting(campaign)
    if proposal is None or str(proposal.pk) != request.POST.get("proposal"):
        messages.warning(request, _("This proposal is decided already."))
        return None
    proposal.campaign = campaign
    return proposal


def _context(
    request: OfficialRequest,
    campaign: Campaign,
    *,
    proposal_form: forms.Form | None = None,
    answer_form: forms.Form | None = None,
) -> dict[str, Any]:
    now = request.rights.now
    proposal = publishing.waiting(campaign)
    past = Proposal.objects.filter(campaign=campaign).exclude(outcome=Proposal.Outcome.WAITING)
    return {
        "campaign": campaign,
        "state": state_of(campaign, timezone.localdate(now)),
        "proposal": proposal,
        "is_own": proposal is not None and proposal.proposed_by_id == request.official.pk,
        "may_publish": request.reach.covers_whole(campaign),
        "why_not": publishing.why_not(campaign, now),
        "needs_reason": publishing.needs_reason(campaign),
        "proposal_form": proposal_form or ProposalForm(),
        "answer_form": answer_form or AnswerForm(),
        "releases": Release.objects.filter(campaign=campaign).order_by("-number")[:50],
        "past": past.select_related("proposed_by", "decided_by").order_by("-proposed_at")[:50],
        "final_after": campaign.closes_on + LATE_FOR,
    }
