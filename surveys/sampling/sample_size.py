"""How many people a sample needs, and how it is shared out among units. Pure.

n = N / (1 + N·e²), rounded up: the number of people drawn at random among N that keeps a share
within ±e, 95 times in 100, however large the share is. Source: T. Yamane, Statistics: an
introductory analysis, 2nd ed. 1967, p. 886, with 2 for the normal quantile 1.96 and p = 0.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import TypeVar

Key = TypeVar("Key")


def sample_size(population: int, error: Fraction) -> int:
    """Return n for N people and an error e between 0 and 1, at least 1."""
    return ceil(Fraction(population) / (1 + population * error**2))


def each_alone(populations: Mapping[Key, int], error: Fraction) -> dict[Key, int]:
    """Return a sample for every unit that alone keeps to the error."""
    return {key: sample_size(people, error) for key, people in populations.items()}


def shared_out(populations: Mapping[Key, int], error: Fraction) -> dict[Key, int]:
    """Return a sample that keeps to the error for all units together, shared out by people.

    Every part is rounded up, so that together they are at least n. Source: proportional
    allocation, W. G. Cochran, Sampling Techniques, 3rd ed. 1977, section 5.5.
    """
    everybody = sum(populations.values())
    together = sample_size(everybody, error) if everybody else 0
    return {
        key: ceil(Fraction(together * people, everybody)) for key, people in populations.items()
    }
