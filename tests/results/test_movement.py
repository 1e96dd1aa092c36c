"""Differences of figures, movement in points and places, and units of the same extent."""

from __future__ import annotations

from fractions import Fraction

import pytest

from results.arithmetic import indices
from results.arithmetic.comparison import difference
from results.arithmetic.extents import Link, same_extent
from results.arithmetic.indices import Figure, Scoring
from results.arithmetic.movement import movements

SCORING = Scoring("TOP2", 1, Fraction(0))


def figure(percent: int | str, reach: float = 1.0) -> Figure:
    middle = Fraction(percent)
    return Figure(middle, float(middle) - reach, float(middle) + reach, 100, 0)


def share(chosen: int, n: int) -> Figure:
    return indices.share(chosen, n, missing=0)


# Newcombe 1998 (Statistics in Medicine 17, 873-890), table II, method 10; compared with
# statsmodels 0.15.0, confint_proportions_2indep(method="newcomb"), for his table was not at hand.
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), "0.0524", "0.3339"),
        ((9, 10), (3, 10), "0.1705", "0.8090"),
        ((10, 10), (0, 20), "0.6791", "1.0000"),
        ((5, 56), (0, 29), "-0.0381", "0.1926"),
    ],
)
def test_the_interval_of_a_difference_is_newcombes(
    first: tuple[int, int], second: tuple[int, int], low: str, high: str
) -> None:
    found = difference(share(*first), share(*second))

    assert found is not None
    assert found.points == 100 * (Fraction(*first) - Fraction(*second))
    assert found.low is not None
    assert found.high is not None
    assert [f"{end / 100:.4f}" for end in (found.low, found.high)] == [low, high]
    assert found.distinguishable is (Fraction(low) > 0)


def test_without_an_interval_nobody_knows_and_without_a_figure_there_is_no_difference() -> None:
    alone = Figure(Fraction(50), None, None, 1, 0)

    found = difference(alone, figure(80))

    assert found is not None
    assert (found.points, found.distinguishable) == (Fraction(-30), None)
    assert difference(Figure(None, None, None, 0, 0), alone) is None


def test_points_and_places_may_move_in_opposite_directions() -> None:
    before = {"a": figure(80), "b": figure(79), "c": figure(70)}
    now = {"a": figure(82), "b": figure(85), "c": figure("70.5")}

    found = movements(now, before)

    assert (found["a"].points, found["a"].places, found["a"].among) == (Fraction(2), -1, 3)
    assert (found["b"].points, found["b"].places) == (Fraction(6), 1)
    assert (found["c"].points, found["c"].places) == (Fraction(1, 2), 0)
    assert [found[key].distinguishable for key in "abc"] == [True, True, False]


def test_a_new_neighbour_pushes_nobody_down() -> None:
    before = {"a": figure(80), "b": figure(79)}
    now = {"a": figure(80), "b": figure(79), "new": figure(95)}

    found = movements(now, before)

    assert set(found) == {"a", "b"}
    assert [movement.places for movement in found.values()] == [0, 0]


def test_a_unit_with_no_index_in_one_of_the_two_did_not_move() -> None:
    empty = Figure(None, None, None, 0, 5)

    assert movements({"a": figure(80)}, {"a": empty}) == {}
    assert movements({"a": empty}, {"a": figure(80)}) == {}


def test_a_unit_that_is_in_both_stands_for_itself() -> None:
    assert same_extent([1], [Link(1, 9, "part")], {1, 9}) == {1: (1,)}


def test_whole_units_together_are_the_new_one() -> None:
    links = [Link(1, 10, "whole"), Link(1, 11, "whole"), Link(1, 12, "people_all")]

    assert same_extent([1], links, {10, 11, 12}) == {1: (10, 11, 12)}


def test_land_without_people_takes_nobody_along() -> None:
    links = [Link(1, 10, "same"), Link(1, 11, "land_only")]

    assert same_extent([1], links, {10, 11}) == {1: (10,)}


def test_a_part_of_a_unit_has_no_counterpart() -> None:
    links = [Link(1, 10, "whole"), Link(1, 11, "part")]

    assert same_extent([1], links, {10, 11}) == {}


def test_a_missing_piece_leaves_no_counterpart() -> None:
    links = [Link(1, 10, "whole"), Link(1, 11, "whole")]

    assert same_extent([1, 2], links, {10}) == {}


def test_two_reforms_are_followed_back() -> None:
    links = [Link(1, 10, "whole"), Link(1, 11, "whole"), Link(10, 100, "same")]

    assert same_extent([1], links, {100, 11}) == {1: (11, 100)}
