"""Public pages across units and groups: one content, segments, a comparison, the method."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from results.reading import public_campaigns
from results.reading.kept_pages import kept_page
from results.reading.page_states import find_place, release_state
from results.reading.parts import part_code, part_name, part_of
from results.showing import filters
from results.showing.addresses import (
    comparison_address,
    content_address,
    other_campaign,
    query_of,
    same_unit,
    same_units,
    segments_address,
)
from results.showing.charts import interval_axis
from results.showing.compared_units import MOST, compare_units
from results.showing.content_pages import NoSuchContent, content_page
from results.showing.method_pages import method_page
from results.showing.ranking_table import content_ranking
from results.showing.segment_pages import segment_page
from results.views import chosen_elsewhere, find_campaign, public
from surveys.models import Campaign, CampaignUnit
from surveys.units.unit_search import search_campaign_units

ADD = "them"

_CODE = re.compile(r"[\w.-]{1,20}")


@public
def content(request: HttpRequest, slug: str, code: str, content_code: str) -> HttpResponse:
    campaign = find_campaign(slug)
    if elsewhere := _chosen_elsewhere(request, campaign, code, content_code):
        return HttpResponseRedirect(elsewhere)
    # Its link to the other language repeats the whole address.
    key = (request.get_full_path(), release_state(campaign))
    return kept_page(key, lambda: _content(request, campaign, code, content_code))


def _chosen_elsewhere(
    request: HttpRequest, campaign: Campaign, code: str, content_code: str
) -> str | None:
    if filters.CAMPAIGN not in request.GET and filters.CONTENT not in request.GET:
        return None
    try:
        return chosen_elsewhere(request, find_place(campaign, code), content_code)
    except CampaignUnit.DoesNotExist as error:
        raise Http404 from error


def _content(
    request: HttpRequest, campaign: Campaign, code: str, content_code: str
) -> HttpResponse:
    period, channel = part_of(request.GET)
    try:
        page = content_page(campaign, code, content_code, period=period, channel=channel)
    except (CampaignUnit.DoesNotExist, NoSuchContent) as error:
        raise Http404 from error
    axis = interval_axis([page.figure, *(row.figure for row in page.rows)])
    context = {
        "page": page,
        "campaign": campaign,
        "groups": content_ranking(page.rows, axis, page.figure),
        "axis": mark_safe(axis.labels(few=True)),  # noqa: S308 - made of our own numbers
        "filters": filters.content_filters(
            page,
            public_campaigns.names_of_all(),
            content_address(campaign, code, content_code),
        ),
        "part": part_name(period, channel),
        "part_query": query_of(part_code(period, channel)),
        "campaign_url": reverse("results:campaign", args=[campaign.slug]),
    }
    return render(request, "results/content.html", context)


@public
def segments(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show a unit's figures told apart by who answered."""
    campaign = find_campaign(slug)
    if filters.CAMPAIGN in request.GET:
        return HttpResponseRedirect(_segments_elsewhere(request, campaign, code))
    key = (request.get_full_path(), release_state(campaign))
    return kept_page(key, lambda: _segments(request, campaign, code))


def _segments(request: HttpRequest, campaign: Campaign, code: str) -> HttpResponse:
    try:
        page = segment_page(campaign, code)
    except CampaignUnit.DoesNotExist as error:
        raise Http404 from error
    campaign_url = reverse("results:campaign", args=[campaign.slug])
    context = {
        "page": page,
        "campaign": campaign,
        "campaign_url": campaign_url,
        "filters": filters.segment_filters(
            campaign,
            public_campaigns.names_of_all(),
            reverse("results:segments", args=[campaign.slug, code]),
        ),
    }
    return render(request, "results/segments.html", context)


def _segments_elsewhere(request: HttpRequest, campaign: Campaign, code: str) -> str:
    """Return where the groups of the unit are in the campaign that was chosen."""
    try:
        place = find_place(campaign, code)
    except CampaignUnit.DoesNotExist as error:
        raise Http404 from error
    other = other_campaign(campaign, request.GET)
    return (
        segments_address(other, same_unit(place, other))
        if other
        else segments_address(campaign, place)
    )


@public
def comparison(request: HttpRequest, slug: str) -> HttpResponse:
    """Show up to four units side by side; a name to add is looked up, the first found taken."""
    campaign = find_campaign(slug)
    codes = [code for code in request.GET.getlist(filters.UNITS) if _CODE.fullmatch(code)][:MOST]
    if filters.CAMPAIGN in request.GET:
        return HttpResponseRedirect(_compared_elsewhere(request, campaign, codes))
    added = request.GET.get(ADD, "").replace("\0", "").strip()
    if added and (found := search_campaign_units(campaign, added, 1)):
        with_it = [*codes, *(place.code for place in found)]
        part = part_code(*part_of(request.GET))
        return HttpResponseRedirect(comparison_address(campaign, with_it, part))
    if added:
        return _comparison(request, campaign, codes, not_found=added)
    key = (request.get_full_path(), release_state(campaign))
    return kept_page(key, lambda: _comparison(request, campaign, codes))


def _comparison(
    request: HttpRequest, campaign: Campaign, codes: list[str], not_found: str = ""
) -> HttpResponse:
    period, channel = part_of(request.GET)
    compared = compare_units(campaign, codes, period=period, channel=channel)
    part = part_code(period, channel)
    context = {
        "campaign": campaign,
        "compared": compared,
        "filters": filters.comparison_filters(
            compared, public_campaigns.names_of_all(), comparison_address(campaign, [])
        ),
        "part": part,
        "part_name": part_name(period, channel),
        "part_query": query_of(part),
        "not_found": not_found,
        "is_full": len(compared.units) >= MOST,
        "campaign_url": reverse("results:campaign", args=[campaign.slug]),
    }
    return render(request, "results/comparison.html", context)


def _compared_elsewhere(request: HttpRequest, campaign: Campaign, codes: list[str]) -> str:
    """Return where the same units stand side by side in the campaign that was chosen."""
    other = other_campaign(campaign, request.GET)
    if other is None:
        return comparison_address(campaign, codes, part_code(*part_of(request.GET)))
    units = CampaignUnit.objects.filter(campaign=campaign, code__in=codes)
    known = dict(units.values_list("code", "unit_id"))
    codes_there = dict(same_units(known.values(), other).values_list("unit_id", "code"))
    ids = [known[code] for code in codes if code in known]
    return comparison_address(other, [codes_there[one] for one in ids if one in codes_there])


@public
def method(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = find_campaign(slug)
    context = {
        "campaign": campaign,
        "method": method_page(campaign),
        "campaign_url": reverse("results:campaign", args=[slug]),
    }
    return render(request, "results/method.html", context)
