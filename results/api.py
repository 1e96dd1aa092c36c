"""Published figures as JSON: the same results.showing.pages that the HTML pages show."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from results.open_data.reading_limit import open_to_programs
from results.open_data.unit_replies import Json, children_reply, local_time, unit_reply
from results.reading import public_campaigns
from results.reading.kept_pages import kept_page
from results.reading.page_states import page_state, place_in
from results.reading.public_campaigns import CampaignSummary
from results.showing import pages
from results.showing.pages import UnitPage
from results.views import public
from surveys.models import CampaignUnit

OPENAPI = Path(__file__).with_name("openapi.json")


class ApiReply(JsonResponse):
    """A reply any site may read: it is public and says the same to everybody."""

    def __init__(self, data: Json, **kwargs: Any) -> None:
        super().__init__(data, json_dumps_params={"ensure_ascii": False}, **kwargs)
        self["Access-Control-Allow-Origin"] = "*"


def problem(status: int, title: str, detail: str) -> HttpResponse:
    """Return a fault as a problem object (RFC 9457)."""
    data = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return ApiReply(data, status=status, content_type="application/problem+json")


@open_to_programs
def not_found(_request: HttpRequest, **_address: str) -> HttpResponse:
    return problem(404, "Not Found", "There is nothing at this address.")


@open_to_programs
@public
def campaigns(_request: HttpRequest) -> HttpResponse:
    return ApiReply(
        {"campaigns": [_campaign(summary) for summary in public_campaigns.campaign_list()]}
    )


@open_to_programs
@public
def unit(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _kept_reply(request, slug, code, unit_reply)


@open_to_programs
@public
def children(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    return _kept_reply(request, slug, code, children_reply)


def _kept_reply(
    request: HttpRequest, slug: str, code: str, reply: Callable[[UnitPage], Json]
) -> HttpResponse:
    """Return a reply about a unit, made only when something in it has changed."""
    try:
        place = place_in(public_campaigns.named(slug), code)
    except CampaignUnit.DoesNotExist:
        return no_unit(slug, code)
    state = page_state(place)
    kept = kept_page((request.path, state), lambda: ApiReply(reply(pages.page_of(place, state))))
    kept["Access-Control-Allow-Origin"] = "*"
    return kept


def no_unit(slug: str, code: str) -> HttpResponse:
    return problem(404, "Not Found", f"There is no campaign {slug} with a unit {code}.")


@open_to_programs
@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """Serve the description of this API, and of the PUT in surveys.api."""
    reply = HttpResponse(_openapi(), content_type="application/json")
    reply["Access-Control-Allow-Origin"] = "*"
    reply["Cache-Control"] = "public, max-age=3600"
    return reply


@cache
def _openapi() -> bytes:
    return OPENAPI.read_bytes()


def _campaign(summary: CampaignSummary) -> Json:
    campaign = summary.campaign
    return {
        "slug": campaign.slug,
        "title": campaign.title,
        "questionnaire": str(campaign.questionnaire),
        "method": campaign.method.code,
        "opens_on": campaign.opens_on.isoformat(),
        "closes_on": campaign.closes_on.isoformat(),
        "threshold": campaign.threshold,
        "simulated": campaign.simulated,
        "root": summary.root,
        "release": summary.release,
        "as_of": local_time(summary.as_of),
    }
