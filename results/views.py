"""The public pages: HTTP around results.pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import conditional_page, require_safe

from results import pages, public_campaigns
from results.models import PublishedIndex
from results.snapshot import snapshot
from results.unit_charts import unit_charts
from results.unit_families import names_with_parents
from surveys.models import Campaign, CampaignUnit
from surveys.unit_search import search_campaign_units

MAX_AGE = 5
"""Seconds a page may be kept by those between us and its reader."""

LONGEST_QUERY = 100
MOST_FOUND = 50

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Serve what anyone may read: by GET, from one snapshot, kept for seconds."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with snapshot():
            response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=MAX_AGE)
        return response

    served: View = require_safe(conditional_page(wrapped))
    return served


@public
def home(request: HttpRequest) -> HttpResponse:
    newest = public_campaigns.newest_published()
    if newest is None:
        return render(request, "results/nothing_published.html")
    return _show(request, newest, None)


@public
def campaigns(request: HttpRequest) -> HttpResponse:
    return render(
        request, "results/campaigns.html", {"campaigns": public_campaigns.campaign_list()}
    )


@public
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    found = _find_campaign(slug)
    query = request.GET.get("q", "").replace("\0", "").strip()
    return _search(request, found, query) if query else _show(request, found, None)


@public
def unit(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _show(request, _find_campaign(slug), code)


@public
def published_indices(request: HttpRequest) -> HttpResponse:
    figures = PublishedIndex.objects.order_by("-year", "index_name", "unit_level", "unit_name")
    return render(request, "results/published_indices.html", {"figures": figures})


def _find_campaign(slug: str) -> Campaign:
    try:
        return public_campaigns.find_campaign(slug)
    except Campaign.DoesNotExist as error:
        raise Http404 from error


def _search(request: HttpRequest, searched: Campaign, query: str) -> HttpResponse:
    found = search_campaign_units(searched, query[:LONGEST_QUERY], MOST_FOUND + 1)
    context = {
        "campaign": searched,
        "campaign_url": reverse("results:campaign", args=[searched.slug]),
        "query": query,
        "found": names_with_parents(searched, found[:MOST_FOUND]),
        "limit": MOST_FOUND if len(found) > MOST_FOUND else None,
    }
    return render(request, "results/search.html", context)


def _show(request: HttpRequest, shown: Campaign, code: str | None) -> HttpResponse:
    try:
        page = pages.unit_page(shown, code)
    except CampaignUnit.DoesNotExist as error:
        raise Http404 from error
    context = {
        "page": page,
        "charts": unit_charts(page),
        "campaign_url": reverse("results:campaign", args=[shown.slug]),
        "read_at": timezone.now(),
    }
    return render(request, "results/unit.html", context)
