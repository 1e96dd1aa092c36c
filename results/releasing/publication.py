"""When releases are made: by hand, every night, after the close."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from results.counting import refresh
from results.models import Release
from results.releasing import releases
from surveys.models import Campaign
from surveys.submissions import LATE_FOR


class ReasonMissing(ValueError):
    """After the final release, another one has to say why figures change."""


class HeldBack(ValueError):
    """Two officials have not agreed yet that figures of the campaign are published."""


def publish_now(campaign: Campaign, *, now: datetime, reason: str = "") -> Release | None:
    """Count what is stale, then release every unit with enough that is new; None if none has.

    After the close, what units cannot publish alone is pooled. The first release after the last
    day on which sheets of the open days may still arrive is final; it is made in any case.

    Args:
        reason: why figures change other than by new sheets, for all to read.

    Raises:
        HeldBack: nobody has confirmed the first publication yet.
        ReasonMissing: the final release has been made, and there is no reason for another.
    """
    if campaign.held:
        raise HeldBack(campaign.slug)
    is_final = releases.is_final(campaign)
    if is_final and not reason:
        raise ReasonMissing(campaign.slug)
    refresh.refresh(campaign, clock=lambda: now)
    today = timezone.localdate(now)
    return releases.publish(
        campaign,
        now=now,
        closed=today > campaign.closes_on,
        final=not is_final and today > campaign.closes_on + LATE_FOR,
        reason=reason,
    )


def publish_due(*, now: datetime) -> list[Release]:
    """Make the releases of the night: of daily campaigns, and of those that have closed.

    A campaign with its final release changes only by hand; one held back waits.
    """
    closed = Q(closes_on__lt=timezone.localdate(now))
    final = Release.objects.filter(campaign=OuterRef("pk"), final=True)
    campaigns = Campaign.objects.exclude(answers_pattern=None).filter(
        closed | Q(publication=Campaign.Publication.DAILY), ~Exists(final), held=False
    )
    made = (
        publish_now(campaign, now=now)
        for campaign in campaigns.select_related("questionnaire", "method")
    )
    return [release for release in made if release is not None]
