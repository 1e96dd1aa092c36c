"""How often the interval of an index holds the true value, simulated; docs/method.md prints it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from results import indices
from results.indices import Moments, Scoring

TRUE_SHARE, WITHIN_PERSON, ASKED, CRITERIA = 0.85, 0.5, 0.95, 22
SHARE = Scoring("TOP2", denominator=1, floor=Fraction(0))


def coverage(people: int, surveys: int, seed: int) -> float:
    """Return the share of simulated surveys whose interval holds the true share.

    Each person has a share of their own, beta-distributed so that two answers of one person
    correlate by WITHIN_PERSON.
    """
    rng = np.random.default_rng(seed)
    spread = (1 - WITHIN_PERSON) / WITHIN_PERSON
    own = rng.beta(TRUE_SHARE * spread, (1 - TRUE_SHARE) * spread, size=(surveys, people, 1))
    shape = (surveys, people, CRITERIA)
    valid = rng.random(shape) < ASKED
    satisfied = (rng.random(shape) < own) & valid
    z = np.stack([valid.sum(2), satisfied.sum(2), satisfied.sum(2)], axis=2)
    products = np.einsum("spi,spj->sij", z, z)[:, *np.triu_indices(3)]
    answered = (z[:, :, 0] > 0).sum(1)[:, None]
    arrays = np.concatenate([z.sum(1), products, answered, answered], axis=1).tolist()
    figures = (
        indices.index(Moments.from_array(array, factors=1), SHARE, sheets=people)
        for array in arrays
    )
    held = [
        figure.low <= 100 * TRUE_SHARE <= figure.high
        for figure in figures
        if figure.low is not None and figure.high is not None
    ]
    return sum(held) / len(held)


@pytest.mark.parametrize(
    ("people", "low", "high"), [(10, 0.88, 0.92), (30, 0.93, 0.955), (100, 0.93, 0.96)]
)
def test_the_interval_holds_the_true_share_as_often_as_the_method_says(
    people: int, low: float, high: float, size: Callable[[int, int], int]
) -> None:
    surveys = size(1500, 40_000)
    # Three standard errors of the simulation itself.
    slack = 3 * (0.95 * 0.05 / surveys) ** 0.5

    found = coverage(people, surveys, seed=2026)

    assert low - slack <= found <= high + slack
