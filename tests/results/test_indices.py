"""Worked examples of docs/method.md and of published tables; small worlds against the oracle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from results.arithmetic import indices
from results.arithmetic.indices import Figure, Level, Moments, round_percent
from results.arithmetic.intervals import NORMAL, student_t, wilson
from results.arithmetic.scoring import criterion_of, scoring_of
from surveys.questionnaires.editions import Edition
from surveys.questionnaires.methods import Method
from tests import oracles
from tests.results import forms

EXAMPLE = forms.edition([["nam", "nam", "nam"], ["nam", "nam"]], others=False)
EXAMPLE_SHEETS = ["54434", "2-4?5", "335--"]  # docs/method.md section 8


def index(form: Edition, by: Method, sheets: Sequence[str]) -> Figure:
    return indices.index(forms.moments(form, by, sheets), scoring_of(by, form), sheets=len(sheets))


def factor(form: Edition, by: Method, sheets: Sequence[str], number: int) -> Figure:
    return indices.factor(
        forms.moments(form, by, sheets), number, scoring_of(by, form), sheets=len(sheets)
    )


# Newcombe 1998, table I, method 3 (score, without continuity correction); his table was not at
# hand: the four agree with statsmodels 0.15.0, proportion_confint(method="wilson").
@pytest.mark.parametrize(
    ("chosen", "n", "low", "high"),
    [
        (81, 263, "0.2553", "0.3662"),
        (15, 148, "0.0624", "0.1605"),
        (0, 20, "0.0000", "0.1611"),
        (1, 29, "0.0061", "0.1718"),
    ],
)
def test_wilson_gives_the_intervals_newcombe_published(
    chosen: int, n: int, low: str, high: str
) -> None:
    found = wilson(Fraction(chosen, n), n, NORMAL)

    assert [f"{end:.4f}" for end in found] == [low, high]


# NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, column 0.975, compared with a copy of
# the table; 99 degrees, which it lacks, with SciPy's t.ppf.
@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [
        (1, "12.706"),
        (2, "4.303"),
        (3, "3.182"),
        (4, "2.776"),
        (5, "2.571"),
        (9, "2.262"),
        (10, "2.228"),
        (29, "2.045"),
        (30, "2.042"),
        (60, "2.000"),
        (99, "1.984"),
        (100, "1.984"),
    ],
)
def test_students_t_is_that_of_the_tables(freedom: int, quantile: str) -> None:
    assert f"{student_t(freedom):.3f}" == quantile


@pytest.mark.parametrize("freedom", [1, 2, 3, 7, 8, 50, 98, 99, 100, 101, 150])
def test_students_t_holds_95_percent_of_its_density(freedom: int) -> None:
    assert student_t(freedom) == pytest.approx(oracles.t_quantile(freedom), rel=1e-9)


def test_students_t_ends_at_the_normal_quantile() -> None:
    assert student_t(10**9) == pytest.approx(NORMAL, abs=1e-8)


def test_students_t_needs_a_degree_of_freedom() -> None:
    with pytest.raises(ValueError, match="at least one"):
        student_t(0)


def test_the_worked_example_of_the_method_comes_out() -> None:
    pooled, weighted = forms.method(EXAMPLE), forms.method(EXAMPLE, weights=["0.5", "0.5"])

    first = factor(EXAMPLE, pooled, EXAMPLE_SHEETS, 0)
    second = factor(EXAMPLE, pooled, EXAMPLE_SHEETS, 1)

    assert (first.percent, first.n, first.n_missing) == (Fraction(500, 8), 3, 0)
    assert [round_percent(end or 0) for end in (first.low, first.high)] == [
        Decimal("18.18"),
        Decimal("92.59"),
    ]
    assert (second.percent, second.n, second.n_missing) == (Fraction(200, 3), 2, 1)
    assert index(EXAMPLE, pooled, EXAMPLE_SHEETS).percent == Fraction(700, 11)
    assert index(EXAMPLE, weighted, EXAMPLE_SHEETS).percent == Fraction(3100, 48)


def test_mean5_is_the_mean_over_five_and_mean_0_100_begins_at_the_worst() -> None:
    five, hundred = (forms.method(EXAMPLE, rule) for rule in ("MEAN5", "MEAN_0_100"))
    sheets = ["54434", "11111"]  # means 4 and 1: together 2,5

    assert index(EXAMPLE, five, sheets).percent == 50
    assert index(EXAMPLE, hundred, sheets).percent == Fraction(150, 4)
    assert index(EXAMPLE, five, ["11111", "11111"]).low == 20
    assert index(EXAMPLE, hundred, ["11111", "11111"]).percent == 0


def test_sheets_alike_count_as_sheets_never_as_answers() -> None:
    found = index(EXAMPLE, forms.method(EXAMPLE), ["55555"] * 10)

    # Newcombe's method 3 for 10 of 10: 0.7225 to 1.
    assert found.percent == Fraction(100)
    assert found.high == 100
    assert found.low == pytest.approx(72.2467, abs=1e-4)


@pytest.mark.parametrize("satisfied", ["5", "1"])
def test_one_sheet_that_differs_a_little_does_not_make_sure(satisfied: str) -> None:
    """Nine alike and one with one other answer of five: no surer than 10 answers of 10 people."""
    other = "1" if satisfied == "5" else "5"
    sheets = [satisfied * 5] * 9 + [satisfied * 4 + other]

    found = index(EXAMPLE, forms.method(EXAMPLE), sheets)

    ratio = Fraction(49 if satisfied == "5" else 1, 50)
    low, high = wilson(ratio, 10, NORMAL)
    assert found.low == pytest.approx(100 * low, abs=1e-4)
    assert found.high == pytest.approx(100 * high, abs=1e-4)


def test_means_have_the_spread_of_their_scores() -> None:
    """Points between the ends spread less than shares do, which is no lack of evidence."""
    sheets = ["44444"] * 80 + ["22222", "55555"] * 10

    found = index(EXAMPLE, forms.method(EXAMPLE, "MEAN_0_100"), sheets)

    assert found.low is not None
    assert found.low > 66  # of 100 single answers 63


def test_one_sheet_has_a_figure_but_no_interval() -> None:
    found = index(EXAMPLE, forms.method(EXAMPLE), ["54332", "-----"])

    assert found == Figure(Fraction(40), None, None, 1, 1)


def test_without_an_answer_there_is_no_figure() -> None:
    found = index(EXAMPLE, forms.method(EXAMPLE), ["-----", "??...", "xxxxx"])

    assert found == Figure(None, None, None, 0, 3)


def test_a_factor_nobody_answered_leaves_a_weighted_index_out() -> None:
    sheets = ["543--", "445.."]

    weighted = index(EXAMPLE, forms.method(EXAMPLE, weights=["0.9", "0.1"]), sheets)

    assert weighted == Figure(None, None, None, 2, 0)
    assert index(EXAMPLE, forms.method(EXAMPLE), sheets).percent == Fraction(500, 6)


def test_what_was_not_asked_is_neither_valid_nor_missing() -> None:
    by = forms.method(EXAMPLE)
    sheets = ["5....", "1....", "-....", "?....", "x....", "....."]

    found = criterion_of(EXAMPLE, by, "c0_0", forms.counts(EXAMPLE, by, sheets))

    assert (found.percent, found.n, found.n_missing) == (Fraction(50), 2, 3)


def test_the_api_example_of_a_criterion() -> None:
    """design.md: 5 neither, 16 satisfied, 10 very satisfied give 83,87."""
    levels = [
        Level(count, points, points >= 4) for points, count in enumerate([0, 0, 5, 16, 10], start=1)
    ]

    found = indices.criterion(levels, scoring_of(forms.method(EXAMPLE), EXAMPLE), missing=0)

    assert round_percent(found.percent or 0) == Decimal("83.87")
    assert indices.mean_points(levels) == Fraction(15 + 64 + 50, 31)


def test_no_answer_has_no_mean() -> None:
    assert indices.mean_points([Level(0, 1), Level(0, 2)]) is None


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Fraction(12345, 1000), "12.35"),  # halves up, which binary floats would miss
        (Fraction(8994499, 100000), "89.94"),
        (Fraction(89996, 1000), "90.00"),
        (Fraction(-1775, 1000), "-1.78"),
        (Fraction(0), "0.00"),
        (Fraction(100), "100.00"),
        (2.675, "2.67"),  # the float lies just below
        (33.333333, "33.33"),
    ],
)
def test_rounding_is_half_up_and_for_display(value: Fraction | float, printed: str) -> None:
    assert str(round_percent(value)) == printed


def test_an_array_of_another_length_is_no_moments() -> None:
    with pytest.raises(ValueError, match="no moments of 2 factors"):
        Moments.from_array([0] * 13, factors=2)


def agree(found: Figure, expected: oracles.Expected) -> None:
    assert (found.percent, found.n, found.n_missing) == (
        expected.percent,
        expected.n,
        expected.n_missing,
    )
    assert found.low == pytest.approx(expected.low, abs=1e-6)
    assert found.high == pytest.approx(expected.high, abs=1e-6)
    if found.percent is not None and found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.percent + Fraction(1, 10**9)
        assert found.percent - Fraction(1, 10**9) <= found.high <= 100


def check_everything(form: Edition, by: Method, sheets: Sequence[str]) -> None:
    agree(index(form, by, sheets), oracles.index(sheets, form, by))
    for number, section in enumerate(form.factors):
        agree(factor(form, by, sheets, number), oracles.factor(sheets, form, by, section.code))
    counted = forms.counts(form, by, sheets)
    for question in form.criteria:
        agree(
            criterion_of(form, by, question.code, counted),
            oracles.criterion(sheets, form, by, question.code),
        )


RULES: list[tuple[str, list[str]]] = [
    ("TOP2", []),
    ("MEAN_0_100", []),
    ("TOP2", ["0.3", "0.7"]),
    ("MEAN_0_100", ["1/3", "2/3"]),
]


@pytest.mark.parametrize(("rule", "weights"), RULES)
def test_every_small_world_agrees_with_the_oracle(
    rule: str, weights: list[str], size: Callable[[int, int], int]
) -> None:
    form = forms.edition([["ba"], ["hai"]], others=False)
    by = forms.method(form, rule, weights)
    sheets = ["".join(pair) for pair in product("123-?."[: size(4, 6)], "12-")]

    for people in range(1, size(3, 4)):
        for world in combinations_with_replacement(sheets, people):
            check_everything(form, by, world)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Edition, Method, list[str]]:
    rule = draw(st.sampled_from(["TOP2", "MEAN5", "MEAN_0_100"]))
    names = ["nam"] if rule == "MEAN5" else sorted(forms.POINTS)
    form = forms.edition(
        draw(
            st.lists(
                st.lists(st.sampled_from(names), min_size=1, max_size=3), min_size=1, max_size=3
            )
        )
    )
    parts = [draw(st.integers(1, 9)) for _ in form.factors]
    weights = [f"{part}/{sum(parts)}" for part in parts] if draw(st.booleans()) else []
    characters = [st.sampled_from(column.codes) for column in form.columns]
    sheets = draw(st.lists(st.tuples(*characters).map("".join), min_size=1, max_size=12))
    # Of 30 sheets on their spread counts, too.
    return form, forms.method(form, rule, weights), sheets * draw(st.sampled_from([1, 6]))


@settings(max_examples=150, deadline=None)
@given(world=worlds())
def test_figures_from_moments_agree_with_the_oracle_on_sheets(
    world: tuple[Edition, Method, list[str]],
) -> None:
    check_everything(*world)


@settings(max_examples=50, deadline=None)
@given(world=worlds(), data=st.data())
def test_moments_add_up(world: tuple[Edition, Method, list[str]], data: st.DataObject) -> None:
    """Figures of a whole come from the sum of its parts' arrays, in any cut."""
    form, by, sheets = world
    cut = data.draw(st.integers(1, len(sheets)))
    parts = [part for part in (sheets[:cut], sheets[cut:]) if part]

    arrays = [forms.moments(form, by, part) for part in parts]

    summed = Moments(
        sums=tuple(map(sum, zip(*(a.sums for a in arrays), strict=True))),
        products=tuple(map(sum, zip(*(a.products for a in arrays), strict=True))),
        answered=tuple(map(sum, zip(*(a.answered for a in arrays), strict=True))),
        answered_any=sum(a.answered_any for a in arrays),
    )
    assert summed == forms.moments(form, by, sheets)
