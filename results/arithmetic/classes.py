"""Groups of units in numbers: how many in each band, the mean of their indexes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from surveys.questionnaires.methods import Band, Method


@dataclass(frozen=True)
class BandCount:
    """How many units are in a band; `band` is None for those below the lowest."""

    band: Band | None
    units: int


def band_counts(percents: Sequence[Fraction], method: Method) -> tuple[BandCount, ...]:
    """Return how many units are in each band of a method, the best first.

    Empty for a method without bands. Units below the lowest band come last, if there are any.
    """
    if not method.bands:
        return ()
    found = [method.band_of(percent) for percent in percents]
    bands: tuple[Band | None, ...] = (*method.bands, *([None] if None in found else []))
    return tuple(BandCount(band, found.count(band)) for band in bands)


def mean(percents: Iterable[Fraction]) -> Fraction | None:
    """Return the plain mean of the units' own indexes; None without any.

    It treats a small unit like a large one and is never the index of them all.
    """
    values = list(percents)
    return sum(values, Fraction(0)) / len(values) if values else None
