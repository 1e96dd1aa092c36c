"""Ranks of units among each other, on unrounded values. Standard library only."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Rank:
    """A place from 1, the best, among `of` units; equal values share the better place."""

    position: int
    of: int


def ranks(values: Mapping[Key, Fraction]) -> dict[Key, Rank]:
    """Return the rank of each value, the highest first: 90, 80, 80, 70 → 1, 2, 2, 4.

    Source: docs/method.md section 7.
    """
    places: dict[Fraction, int] = {}
    for place, value in enumerate(sorted(values.values(), reverse=True), start=1):
        places.setdefault(value, place)
    return {key: Rank(places[value], len(values)) for key, value in values.items()}
