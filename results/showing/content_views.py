"""Public pages across units and groups: one content, segments, a comparison, the method."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from results.reading.kept_pages import kept_page
from results.reading.page_states import release_state
from results.showing import filters
from results.showing.charts import interval_axis
from results.showing.compared_units import MOST, compare_units
from results.showing.content_pages import NoSuchContent, content_page
from results.showing.method_pages import method_page
from results.showing.ranking_table import content_ranking
from results.showing.segment_pages import segment_page
from results.views import find_campaign, public
from surveys.models import Campaign, CampaignUnit
from surveys.units.unit_search import search_campaign_units

UNITS = "don-vi"
ADD = "them"

_CODE = re.compile(r"[\w.-]{1,20}")


@public
def content(request: HttpRequest, slug: str, code: str, content_code: str) -> HttpResponse:
    campaign = find_campaign(slug)
    if filters.CONTENT in request.GET:
        chosen = request.GET[filters.CONTENT]
        if not chosen:
            return HttpResponseRedirect(reverse("results:unit", args=[slug, code]))
        if _CODE.fullmatch(chosen):
            return HttpResponseRedirect(reverse("results:content", args=[slug, code, chosen]))
        raise Http404
    # Its link to the other language repeats the whole address.
    key = (request.get_full_path(), release_state(campaign))
    return kept_page(key, lambda: _content(request, campaign, code, content_code))


def _content(
    request: HttpRequest, campaign: Campaign, code: str, content_code: str
) -> HttpResponse:
    try:
        page = content_page(campaign, code, content_code)
    except (CampaignUnit.DoesNotExist, NoSuchContent) as error:
        raise Http404 from error
    axis = interval_axis([page.figure, *(row.figure for row in page.rows)])
    context = {
        "page": page,
        "campaign": campaign,
        "groups": content_ranking(page.rows, axis, page.figure),
        "axis": mark_safe(axis.labels(few=True)),  # noqa: S308 - made of our own numbers
        "choice": filters.contents(campaign, content_code),
        "campaign_url": reverse("results:campaign", args=[campaign.slug]),
    }
    return render(request, "results/content.html", context)


@public
def segments(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show a unit's figures told apart by who answered."""
    campaign = find_campaign(slug)
    key = (request.get_full_path(), release_state(campaign))
    return kept_page(key, lambda: _segments(request, campaign, code))


def _segments(request: HttpRequest, campaign: Campaign, code: str) -> HttpResponse:
    try:
        page = segment_page(campaign, code)
    except CampaignUnit.DoesNotExist as error:
        raise Http404 from error
    campaign_url = reverse("results:campaign", args=[campaign.slug])
    context = {"page": page, "campaign": campaign, "campaign_url": campaign_url}
    return render(request, "results/segments.html", context)


@public
def comparison(request: HttpRequest, slug: str) -> HttpResponse:
    """Show up to four units side by side; a name to add is looked up, the first found taken."""
    campaign = find_campaign(slug)
    codes = [code for code in request.GET.getlist(UNITS) if _CODE.fullmatch(code)][:MOST]
    added = request.GET.get(ADD, "").replace("\0", "").strip()
    if added:
        return _comparison(request, campaign, codes, added)
    key = (request.get_full_path(), release_state(campaign))
    return kept_page(key, lambda: _comparison(request, campaign, codes))


def _comparison(
    request: HttpRequest, campaign: Campaign, codes: list[str], added: str = ""
) -> HttpResponse:
    found = search_campaign_units(campaign, added, 1) if added else []
    compared = compare_units(campaign, [*codes, *(place.code for place in found)])
    context = {
        "campaign": campaign,
        "compared": compared,
        "added": added,
        "not_found": bool(added) and not found,
        "is_full": len(compared.units) >= MOST,
        "campaign_url": reverse("results:campaign", args=[campaign.slug]),
    }
    return render(request, "results/comparison.html", context)


@public
def method(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = find_campaign(slug)
    context = {
        "campaign": campaign,
        "method": method_page(campaign),
        "campaign_url": reverse("results:campaign", args=[slug]),
    }
    return render(request, "results/method.html", context)
