"""Which campaigns the public may see: those that have been opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from results.models import Release
from surveys.models import Campaign, CampaignUnit


@dataclass(frozen=True)
class CampaignSummary:
    """A campaign in the list of campaigns, with its newest release if it has one."""

    campaign: Campaign
    root: str
    release: int | None
    as_of: datetime | None


def opened_campaigns() -> QuerySet[Campaign]:
    return Campaign.objects.exclude(answers_pattern=None).select_related("questionnaire", "method")


def newest_published() -> Campaign | None:
    """Return the campaign opened last among those with a release; None when there is none."""
    released = Exists(Release.objects.filter(campaign=OuterRef("pk")))
    return opened_campaigns().filter(released).order_by("-opens_on", "-pk").first()


def find_campaign(slug: str) -> Campaign:
    """Return an opened campaign.

    Raises:
        Campaign.DoesNotExist: there is none of this name.
    """
    return opened_campaigns().get(slug=slug)


def campaign_list() -> list[CampaignSummary]:
    """Return the opened campaigns, the one opened last first."""
    newest = Release.objects.filter(campaign=OuterRef("pk")).order_by("-number")
    root = CampaignUnit.objects.filter(campaign=OuterRef("pk"), parent__isnull=True)
    campaigns = opened_campaigns().annotate(
        root=Subquery(root.values("code")[:1]),
        release=Subquery(newest.values("number")[:1]),
        as_of=Subquery(newest.values("released_at")[:1]),
    )
    return [
        CampaignSummary(campaign, campaign.root, campaign.release, campaign.as_of)
        for campaign in campaigns.order_by("-opens_on", "-pk")
    ]
