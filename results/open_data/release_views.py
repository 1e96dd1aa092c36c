"""Frozen releases: HTTP around results.bundles."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from results.bundles import shelf
from results.bundles.changes import changes
from results.bundles.manifest import public_key_of
from results.bundles.shelf import FrozenRelease
from results.downloads.csv_file import COMMA, SEMICOLON
from results.models import Bundle, BundleFile
from results.open_data.reading_limit import open_to_programs
from results.reading import public_campaigns
from results.reading.snapshot import snapshot
from results.views import public
from surveys.models import Campaign, CampaignUnit

TYPES = {".json": "application/json", ".csv": "text/csv; charset=utf-8"}


@public
def releases(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = _campaign(slug)
    context = {"campaign": campaign, "releases": shelf.frozen_releases(campaign)}
    return render(request, "results/downloads_releases.html", context)


@public
def release(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _release(_campaign(slug), number)
    context = {"release": found, "campaign": found.frozen.campaign}
    return render(request, "results/downloads_release.html", context)


@open_to_programs
@require_safe
def release_file(_request: HttpRequest, slug: str, number: int, path: str) -> HttpResponseBase:
    with snapshot():
        found = _release(_campaign(slug), number)
        try:
            content = shelf.content_of(found, path)
        except BundleFile.DoesNotExist as error:
            raise Http404 from error
    kind = next((TYPES[ending] for ending in TYPES if path.endswith(ending)), "text/plain")
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'inline; filename="{path.rpartition("/")[2]}"'
    return _for_good(response)


@open_to_programs
@require_safe
def release_archive(_request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    with snapshot():
        found = _release(_campaign(slug), number)
    response = StreamingHttpResponse(shelf.archive(found), content_type="application/zip")
    name = f"hai-long_{slug}_dot-{number}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _for_good(response)


@open_to_programs
@require_safe
def all_units(_request: HttpRequest, slug: str, dialect: str) -> HttpResponseBase:
    """Serve the figures of all units of the newest frozen release of a campaign."""
    chosen = COMMA if dialect == "so-lieu" else SEMICOLON
    with snapshot():
        campaign = _campaign(slug)
        frozen = shelf.frozen_releases(campaign)
        if not frozen:
            raise Http404
        found = _release(campaign, frozen[0].number)
    lines = shelf.all_figures(found, chosen.separator, chosen.decimal)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"hai-long_{slug}_tat-ca-don-vi_dot-{found.frozen.number}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    patch_cache_control(response, public=True, max_age=60)
    return response


@open_to_programs
@public
def public_key(_request: HttpRequest) -> HttpResponse:
    """Serve the key that signs frozen releases, in hexadecimal; 404 where none does."""
    key = public_key_of(settings.SIGNING_KEY)
    if not key:
        raise Http404
    return HttpResponse(f"{key}\n", content_type="text/plain")


@public
def unit_changes(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show a unit's figures in two frozen releases: the newest two, or those asked for."""
    campaign = _campaign(slug)
    try:
        place = CampaignUnit.objects.select_related("version").get(campaign=campaign, code=code)
    except CampaignUnit.DoesNotExist as error:
        raise Http404 from error
    place.campaign = campaign
    frozen = shelf.frozen_releases(campaign)
    numbers = [one.number for one in frozen]
    new = _asked(request, "den", numbers, numbers[0] if numbers else 0)
    older = [number for number in numbers if number < new]
    old = _asked(request, "tu", numbers, older[0] if older else 0)
    context = {"campaign": campaign, "place": place, "releases": frozen, "new": new, "old": old}
    if old and new:
        before, after = _release(campaign, old), _release(campaign, new)
        context["changes"] = changes(place, before, after)
        context["between"] = [one for one in frozen if old < one.number <= new]
    return render(request, "results/downloads_changes.html", context)


def _asked(request: HttpRequest, name: str, known: list[int], otherwise: int) -> int:
    text = request.GET.get(name, "")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise
    return asked if asked in known else otherwise


def _campaign(slug: str) -> Campaign:
    try:
        return public_campaigns.find_campaign(slug)
    except Campaign.DoesNotExist as error:
        raise Http404 from error


def _release(campaign: Campaign, number: int) -> FrozenRelease:
    try:
        return shelf.find_frozen(campaign, number)
    except Bundle.DoesNotExist as error:
        raise Http404 from error


def _for_good(response: HttpResponseBase) -> HttpResponseBase:
    # A frozen release never changes.
    patch_cache_control(response, public=True, max_age=31_536_000, immutable=True)
    return response
