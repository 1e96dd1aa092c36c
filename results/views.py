"""The public pages of units and campaigns: HTTP around results.showing.pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers, set_response_etag
from django.views.decorators.http import conditional_page, require_safe

from results.models import PublishedIndex
from results.reading import public_campaigns
from results.reading.kept_pages import kept_page
from results.reading.page_states import PageState, page_state, place_in
from results.reading.parts import part_code, part_name, part_of
from results.reading.public_campaigns import top_path
from results.reading.replicas import public_snapshot
from results.reading.unit_families import names_with_parents
from results.showing import addresses, filters
from results.showing.pages import UnitPage, page_of
from results.showing.unit_charts import unit_charts
from surveys.models import Campaign, CampaignUnit, Tier
from surveys.units.search_keys import sort_key
from surveys.units.unit_search import search_campaign_units

MAX_AGE = 5
"""Seconds a page may be kept by those between us and its reader."""

LONGEST_QUERY = 100
MOST_FOUND = 50
MOST_PUBLISHED = 12

# What the nation is called in figures that others published (results/data).
NATION = "Cả nước"
KNOWN_INDICES = ("SIPAS", "PAR INDEX", "PAPI")
"""Those of whole units, which stand on a unit's page; others are of parts of it."""

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Serve what anyone may read: by GET, from one snapshot, kept for seconds."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # No text has one, no browser sends one, and a search for it would be PostgreSQL's fault.
        if any("\x00" in text for _name, words in request.GET.lists() for text in words):
            raise BadRequest("a null character")
        with public_snapshot():
            response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=MAX_AGE)
        # "Not modified" must name what the page is told apart by, and by the same tag. A page
        # and the page compressed are the same to who reads them, never byte by byte: a weak tag.
        patch_vary_headers(response, ("Accept-Encoding",))
        if "ETag" not in response and response.status_code == HTTPStatus.OK:
            set_response_etag(response)
            if response.get("ETag", "").startswith('"'):
                response["ETag"] = f"W/{response['ETag']}"
        return response

    served: View = require_safe(conditional_page(wrapped))
    return served


@public
def home(request: HttpRequest) -> HttpResponse:
    try:
        return _show(request, public_campaigns.newest_published(), None)
    except CampaignUnit.DoesNotExist:
        return render(request, "results/nothing_published.html")


@public
def campaigns(request: HttpRequest) -> HttpResponse:
    return render(
        request, "results/campaigns.html", {"campaigns": public_campaigns.campaign_list()}
    )


@public
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    return _show_named(request, slug, None)


@public
def unit(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _show_named(request, slug, code)


@public
def published_indices(request: HttpRequest) -> HttpResponse:
    figures = sorted(PublishedIndex.objects.all(), key=_published_order)
    return render(request, "results/published_indices.html", {"figures": figures})


def _published_order(figure: PublishedIndex) -> tuple[object, ...]:
    """Return where a figure stands: by year, index, the nation first, names in Vietnamese order."""
    known = figure.index_name in KNOWN_INDICES
    return (
        -figure.year,
        KNOWN_INDICES.index(figure.index_name) if known else len(KNOWN_INDICES),
        sort_key(figure.index_name),
        figure.unit_name != NATION,
        sort_key(figure.unit_name),
        figure.pk,
    )


def find_campaign(slug: str) -> Campaign:
    try:
        return public_campaigns.find_campaign(slug)
    except Campaign.DoesNotExist as error:
        raise Http404 from error


def _show_named(request: HttpRequest, slug: str, code: str | None) -> HttpResponse:
    try:
        return _show(request, public_campaigns.named(slug), code)
    except CampaignUnit.DoesNotExist as error:
        raise Http404 from error


def _show(request: HttpRequest, campaigns: QuerySet[Campaign], code: str | None) -> HttpResponse:
    """Show a unit of the one campaign of these, or what is searched for in it.

    Raises:
        CampaignUnit.DoesNotExist: there is no campaign, or the code names no unit of its tree.
    """
    query = request.GET.get(filters.QUERY, "").replace("\0", "").strip()
    if query:
        if (searched := campaigns.first()) is None:
            raise CampaignUnit.DoesNotExist
        if other := addresses.other_campaign(searched, request.GET):
            query = urlencode({filters.QUERY: query})
            return HttpResponseRedirect(f"{addresses.unit_address(other, None)}?{query}")
        return _search(request, searched, query)
    place = place_in(campaigns, code)
    shown = place.campaign
    if elsewhere := chosen_elsewhere(request, place):
        return HttpResponseRedirect(elsewhere)
    if code and shown.scope and place.unit_id in top_path(shown)[:-1]:
        # Its sheets are those of the units asked about: a nation's name would say too much.
        return HttpResponseRedirect(reverse("results:campaign", args=[shown.slug]))
    state = page_state(place)
    # A page that says "as of" is the page of that minute.
    minute = timezone.now().strftime("%Y%m%d%H%M") if state.marked else ""
    key = (request.get_full_path(), state, minute)
    return kept_page(key, lambda: _page(request, place, state))


def _page(request: HttpRequest, place: CampaignUnit, state: PageState) -> HttpResponse:
    period, channel = part_of(request.GET)
    page = page_of(place, state, period=period, channel=channel)
    campaign_url = reverse("results:campaign", args=[place.campaign.slug])
    code = page.summary.unit.code
    # A unit without others below is compared with those beside it.
    parent = page.above[-1].code if page.above and not page.children else code
    context = {
        "page": page,
        "charts": unit_charts(page),
        "filters": filters.unit_filters(
            page,
            public_campaigns.names_of_all(),
            reverse("results:unit", args=[place.campaign.slug, code]),
        ),
        "published": _published(page),
        "part": part_name(period, channel),
        "campaign_url": campaign_url,
        "contents_url": f"{campaign_url}{parent}/noi-dung/",
        "part_query": addresses.query_of(part_code(period, channel)),
        "read_at": timezone.now(),
    }
    return render(request, "results/unit.html", context)


def _published(page: UnitPage) -> list[PublishedIndex]:
    """Return what others published about the unit, the latest year first."""
    name = page.summary.unit
    names = [NATION] if name.tier == Tier.NATION else [name.name, name.full_name]
    if name.tier not in {Tier.NATION, Tier.PROVINCE}:
        # Communes share their names with provinces and with each other. Asked all the same, so
        # that every page takes the same queries.
        names = [""]
    figures = PublishedIndex.objects.filter(index_name__in=KNOWN_INDICES, unit_name__in=names)
    return list(figures.order_by("-year", "index_name")[:MOST_PUBLISHED])


def chosen_elsewhere(request: HttpRequest, place: CampaignUnit, content: str = "") -> str | None:
    """Return where a choice of the filters leads, if not to this page."""
    try:
        return addresses.chosen_address(place, request.GET, content)
    except addresses.NoSuchAddress as error:
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
