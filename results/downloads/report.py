"""A unit's page as a report on A4, set by typst (surveys.print)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from results.downloads import report_words
from results.downloads.commitment_words import commitments
from results.downloads.report_sentences import sentences
from results.reading.figures import CriterionResult, FactorResult, QuestionResult, Shown
from results.reading.parts import part_name
from results.showing.charts import Axis, interval_axis, level_colours
from results.showing.pages import UnitPage, UnitSummary
from results.templatetags.figures import coded, interval, percent, whole
from surveys.print.typesetting import typeset

TEMPLATE = Path(__file__).resolve().with_name("report.typ")
Values = dict[str, object]


def report_pdf(page: UnitPage) -> bytes:
    """Return the report in the language in use.

    Raises:
        CannotPrint: a text has a letter that the typeface lacks.
    """
    return _set(json.dumps(report_values(page), ensure_ascii=False))


# The same figures give the same bytes, so a report asked for again and again is set once.
@lru_cache(maxsize=32)
def _set(values: str) -> bytes:
    known: Mapping[str, object] = json.loads(values)
    return typeset(TEMPLATE, known)


def report_values(page: UnitPage) -> Values:
    """Return all that the report prints, figures already written out."""
    figures, index = page.figures, page.summary.index
    factors = figures.factors if figures else ()
    others = (*figures.facts, *figures.expectations) if figures else ()
    axis = interval_axis([s for f in factors for s in (f.figure, f.parent)])
    below = interval_axis([index, *(child.index for child in page.children)])
    unit = page.summary.unit
    part = part_name(page.period, page.channel)
    campaign = f"{page.campaign.title_text} – {part}" if part else page.campaign.title_text
    address = reverse("results:unit", args=[page.campaign.slug, unit.code])
    return {
        "language": get_language() or "vi",
        "title": f"{unit.full_name} – {campaign}",
        "words": _words(),
        "trial": _("A trial: its figures are made up and judge no office.")
        if page.campaign.simulated
        else "",
        "above": " · ".join(above.full_name for above in page.above),
        "unit": unit.full_name,
        "campaign": campaign,
        "dates": report_words.dates(page),
        "released": report_words.released(page),
        "address": f"{settings.PUBLIC_URL}{address}",
        "index": percent(index.percent) or "–" if index else report_words.state(page.summary),
        "interval": interval(index) if index else "",
        "n": "" if page.summary.n_responses is None else whole(page.summary.n_responses),
        "sentences": list(sentences(page)),
        "factors": [_factor(factor, axis) for factor in factors],
        "factor_axis": _ticks(axis),
        "above_name": page.above[-1].full_name if page.above else "",
        "scales": _scales([c for factor in factors for c in factor.criteria]),
        "questions": [_question(question) for question in others],
        "children": [_child(child, below) for child in page.children],
        "child_axis": _ticks(below),
        "improvements": report_words.improvements(page),
        "commitments": commitments(page),
        "method": report_words.method(page),
    }


def _words() -> dict[str, str]:
    return {
        "report": _("Report on citizens' satisfaction"),
        "headline": _("Satisfaction index"),
        "index": _("Index"),
        "interval": _("95% interval"),
        "sheets": _("Sheets counted"),
        "contents": _("Contents"),
        "table": _("Table"),
        "summary": _("Summary"),
        "factors": _("Factors"),
        "by_factor": _("Index of each factor, with its interval"),
        "factor": _("Factor"),
        "criteria": _("Criteria: what people answered"),
        "criterion": _("Criterion"),
        "answers": _("Answers"),
        "missing": _("No answer"),
        "chart": _("Chart"),
        "improvements": _("What to improve first"),
        "commitments": _("Commitments"),
        "questions": _("Facts and expectations"),
        "option": _("Option"),
        "share": _("Share"),
        "children": _("Units below"),
        "by_unit": _("Index of each unit, with its interval"),
        "unit": _("Unit"),
        "method": _("How to read these figures"),
        "page": _("Page"),
    }


def _figure(figure: Shown, axis: Axis) -> Values:
    return {
        "percent": percent(figure.percent) or "–",
        "interval": interval(figure),
        "at": _place(figure.percent, axis),
        "low": _place(figure.low, axis),
        "high": _place(figure.high, axis),
    }


def _place(value: Decimal | None, axis: Axis) -> float | None:
    """Return where a value lies on an axis, from 0 to 1."""
    if value is None:
        return None
    return min(1.0, max(0.0, float((value - axis.low) / (axis.high - axis.low))))


def _ticks(axis: Axis) -> list[Values]:
    return [{"text": f"{value}%", "at": _place(Decimal(value), axis)} for value in axis.ticks]


def _factor(factor: FactorResult, axis: Axis) -> Values:
    parent = factor.parent
    return {
        "title": factor.title,
        "n": whole(factor.figure.n_valid),
        **_figure(factor.figure, axis),
        "parent": _place(parent.percent, axis) if parent else None,
        "parent_percent": percent(parent.percent) if parent else "",
        "criteria": [_criterion(criterion) for criterion in factor.criteria],
    }


def _criterion(criterion: CriterionResult) -> Values:
    if not criterion.options:
        nothing = {"valid": "–", "missing": "–", "counts": [], "bar": []}
        return {"text": criterion.text, "percent": coded(criterion.coded) or "–", **nothing}
    parts = zip(criterion.options, level_colours(criterion), strict=True)
    return {
        "text": criterion.text,
        "percent": percent(criterion.figure.percent) or "–",
        "valid": whole(criterion.n_valid),
        "missing": whole(criterion.n_missing),
        "counts": [whole(option.n) for option in criterion.options],
        "bar": [
            {"share": option.n / criterion.n_valid, "level": level}
            for option, level in parts
            if option.n
        ],
    }


def _scales(criteria: list[CriterionResult]) -> list[Values]:
    """Return the words of each scale's levels with their colours."""
    scales = {criterion.scale: criterion for criterion in criteria if criterion.options}
    return [
        {
            "levels": [
                {"text": option.text, "level": level}
                for option, level in zip(one.options, level_colours(one), strict=True)
            ]
        }
        for one in scales.values()
    ]


def _question(question: QuestionResult) -> Values:
    return {
        "text": question.text,
        "base": _("not published")
        if not question.options
        else _("%(n)s answers, %(missing)s without an answer")
        % {"n": whole(question.n_valid), "missing": whole(question.n_missing)},
        "options": [
            {
                "text": option.text,
                "percent": percent(option.percent) or "–",
                "share": float(option.percent or 0) / 100,
                "n": whole(option.n),
            }
            for option in question.options
        ],
    }


def _child(child: UnitSummary, axis: Axis) -> Values:
    if child.index is None:
        return {"name": child.unit.full_name, "instead": report_words.state(child)}
    return {
        "name": child.unit.full_name,
        "instead": "",
        "n": whole(child.n_responses or 0),
        **_figure(child.index, axis),
    }
