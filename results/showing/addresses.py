"""Where pages of results are, and where a reader's choices lead."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from results.reading import public_campaigns
from results.reading.parts import PART, part_code, part_of
from results.reading.public_campaigns import top_path
from results.showing.content_pages import has_content
from results.showing.filters import CAMPAIGN, CONTENT, UNITS
from surveys.models import Campaign, CampaignUnit


class NoSuchAddress(LookupError):
    """What was chosen cannot be part of an address."""


def unit_address(campaign: Campaign, place: CampaignUnit | None, part: str = "") -> str:
    """Return the address of a unit's page; without a unit that of the campaign."""
    if place is None or place.unit_id in top_path(campaign):
        return reverse("results:campaign", args=[campaign.slug]) + query_of(part)
    return reverse("results:unit", args=[campaign.slug, place.code]) + query_of(part)


def content_address(campaign: Campaign, code: str, content: str, part: str = "") -> str:
    """Return the address of a factor or criterion of a unit.

    Raises:
        NoSuchAddress: no content has such a code.
    """
    try:
        page = reverse("results:content", args=[campaign.slug, code, content])
    except NoReverseMatch as error:
        raise NoSuchAddress(content) from error
    return page + query_of(part)


def segments_address(campaign: Campaign, place: CampaignUnit | None) -> str:
    """Return the address of a unit's groups of respondents; without a unit that of the campaign."""
    if place is None:
        return reverse("results:campaign", args=[campaign.slug])
    return reverse("results:segments", args=[campaign.slug, place.code])


def comparison_address(campaign: Campaign, codes: Sequence[str], part: str = "") -> str:
    address = reverse("results:comparison", args=[campaign.slug])
    return address + query_of(part, [(UNITS, code) for code in codes])


def query_of(part: str, others: Sequence[tuple[str, str]] = ()) -> str:
    """Write what follows an address: other parameters and the month or channel, if one is shown."""
    parameters = [*others, *([(PART, part)] if part else [])]
    return f"?{urlencode(parameters)}" if parameters else ""


def other_campaign(here: Campaign, parameters: Mapping[str, str]) -> Campaign | None:
    """Return the campaign that was chosen; None where it is this one, or there is none."""
    slug = parameters.get(CAMPAIGN, here.slug)
    return (
        None if slug == here.slug else public_campaigns.opened_campaigns().filter(slug=slug).first()
    )


def same_unit(place: CampaignUnit, campaign: Campaign) -> CampaignUnit | None:
    """Return a unit's place in another campaign, if it is in that and not above all asked there."""
    return same_units([place.unit_id], campaign).first()


def same_units(unit_ids: Collection[int], campaign: Campaign) -> QuerySet[CampaignUnit]:
    """Return units in another campaign, but for those whose names would say too much there."""
    places = CampaignUnit.objects.filter(campaign=campaign, unit__in=unit_ids)
    return places.exclude(unit__in=top_path(campaign)[:-1])


def chosen_address(
    place: CampaignUnit, parameters: Mapping[str, str], content: str = ""
) -> str | None:
    """Return where the choices of the filters lead; None where nothing was chosen.

    The address is one that people pass on: it says only what matters. In another campaign the
    same unit is shown, and the same content if it is asked there; its months are others.

    Args:
        content: the one that is shown; empty for all of a unit.

    Raises:
        NoSuchAddress: no content has the code that was chosen.
    """
    if CAMPAIGN not in parameters and CONTENT not in parameters:
        return None
    here, part = place.campaign, part_code(*part_of(parameters))
    wanted = parameters.get(CONTENT, content)
    if other := other_campaign(here, parameters):
        there = same_unit(place, other)
        if there and wanted and has_content(other, wanted):
            return content_address(other, there.code, wanted)
        return unit_address(other, there)
    if wanted:
        return content_address(here, place.code, wanted, part)
    return unit_address(here, place, part)
