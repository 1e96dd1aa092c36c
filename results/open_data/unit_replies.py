"""What the API says of a unit and of the units below it; files say the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from django.utils import timezone

from results.commitments.commitment_json import commitment_json
from results.reading.figures import CriterionResult, FactorResult, QuestionResult, Shown
from results.showing.pages import UnitPage, UnitSummary

Json: TypeAlias = dict[str, Any]


def unit_reply(page: UnitPage) -> Json:
    """Return what the API says of a unit."""
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
        "as_of": local_time(summary.as_of),
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


def local_time(moment: datetime | None) -> str | None:
    """Return a moment as the API writes it."""
    return None if moment is None else timezone.localtime(moment).isoformat(timespec="seconds")


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
        "at_least": criterion.coded.at_least if criterion.coded else None,
        "at_most": criterion.coded.at_most if criterion.coded else None,
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
