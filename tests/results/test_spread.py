"""What the end of an interval tells of the one person who left a question out: nothing."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from results.arithmetic import indices
from results.arithmetic.indices import Moments, Scoring
from results.arithmetic.spread import in_steps

ASKED, PEOPLE, UNITS = 4, 30, 6
SHARE = Scoring("TOP2", denominator=1, floor=Fraction(0))


def told(
    answered: int, own: int, sums: int, squares: int, people: int = PEOPLE
) -> tuple[object, ...]:
    """Return what is published of a unit whose people answered all but one of them.

    Args:
        answered, own: how many she answered, and how many of those satisfied.
        sums, squares: Σ of everyone's satisfied answers, and of their squares.
    """
    valid = ASKED * (people - 1) + answered
    both = ASKED * (sums - own) + answered * own
    twice = ASKED**2 * (people - 1) + answered**2
    products = (twice, both, both, squares, squares, squares)
    moments = Moments((valid, sums, sums), products, (people,), people)
    figure = indices.factor(moments, 0, SHARE, sheets=people)
    return tuple(None if end is None else round(end, 2) for end in (figure.low, figure.high))


def possible(people: int) -> dict[int, set[int]]:
    """Return by the sum of satisfied answers of so many people all sums of their squares."""
    found = {0: {0}}
    for _ in range(people):
        more: dict[int, set[int]] = {}
        for total, squares in found.items():
            for one in range(ASKED + 1):
                more.setdefault(total + one, set()).update(s + one * one for s in squares)
        found = more
    return found


def left(unit: list[int], others: dict[int, set[int]]) -> set[int]:
    """Return what the first, who left one question out, may have answered for all one knows."""
    seen = told(ASKED - 1, unit[0], sum(unit), sum(one * one for one in unit))
    return {
        own
        for own in range(ASKED)
        for squares in others.get(sum(unit) - own, ())
        if told(ASKED - 1, own, sum(unit), squares + own * own) == seen
    }


def units() -> list[list[int]]:
    chance = Random(4)  # noqa: S311 - made-up answers
    shares = [[chance.betavariate(0.8, 0.3) for _ in range(PEOPLE)] for _ in range(UNITS)]
    return [
        [sum(chance.random() < p for _ in range(ASKED - (not at))) for at, p in enumerate(unit)]
        for unit in shares
    ]


def test_the_end_of_an_interval_pins_nobody_and_would_without_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = possible(PEOPLE - 1)
    hidden = [len(left(unit, others)) for unit in units()]
    assert min(hidden) > 1

    monkeypatch.setattr(indices, "in_steps", lambda squares, _answer, _most: squares)
    shown = [len(left(unit, others)) for unit in units()]
    assert shown.count(1) > UNITS / 3


def test_of_few_people_an_interval_follows_from_the_figure_alone() -> None:
    # With the counts of each question there are few sums of squares they could be of, and with
    # those of two months and of both a step often leaves one (docs/decisions/0038).
    of_sum = {
        people: {
            told(ASKED - 1, own, 70, squares, people)
            for own in range(ASKED)
            for squares in (230, 250, 290)
        }
        for people in (20, 29, 30)
    }

    assert len(of_sum[20]) == len(of_sum[29]) == 1
    assert len(of_sum[30]) > 1


def test_a_spread_is_told_in_steps_and_not_at_all_near_its_ends() -> None:
    one, most = Fraction(1), Fraction(84)
    told = [in_steps(Fraction(squares), one, most) for squares in (0, 16, 17, 32, 33, 64, 65, 84)]

    assert told == [None, None, 32, 32, 48, 64, None, None]
