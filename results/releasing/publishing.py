"""Two officials publish: one proposes, another confirms or refuses; both stand in the log."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from results.models import Release
from results.releasing import publication, releases
from surveys.campaigns.campaign_deeds import NotNow
from surveys.campaigns.campaign_scope import unit_of
from surveys.campaigns.campaign_states import State, state_of
from surveys.models import Campaign, Proposal
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed

Outcome = Proposal.Outcome
SHORTEST_REASON = 10


def waiting(campaign: Campaign) -> Proposal | None:
    """Return the proposal that waits for a second person."""
    rows = Proposal.objects.filter(campaign=campaign, outcome=Outcome.WAITING)
    return rows.select_related("proposed_by").first()


def why_not(campaign: Campaign, today: datetime) -> str:
    """Return why nothing can be proposed now; empty when something can."""
    state = state_of(campaign, timezone.localdate(today))
    if state in {State.DRAFT, State.READY}:
        return _("The campaign is not open yet.")
    if state == State.OPEN and campaign.publication == Campaign.Publication.ON_CLOSE:
        return _("Citizens were told that results come after the campaign has closed.")
    return ""


def needs_reason(campaign: Campaign) -> bool:
    """Return whether another release would be a correction of the final one."""
    return releases.is_final(campaign)


def propose(campaign: Campaign, *, now: datetime, reason: str, by: Actor) -> Proposal:
    """Ask for a second person.

    Raises:
        NotNow: one waits already, nothing may be published yet, or a correction has no reason.
    """
    assert by.user is not None  # noqa: S101 - only narrows the type: officials are signed in
    with transaction.atomic():
        campaign = _locked(campaign)
        if waiting(campaign):
            raise NotNow(_("A proposal waits already."))
        if why := why_not(campaign, now):
            raise NotNow(why)
        if needs_reason(campaign) and len(reason) < SHORTEST_REASON:
            raise NotNow(_("The final release is made: please write why figures are corrected."))
        proposal = Proposal.objects.create(
            campaign=campaign, proposed_by=by.user, proposed_at=now, reason=reason
        )
        _record(Deed.PROPOSE_RELEASE, proposal, by, reason=reason)
        return proposal


def confirm(proposal: Proposal, *, now: datetime, by: Actor) -> Release | None:
    """Publish what somebody else proposed; None when no unit has enough that is new.

    That both agreed is kept before the release is made: should making it fail, the release of
    the night makes up for it.

    Raises:
        NotNow: it is decided already, was proposed by the same person, or has become a
            correction without a reason.
    """
    with transaction.atomic():
        campaign = _locked(proposal.campaign)
        # The night may have made the final release since this was proposed.
        if needs_reason(campaign) and not proposal.reason:
            raise NotNow(_("The final release is made: please write why figures are corrected."))
        _decide(proposal, Outcome.CONFIRMED, now=now, by=by)
        campaign.held = False
        campaign.save(update_fields=["held"])
        _record(Deed.CONFIRM_RELEASE, proposal, by, reason=proposal.reason)
    release = publication.publish_now(campaign, now=now, reason=proposal.reason)
    if release is not None:
        Proposal.objects.filter(pk=proposal.pk).update(release=release.number)
    return release


def refuse(proposal: Proposal, *, now: datetime, answer: str, by: Actor) -> None:
    """Refuse a proposal, with why; who made it takes it back instead.

    Raises:
        NotNow: it is decided already.
    """
    with transaction.atomic():
        _locked(proposal.campaign)
        own = by.user == proposal.proposed_by
        _decide(proposal, Outcome.WITHDRAWN if own else Outcome.REFUSED, now=now, by=by)
        Proposal.objects.filter(pk=proposal.pk).update(answer=answer)
        deed = Deed.WITHDRAW_RELEASE if own else Deed.REFUSE_RELEASE
        _record(deed, proposal, by, reason=answer)


def _decide(proposal: Proposal, outcome: Proposal.Outcome, *, now: datetime, by: Actor) -> None:
    if outcome == Outcome.CONFIRMED and by.user == proposal.proposed_by:
        raise NotNow(_("Somebody else has to confirm what you proposed."))
    rows = Proposal.objects.filter(pk=proposal.pk, outcome=Outcome.WAITING)
    if not rows.update(outcome=outcome, decided_by=by.user, decided_at=now):
        raise NotNow(_("The proposal is decided already."))


def _locked(campaign: Campaign) -> Campaign:
    rows = Campaign.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("questionnaire", "method").get(pk=campaign.pk)


def _record(deed: Deed, proposal: Proposal, by: Actor, *, reason: str) -> None:
    campaign = proposal.campaign
    after = {"proposed_by": proposal.proposed_by.get_username()}
    if deed != Deed.PROPOSE_RELEASE:
        after["decided_by"] = by.name
    audit.record(
        deed,
        by=by,
        to=campaign,
        unit=unit_of(campaign),
        campaign=campaign,
        after={**after, "proposal": proposal.pk},
        reason=reason,
    )
