"""Possible ranks: every order the joint intervals allow, and how often they hold the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from math import pi, sqrt, tan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.arithmetic import indices
from results.arithmetic.indices import Figure, Moments, Scoring
from results.arithmetic.intervals import student_t
from results.arithmetic.possible_ranks import (
    PossibleRanks,
    joint_interval,
    overlaps,
    possible_ranks,
)

SHARE = Scoring("TOP2", denominator=1, floor=Fraction(0))

places = st.integers(0, 6)
spans = st.tuples(places, places).map(lambda ends: (min(ends), max(ends)))


@given(intervals=st.lists(spans, min_size=1, max_size=4))
def test_possible_ranks_are_those_of_every_order_the_intervals_allow(
    intervals: list[tuple[int, int]],
) -> None:
    """Try every combination of whole values inside the intervals; ties may break either way."""
    held = [(len(intervals), 1)] * len(intervals)
    for values in product(*(range(low, high + 1) for low, high in intervals)):
        for unit, value in enumerate(values):
            best = 1 + sum(other > value for other in values)
            worst = sum(other >= value for other in values)
            held[unit] = (min(held[unit][0], best), max(held[unit][1], worst))

    found = overlaps(dict(enumerate((float(low), float(high)) for low, high in intervals)))

    assert [(ranks.best, ranks.worst) for ranks in found.values()] == held


def test_a_unit_alone_is_first_and_one_without_an_index_is_left_out() -> None:
    alone = Figure(Fraction(80), 75.0, 85.0, 50, 0, Fraction(4, 5), Fraction(1, 1000))
    empty = Figure(None, None, None, 0, 3)

    assert possible_ranks({"a": alone, "b": empty}) == {"a": PossibleRanks(1, 1)}
    assert possible_ranks({}) == {}


def test_one_sheet_may_have_any_rank() -> None:
    sure = Figure(Fraction(80), 75.0, 85.0, 5000, 0, Fraction(4, 5), Fraction(1, 10**6))
    single = Figure(Fraction(50), None, None, 1, 0, Fraction(1, 2), None)

    assert possible_ranks({"a": sure, "b": single})["b"] == PossibleRanks(1, 2)


def test_more_units_need_wider_intervals() -> None:
    figure = Figure(Fraction(80), 0.0, 0.0, 50, 0, Fraction(4, 5), Fraction(1, 1000))
    low, high = joint_interval(figure, 0.95)
    wider_low, wider_high = joint_interval(figure, 0.95 ** (1 / 34))

    assert wider_low < low < 0.8 < high < wider_high


# NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, columns 0.995 and 0.999, compared with
# a copy of the table and SciPy's t.ppf.
@pytest.mark.parametrize(
    ("freedom", "coverage", "quantile"),
    [
        (9, 0.99, "3.250"),
        (30, 0.99, "2.750"),
        (100, 0.99, "2.626"),
        (3, 0.998, "10.215"),
        (30, 0.998, "3.385"),
        (100, 0.998, "3.174"),
    ],
)
def test_students_t_is_that_of_the_tables_at_other_coverages(
    freedom: int, coverage: float, quantile: str
) -> None:
    assert f"{student_t(freedom, coverage):.3f}" == quantile


@pytest.mark.parametrize("coverage", [0.9, 0.95 ** (1 / 5), 0.95 ** (1 / 3321)])
def test_students_t_of_one_and_two_degrees_has_a_closed_form(coverage: float) -> None:
    assert student_t(1, coverage) == pytest.approx(tan(pi * coverage / 2), rel=1e-8)
    closed = coverage * sqrt(2 / (1 - coverage**2))
    assert student_t(2, coverage) == pytest.approx(closed, rel=1e-8)


UNITS, CRITERIA, ASKED, WITHIN_PERSON = 34, 22, 0.95, 0.5


def simulated(worlds: int, sheets: Sequence[int]) -> tuple[float, float]:
    """Return how often all true ranks were possible together, and the mean number possible.

    A world: 34 units, true shares evenly from 70 to 92 %, their sheets by turns as given, 22
    criteria of which 95 % are answered, correlation 0.5 within a person.
    """
    rng = np.random.default_rng(2026)
    truth = np.linspace(0.70, 0.92, UNITS)
    people = np.resize(sheets, UNITS)
    held, widths = 0, []
    for _ in range(worlds):
        figures = {u: figure_of(rng, truth[u], int(people[u])) for u in range(UNITS)}
        found = possible_ranks(figures)
        held += all(ranks.best <= UNITS - u <= ranks.worst for u, ranks in found.items())
        widths += [ranks.worst - ranks.best + 1 for ranks in found.values()]
    return held / worlds, sum(widths) / len(widths)


# The last is about the width docs/method.md section 9 prints: ranks from 1 to 34 for everyone
# would cover too, and say nothing.
@pytest.mark.parametrize(
    ("sheets", "widest"),
    [([10, 30, 60, 100, 200, 400], 33), ([100, 200, 400], 28.5), ([1000, 2000, 4000], 12.5)],
)
def test_the_true_ranks_are_among_the_possible_ones_together(
    sheets: list[int], widest: float, size: Callable[[int, int], int]
) -> None:
    held, width = simulated(size(30, 2000), sheets)

    assert held >= 0.95
    assert width < widest


def figure_of(rng: np.random.Generator, share: float, people: int) -> Figure:
    spread = (1 - WITHIN_PERSON) / WITHIN_PERSON
    own = rng.beta(share * spread, (1 - share) * spread, size=people)
    valid = rng.binomial(CRITERIA, ASKED, size=people)
    satisfied = rng.binomial(valid, own)
    z = np.stack([valid, satisfied, satisfied], axis=1)
    products = (z.T @ z)[np.triu_indices(3)]
    array = [*z.sum(0).tolist(), *products.tolist(), people, people]
    return indices.index(Moments.from_array(array, factors=1), SHARE, sheets=people)
