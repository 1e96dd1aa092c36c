"""How often the interval of an index holds the true value, simulated; docs/method.md prints it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from results.arithmetic import indices
from results.arithmetic.indices import Moments, Scoring

ASKED, CRITERIA = 0.95, 22
# How people's own shares spread about the true one: beta-distributed, two answers of one person
# correlated by so much; or most at MOST and the angry at ANGRY.
MOST, ANGRY = 0.995, 0.1
Array: TypeAlias = NDArray[np.float64]
Size: TypeAlias = tuple[int, int, int]
SHARE = Scoring("TOP2", denominator=1, floor=Fraction(0))


def own_shares(world: float | None, true: float, rng: np.random.Generator, size: Size) -> Array:
    """Return each person's share: correlated by `world` within a person, None for the angry few."""
    if world is None:
        return np.where(rng.random(size) < (MOST - true) / (MOST - ANGRY), ANGRY, MOST)
    spread = (1 - world) / world
    return rng.beta(true * spread, (1 - true) * spread, size=size)


def coverage(world: float | None, true: float, people: int, surveys: int, seed: int) -> float:
    """Return the share of simulated surveys whose interval holds the true share."""
    rng = np.random.default_rng(seed)
    own = own_shares(world, true, rng, (surveys, people, 1))
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
        figure.low <= 100 * true <= figure.high
        for figure in figures
        if figure.low is not None and figure.high is not None
    ]
    return sum(held) / len(held)


# Rounded figures of the tables of docs/method.md, section 5.
@pytest.mark.parametrize(
    ("world", "true", "people", "low", "high"),
    [
        (0.5, 0.85, 10, 0.97, 1.00),
        (0.5, 0.85, 30, 0.955, 0.98),
        (0.5, 0.85, 100, 0.94, 0.96),
        (0.5, 0.95, 10, 0.97, 0.995),
        (0.5, 0.95, 30, 0.955, 0.985),
        (0.2, 0.95, 100, 0.985, 1.00),
        (None, 0.95, 30, 0.955, 0.985),
        (None, 0.98, 100, 0.955, 0.985),
    ],
)
def test_the_interval_holds_the_true_share_as_often_as_the_method_says(
    world: float | None,
    true: float,
    people: int,
    low: float,
    high: float,
    size: Callable[[int, int], int],
) -> None:
    surveys = size(60_000 // (people + 50), 20_000)
    # Three standard errors of the simulation itself.
    slack = 3 * (0.95 * 0.05 / surveys) ** 0.5

    found = coverage(world, true, people, surveys, seed=2026)

    assert low - slack <= found <= high + slack
