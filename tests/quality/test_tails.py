from __future__ import annotations

from fractions import Fraction
from math import comb, e, factorial, log10

import pytest

from surveys.quality.tails import LOWEST, binomial_tail, normal_tail, poisson_tail


@pytest.mark.parametrize(
    ("seen", "trials", "share"), [(1, 1, "1/2"), (7, 40, "1/20"), (9, 9, "1/3")]
)
def test_binomial_tail_is_the_sum_of_its_terms(seen: int, trials: int, share: str) -> None:
    p = Fraction(share)
    exact = sum(comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(seen, trials + 1))
    assert binomial_tail(seen, trials, float(p)) == pytest.approx(log10(exact), abs=1e-9)


def test_poisson_tail_is_one_less_the_terms_below() -> None:
    below = sum(3.5**k / factorial(k) for k in range(8)) / e**3.5
    assert poisson_tail(8, 3.5) == pytest.approx(log10(1 - below), abs=1e-9)


@pytest.mark.parametrize(
    ("z", "probability"), [(0, 0.5), (1.959964, 0.025), (3.719016, 1e-4), (4.753424, 1e-6)]
)
def test_normal_tail_has_the_quantiles_of_the_tables(z: float, probability: float) -> None:
    assert normal_tail(z) == pytest.approx(log10(probability), abs=1e-5)


def test_a_far_tail_goes_on_where_floats_end() -> None:
    assert normal_tail(29.99) == pytest.approx(normal_tail(30.01), abs=0.3)
    assert normal_tail(100) == LOWEST
    assert poisson_tail(500, 1.0) == LOWEST


def test_what_must_happen_is_certain_and_what_cannot_is_lowest() -> None:
    assert binomial_tail(0, 5, 0.1) == poisson_tail(0, 2) == 0
    assert binomial_tail(6, 5, 0.1) == binomial_tail(1, 5, 0.0) == poisson_tail(1, 0) == LOWEST
