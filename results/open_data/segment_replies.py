"""Segments as JSON: what results.showing.segment_pages shows of a unit."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse

from results.api import ApiReply, no_unit
from results.open_data.reading_limit import open_to_programs
from results.open_data.unit_replies import Json, percents
from results.reading import public_campaigns
from results.reading.figures import Shown
from results.reading.kept_pages import kept_page
from results.reading.page_states import release_state
from results.reading.segment_figures import SegmentFigures
from results.showing.segment_pages import SegmentPage, segment_page
from results.views import public
from surveys.models import Campaign, CampaignUnit


@open_to_programs
@public
def segments(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    try:
        campaign = public_campaigns.find_campaign(slug)
        key = (request.path, release_state(campaign))
        kept = kept_page(key, lambda: ApiReply(_reply(segment_page(campaign, code))))
    except (Campaign.DoesNotExist, CampaignUnit.DoesNotExist):
        return no_unit(slug, code)
    kept["Access-Control-Allow-Origin"] = "*"
    return kept


def _reply(page: SegmentPage) -> Json:
    factors = [factor.code for factor in page.campaign.questionnaire.parsed().factors]
    return {
        "campaign": page.campaign.slug,
        "unit": asdict(page.unit),
        "questions": [
            {
                "code": question.code,
                "segments": [_segment(part, factors) for part in question.parts],
            }
            for question in page.questions
        ],
    }


def _segment(part: SegmentFigures, factors: list[str]) -> Json:
    return {
        "option": part.option,
        "n_responses": part.n,
        "index": _figure(part.index),
        "factors": [
            {"code": code, "figure": _figure(figure)}
            for code, figure in zip(factors, part.factors, strict=True)
        ],
    }


def _figure(figure: Shown | None) -> Json | None:
    if figure is None:
        return None
    return {**percents(figure), "n_valid": figure.n_valid, "n_missing": figure.n_missing}
