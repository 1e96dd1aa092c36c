"""A campaign's method, its edition and counted arrays in terms of arithmetic.indices. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from results.arithmetic.indices import Figure, Level, Scoring, criterion
from surveys.questionnaires.codebook import NOT_ASKED, OPTION_CODES, Column, Edition, Question
from surveys.questionnaires.methods import Method


def scoring_of(method: Method, edition: Edition) -> Scoring:
    """Return what a method that fits an edition (methods.check_fits) says about it."""
    floors = {Fraction(q.options[0].worth, q.options[-1].worth) for q in edition.criteria}
    return Scoring(
        item_rule=method.item_rule,
        denominator=edition.common_denominator,
        # Only MEAN5 reads it, and with MEAN5 all scales have the same.
        floor=min(floors, default=Fraction(0)),
        weights=(
            tuple(method.weights[section.code] for section in edition.factors)
            if method.aggregation == "WEIGHTED"
            else None
        ),
    )


def counts_of(column: Column, counts: Sequence[int]) -> dict[str, int]:
    """Return how often each code stands in a column, out of the counts of a cell or a total."""
    return {code: int(counts[column.offset + i]) for i, code in enumerate(column.codes)}


def levels_of(question: Question, method: Method, counted: dict[str, int]) -> list[Level]:
    """Return the levels of a rating with their counts (`counts_of` its column), worst first."""
    satisfied = method.satisfied.get(question.scale or "", frozenset())
    return [
        Level(counted[OPTION_CODES[position - 1]], option.worth, position in satisfied)
        for position, option in enumerate(question.options, start=1)
    ]


def missing_of(column: Column, counted: dict[str, int]) -> int:
    """Return how many were asked and chose no option: blank, don't know, does not apply."""
    chosen = "10" if column.option is not None else OPTION_CODES[: len(column.question.options)]
    return sum(count for code, count in counted.items() if code not in chosen + NOT_ASKED)


def criterion_of(edition: Edition, method: Method, code: str, counts: Sequence[int]) -> Figure:
    """Return the figure of one criterion out of the counts of a cell or a total."""
    column = edition.columns_of[code][0]
    counted = counts_of(column, counts)
    return criterion(
        levels_of(column.question, method, counted),
        scoring_of(method, edition),
        missing=missing_of(column, counted),
    )
