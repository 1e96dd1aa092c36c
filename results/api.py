"""Published figures as JSON: the same results.showing.pages that the HTML pages show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from results.commitments.commitment_json import commitment_json
from results.open_data.reading_limit import open_to_programs
from results.reading import public_campaigns
from results.reading.figures import CriterionResult, FactorResult, QuestionResult, Shown
from results.reading.kept_pages import kept_page
from results.reading.page_states import page_state, place_in
from results.reading.public_campaigns import CampaignSummary
from results.showing import pages
from results.showing.pages import UnitPage, UnitSummary
from results.views import public
from surveys.models import CampaignUnit

Json = dict[str, Any]

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
        "as_of": _time(summary),
    }


def unit_reply(page: UnitPage) -> Json:
    """Return what the API says of a unit; files say the same."""
    method, shown = page.campaign.method.parsed(), page.figures
    return {
        "campaign": page.campaign.slug,
        **_summary(page.summary),
        "method": {
            "code": method.code,
            "item_rule": method.item_rule,
            "aggregation": method.aggregation,
        },
        "weighting": _weighting(page),
        "simulated": page.campaign.simulated,
        "index_with_set_aside": _percent(page.with_set_aside),
        "factors": [_factor(factor) for factor in shown.factors] if shown else [],
        "criteria": [
            _criterion(criterion)
            for factor in (shown.factors if shown else ())
            for criterion in factor.criteria
        ],
        "facts": _questions(shown.facts if shown else ()),
        "expectations": _questions(shown.expectations if shown else ()),
        "rank": _rank(page.summary),
        "rank_among_all": None if page.among_all is None else asdict(page.among_all),
        "previous": _previous(page),
        "commitments": [commitment_json(line) for line in page.commitments],
    }


def _weighting(page: UnitPage) -> Json | None:
    """Return what a weighted figure rests on; null where all sheets count alike."""
    found = page.figures.weighting if page.figures else None
    return None if found is None else asdict(found)


def _rank(summary: UnitSummary) -> Json | None:
    """Return the rank among the units of the same tier and parent."""
    standing = summary.standing
    if standing is None:
        return None
    return {
        "position": standing.position,
        "of": standing.of,
        "best": standing.best,
        "worst": standing.worst,
        "band": summary.band,
    }


def _previous(page: UnitPage) -> Json | None:
    """Return what the previous campaign said of the same extent, counted by the same rules."""
    change = page.summary.change
    if page.previous is None or change is None:
        return None
    return {
        "campaign": page.previous.slug,
        "percent": _percent(change.before),
        "change_points": _percent(change.points),
        "change_ranks": change.places,
        "distinguishable": change.distinguishable,
    }


def children_reply(page: UnitPage) -> Json:
    """Return what the API says of the units directly below a unit."""
    return {
        "campaign": page.campaign.slug,
        "unit": asdict(page.summary.unit),
        "n_about_itself": page.n_about_itself,
        "children": [_summary(child) for child in page.children],
    }


def _summary(summary: UnitSummary) -> Json:
    return {
        "unit": asdict(summary.unit),
        "status": summary.status,
        "as_of": _time(summary),
        "release": summary.release,
        "n_received": summary.n_received,
        "n_responses": summary.n_responses,
        "n_set_aside": summary.n_set_aside,
        "index": None
        if summary.index is None
        else {
            **percents(summary.index),
            "n_valid": summary.index.n_valid,
            "n_missing": summary.index.n_missing,
        },
    }


def _time(summary: UnitSummary | CampaignSummary) -> str | None:
    as_of = summary.as_of
    return None if as_of is None else timezone.localtime(as_of).isoformat(timespec="seconds")


def percents(figure: Shown) -> Json:
    return {
        "percent": _percent(figure.percent),
        "low": _percent(figure.low),
        "high": _percent(figure.high),
    }


def _percent(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _factor(factor: FactorResult) -> Json:
    return {"code": factor.code, **percents(factor.figure)}


def _criterion(criterion: CriterionResult) -> Json:
    return {
        "code": criterion.code,
        "counts": {str(option.position): option.n for option in criterion.options},
        **_base(criterion),
        "percent": _percent(criterion.figure.percent),
    }


def _base(question: QuestionResult) -> Json:
    """Return how many answered and how many did not; null where that is withheld, never 0."""
    if question.is_withheld:
        return {"n_valid": None, "n_missing": None}
    return {"n_valid": question.n_valid, "n_missing": question.n_missing}


def _questions(questions: Iterable[QuestionResult]) -> list[Json]:
    return [
        {
            "code": question.code,
            "counts": {str(option.position): option.n for option in question.options},
            "percents": {
                str(option.position): _percent(option.percent) for option in question.options
            },
            **_base(question),
        }
        for question in questions
    ]
