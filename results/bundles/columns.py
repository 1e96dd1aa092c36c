"""The columns of a frozen release's tables, and the cells under them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from fractions import Fraction

from results.arithmetic.indices import Moments
from results.reading.figures import CriterionResult, FactorResult, QuestionResult, Shown
from surveys.questionnaires.codebook import Edition, Question

Row = Mapping[str, object]


def figure_row(
    whole: Shown, factors: Sequence[FactorResult], others: Sequence[QuestionResult]
) -> Row:
    row = figure_cells("index", whole)
    for factor in factors:
        row |= figure_cells(factor.code, factor.figure)
        for criterion in factor.criteria:
            row |= figure_cells(criterion.code, criterion.figure if criterion.options else None)
    for question in others:
        row |= {f"{question.code}={o.position}": o.percent for o in question.options}
    return row


def figure_cells(name: str, figure: Shown | None) -> dict[str, object]:
    if figure is None:
        return dict.fromkeys(figure_names(name), "")
    values = (figure.percent, figure.low, figure.high, figure.n_valid, figure.n_missing)
    return dict(zip(figure_names(name), values, strict=True))


def figure_names(name: str) -> list[str]:
    return [name + ending for ending in ("", ".low", ".high", ".n", ".missing")]


def count_row(factors: Sequence[FactorResult], others: Sequence[QuestionResult]) -> Row:
    row: dict[str, object] = {}
    criteria: list[CriterionResult | QuestionResult] = [c for f in factors for c in f.criteria]
    for question in [*criteria, *others]:
        # Nothing for a question whose counts are withheld.
        if question.options:
            row |= {f"{question.code}={option.position}": option.n for option in question.options}
            row[f"{question.code}.n"] = question.n_valid
            row[f"{question.code}.missing"] = question.n_missing
    return row


def sum_row(sums: Moments, variances: Mapping[str, Fraction | None]) -> Row:
    """Return the sums that figures follow from, and of intervals the variances.

    Those are told in steps (results.arithmetic.spread). Not the products they are made
    of: who knows which sheets left a question out works out what somebody answered
    (docs/disclosure.md).
    """
    row: dict[str, object] = {f"z{i}": value for i, value in enumerate(sums.sums)}
    row |= {f"{name}.v": _ten_digits(value) for name, value in variances.items()}
    row |= {f"answered{f}": n for f, n in enumerate(sums.answered)}
    return {**row, "answered": sums.answered_any}


def _ten_digits(value: Fraction | None) -> str:
    return "" if value is None else f"{float(value):.9e}"


HEAD = ("unit_code", "period", "channel", "n")


def figure_columns(edition: Edition) -> list[str]:
    """Return the columns of the table of figures, the same for every chunk of a campaign."""
    names = [*HEAD, "unit_name", "tier", "release", *figure_names("index")]
    for section in edition.factors:
        names += figure_names(section.code)
        names += [name for question in section.criteria for name in figure_names(question.code)]
    return names + [name for question in _others(edition) for name in _options(question)]


def count_columns(edition: Edition) -> list[str]:
    """Return the columns of the table of counts and sums."""
    names = list(HEAD)
    for question in [*edition.criteria, *_others(edition)]:
        names += [*_options(question), f"{question.code}.n", f"{question.code}.missing"]
    return names + sum_names([section.code for section in edition.factors])


def sum_names(factors: Sequence[str]) -> list[str]:
    """Return the columns of `sum_row`, for factors of these codes."""
    names = [f"z{i}" for i in range(3 * len(factors))]
    names += [f"{name}.v" for name in ("index", *factors)]
    return [*names, *(f"answered{f}" for f in range(len(factors))), "answered"]


def _others(edition: Edition) -> list[Question]:
    """Return the questions shown beside the criteria, in the order they are shown."""
    return [
        question
        for kind in ("facts", "expectations")
        for section in edition.sections
        if section.kind == kind
        for question in section.questions
        if question.kind != "text"
    ]


def _options(question: Question) -> list[str]:
    return [f"{question.code}={position}" for position, _ in enumerate(question.options, start=1)]


def table(rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    """Return rows as CSV; what a row does not have is left empty."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()
