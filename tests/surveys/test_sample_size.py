"""n = N / (1 + N·e²), worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from surveys.sampling.sample_size import each_alone, sample_size, shared_out

FIVE, TEN = Fraction(5, 100), Fraction(10, 100)


@pytest.mark.parametrize(
    ("people", "error", "n"),
    [
        (1000, FIVE, 286),  # 1000 / 3.5 = 285.7
        (2000, FIVE, 334),  # 2000 / 6 = 333.3
        (10_000, FIVE, 385),  # 10000 / 26 = 384.6
        (1000, TEN, 91),  # 1000 / 11 = 90.9
        (9900, TEN, 99),  # 9900 / 100
        (1, FIVE, 1),
    ],
)
def test_it_gives_what_the_formula_gives_by_hand(people: int, error: Fraction, n: int) -> None:
    assert sample_size(people, error) == n


def test_each_unit_alone_needs_its_own_sample() -> None:
    assert each_alone({"a": 1000, "b": 2000}, FIVE) == {"a": 286, "b": 334}


def test_one_sample_is_shared_out_by_people_and_never_too_small() -> None:
    # 400 people, 10 %: n = 80. By people 60, 19.6 and 0.4: rounded up 60, 20 and 1.
    assert shared_out({"a": 300, "b": 98, "c": 2}, TEN) == {"a": 60, "b": 20, "c": 1}


def test_nobody_needs_no_sample() -> None:
    assert shared_out({}, TEN) == {}
