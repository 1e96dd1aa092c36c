"""Which campaigns the public may see: those that have been opened."""

from __future__ import annotations

import itertools
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


def names_of_all() -> QuerySet[Campaign]:
    """Return the opened campaigns with no more than their names, the one opened last first."""
    names = opened_campaigns().select_related(None).only("slug", "title", "opens_on")
    return names.order_by("-opens_on", "-pk")


def newest_published() -> QuerySet[Campaign]:
    """Return the campaign opened last among those with a release, if there is one."""
    released = Exists(Release.objects.filter(campaign=OuterRef("pk")))
    return opened_campaigns().filter(released).order_by("-opens_on", "-pk")[:1]


def named(slug: str) -> QuerySet[Campaign]:
    """Return the opened campaign of this name, if there is one."""
    return opened_campaigns().filter(slug=slug)


def find_campaign(slug: str) -> Campaign:
    """Return an opened campaign.

    Raises:
        Campaign.DoesNotExist: there is none of this name.
    """
    return named(slug).get()


def top_path(campaign: Campaign) -> list[int]:
    """Return the unit ids from the root of a campaign's tree to the top of what it asks about.

    That is the root; or of a campaign of some units the lowest one that they all are or hang
    under, since what stands above it has no other sheets and would lend them its name.
    """
    units = CampaignUnit.objects.filter(campaign=campaign)
    units = units.filter(code__in=campaign.scope) if campaign.scope else units.filter(parent=None)
    paths = list(units.values_list("path", flat=True))
    same = itertools.takewhile(lambda ids: len(set(ids)) == 1, zip(*paths, strict=False))
    return [ids[0] for ids in same]


def _top_code(campaign: Campaign) -> str:
    units = CampaignUnit.objects.filter(campaign=campaign, unit=top_path(campaign)[-1])
    return units.values_list("code", flat=True).get()


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
        CampaignSummary(
            campaign,
            _top_code(campaign) if campaign.scope else campaign.root,
            campaign.release,
            campaign.as_of,
        )
        for campaign in campaigns.order_by("-opens_on", "-pk")
    ]
