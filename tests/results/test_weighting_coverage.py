"""How often the interval of a sample survey holds the true value: docs/method.md section 10."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from results.arithmetic.indices import Moments, Scoring, index
from results.arithmetic.weighting import Part, PlannedMoments

SCORING = Scoring("TOP2", 4, Fraction(1, 5))
CRITERIA, PEOPLE, SURVEYS = 10, 10_000, 1000
STRATA = ((20, 0.80), (60, 0.88))
"""Units of each stratum, and their mean share of satisfied answers."""


def asked(chance: np.random.Generator, share: float, n: int, people: int, stratum: int) -> Part:
    """Return n sheets of a unit, 10 criteria, correlation 0.5 within a person."""
    satisfied = chance.binomial(CRITERIA, chance.beta(share, 1 - share, n))
    once, twice = int(satisfied.sum()), int((satisfied**2).sum())
    products = (CRITERIA**2 * n, CRITERIA * once, 0, twice, 0, 0)
    sums = Moments((CRITERIA * n, once, 0), products, (n,), n)
    return Part(sums, n, people, ("19", str(stratum)))


@pytest.mark.long
@pytest.mark.parametrize(
    ("drawn", "n", "apart"),
    [(2, 30, 0.05), (5, 30, 0.05), (10, 30, 0.05), (5, 30, 0.10), (5, 100, 0.05)],
)
def test_it_holds_the_true_value_where_units_are_drawn(drawn: int, n: int, apart: float) -> None:
    chance = np.random.default_rng(5)
    held = 0
    for _ in range(SURVEYS):
        parts, true = [], 0.0
        for stratum, (size, mean) in enumerate(STRATA):
            shares = np.clip(chance.normal(mean, apart, size), 0.02, 0.98)
            true += 100 * shares.sum() / sum(size for size, _mean in STRATA)
            for at in chance.choice(size, drawn, replace=False):
                stood_for = PEOPLE * size // drawn
                parts.append(asked(chance, float(shares[at]), n, stood_for, stratum))
        found = index(PlannedMoments(tuple(parts), 1), SCORING, sheets=0)
        held += (found.low or 0) <= true <= (found.high or 0)
    assert held >= 0.93 * SURVEYS
