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

from results import pages
from results.models import PublishedIndex
from results.snapshot import snapshot
from results.unit_charts import unit_charts
from surveys.models import Campaign, CampaignUnit

MAX_AGE = 5
"""Seconds a page may be kept by those between us and its reader."""

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
    newest = pages.newest_published()
    if newest is None:
        return render(request, "results/nothing_published.html")
    return _show(request, newest, None)


@public
def campaigns(request: HttpRequest) -> HttpResponse:
    return render(request, "results/campaigns.html", {"campaigns": pages.campaign_list()})


@public
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    return _show(request, _find_campaign(slug), None)


@public
def unit(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _show(request, _find_campaign(slug), code)


@public
def published_indices(request: HttpRequest) -> HttpResponse:
    figures = PublishedIndex.objects.order_by("-year", "index_name", "unit_level", "unit_name")
    return render(request, "results/published_indices.html", {"figures": figures})


def _find_campaign(slug: str) -> Campaign:
    try:
        return pages.find_campaign(slug)
    except Campaign.DoesNotExist as error:
        raise Http404 from error


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
