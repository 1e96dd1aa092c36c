"""Publish a commitment and withdraw one; both are logged, and nothing else can be done with it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from surveys.models import CampaignUnit, Commitment, Unit
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed


class AlreadyWithdrawn(ValueError):
    """Somebody withdrew the commitment meanwhile."""


def publish(
    place: CampaignUnit,
    criterion: str,
    *,
    what: str,
    answers_for_it: str,
    until: date,
    today: date,
    by: Actor,
) -> Commitment:
    """Publish what a unit will do about a criterion.

    The same words twice are one commitment: whoever sends a form twice promises once.
    """
    with transaction.atomic():
        # Two clicks at once would each make what the other has not committed yet.
        Unit.objects.select_for_update(no_key=True).get(pk=place.unit_id)
        made, is_new = Commitment.objects.get_or_create(
            campaign=place.campaign,
            unit_id=place.unit_id,
            criterion=criterion,
            what=what,
            answers_for_it=answers_for_it,
            until=until,
            withdrawn_on=None,
            defaults={"published_on": today, "published_by": by.user},
        )
        if is_new:
            audit.record(
                Deed.COMMIT,
                by=by,
                to=made,
                unit=made.unit_id,
                campaign=made.campaign_id,
                after={
                    "criterion": criterion,
                    "what": what,
                    "answers_for_it": answers_for_it,
                    "until": until,
                },
            )
    return made


def withdraw(commitment: Commitment, *, reason: str, today: date, by: Actor) -> None:
    """Withdraw a commitment; it stays where it stands, with the reason beside it.

    Raises:
        AlreadyWithdrawn: it was withdrawn before.
    """
    with transaction.atomic():
        standing = Commitment.objects.filter(pk=commitment.pk, withdrawn_on=None)
        # The conditional update decides between two at once.
        if not standing.update(withdrawn_on=today, withdrawn_by=by.user, reason=reason):
            raise AlreadyWithdrawn
        audit.record(
            Deed.WITHDRAW_COMMITMENT,
            by=by,
            to=commitment,
            unit=commitment.unit_id,
            campaign=commitment.campaign_id,
            reason=reason,
        )
