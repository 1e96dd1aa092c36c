"""When releases are made: by hand, every night, after the close."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from results import refresh, releases
from results.models import Release
from surveys.models import Campaign


def publish_now(campaign: Campaign, *, now: datetime) -> Release | None:
    """Count what is stale, then release every unit with enough new sheets; None if no unit has."""
    refresh.refresh(campaign, clock=lambda: now)
    return releases.publish(campaign, now=now)


def publish_due(*, now: datetime) -> list[Release]:
    """Make the releases of the night: of daily campaigns, and of those that have closed."""
    closed = Q(publication=Campaign.Publication.ON_CLOSE, closes_on__lt=timezone.localdate(now))
    campaigns = Campaign.objects.exclude(answers_pattern=None).filter(
        closed | Q(publication=Campaign.Publication.DAILY)
    )
    made = (
        publish_now(campaign, now=now)
        for campaign in campaigns.select_related("questionnaire", "method")
    )
    return [release for release in made if release is not None]
