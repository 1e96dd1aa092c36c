"""The arrays of released rows, as PostgreSQL sends them, in the terms of arithmetic.indices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from results.arithmetic.indices import Moments
from results.arithmetic.weighting import Part, PlannedMoments
from results.counting.moments import Tabulator
from results.counting.wire import from_wire
from results.reading.planned_rows import PlannedRow
from results.reading.public_rows import ReleasedRow
from surveys.models import Campaign

Key = TypeVar("Key")


def counts_from(campaign: Campaign, row: bytes) -> list[int]:
    """Return the counts of a released row, laid out by the edition."""
    counts: list[int] = from_wire([row], _layout(campaign).counts_width, size=4)[0].tolist()
    return counts


def summed_counts(campaign: Campaign, rows: Sequence[bytes]) -> list[int]:
    """Return the counts of released rows taken together."""
    counts: list[int]
    counts = from_wire(rows, _layout(campaign).counts_width, size=4).sum(axis=0).tolist()
    return counts


def moments_from(campaign: Campaign, rows: Sequence[bytes]) -> Moments:
    """Return the moments of a released row, or of several units taken together."""
    layout = _layout(campaign)
    array = from_wire(rows, layout.moments_width, size=8).sum(axis=0).tolist()
    return Moments.from_array(array, factors=len(layout.edition.factors))


def moments_of(
    campaign: Campaign, rows: Mapping[int, ReleasedRow]
) -> dict[int, Moments | PlannedMoments]:
    """Return by unit id what figures are made of: a unit's sums, or the planned units below it."""
    planned = {unit: row.planned for unit, row in rows.items() if row.planned is not None}
    return {
        unit: moments_from(campaign, [row.moments])
        for unit, row in rows.items()
        if row.planned is None
    } | planned_moments(campaign, planned)


def planned_moments(
    campaign: Campaign, planned: Mapping[Key, Sequence[PlannedRow]]
) -> dict[Key, PlannedMoments]:
    """Return what weighted figures are made of; a unit planned below several is read once."""
    factors = len(_layout(campaign).edition.factors)
    parts: dict[tuple[int, bytes], Part] = {}
    for row in (row for rows in planned.values() for row in rows if row.n):
        if (row.unit_id, row.moments) not in parts:
            sums = moments_from(campaign, [row.moments])
            parts[row.unit_id, row.moments] = Part(sums, row.n, row.people, row.stratum)
    return {
        key: PlannedMoments(
            tuple(parts[row.unit_id, row.moments] for row in rows if row.n), factors
        )
        for key, rows in planned.items()
    }


def moments_for_index(campaign: Campaign, groups: Sequence[Sequence[bytes]]) -> list[Moments]:
    """Return moments that give the same index as those of `moments_from`, of many at once.

    Args:
        groups: per unit its released row, or the rows of those it is made of; none empty.

    Without weights an index needs its factors only pooled (Moments.pooled), and pooling the
    rows of all communes of a province together is far quicker than one after the other.
    """
    if campaign.method.parsed().aggregation == "WEIGHTED" or not groups:
        return [moments_from(campaign, rows) for rows in groups]
    layout = _layout(campaign)
    arrays = from_wire([row for rows in groups for row in rows], layout.moments_width, size=8)
    starts = np.cumsum([0, *(len(rows) for rows in groups[:-1])])
    sums = np.add.reduceat(arrays, starts, axis=0)
    pooled = sums[:, :-1] @ _pooling(len(layout.edition.factors))
    return [
        Moments(tuple(row[:3]), tuple(row[3:]), (answered,), answered)
        for row, answered in zip(pooled.tolist(), sums[:, -1].tolist(), strict=True)
    ]


@lru_cache(maxsize=16)
def _pooling(factors: int) -> NDArray[np.int64]:
    """Return the matrix from moments of factors, without the last one, to pooled sums and products.

    Returns:
        (k + k(k + 1)/2 + factors, 3 + 6) for k = 3 · factors.
    """
    k = 3 * factors
    first, second = np.triu_indices(k)
    matrix = np.zeros((k + len(first) + factors, 9), dtype=np.int64)
    matrix[np.arange(k), np.arange(k) % 3] = 1
    # Where in M·M, M·K, M·P, K·K, K·P, P·P the product of two kinds goes.
    place = np.array([[0, 1, 2], [1, 3, 4], [2, 4, 5]])[first % 3, second % 3]
    # The triangle holds a pair of factors once, their square of sums has it twice.
    twice = (first % 3 == second % 3) & (first != second)
    matrix[k + np.arange(len(first)), 3 + place] = 1 + twice
    return matrix


def _layout(campaign: Campaign) -> Tabulator:
    return Tabulator(campaign.questionnaire.parsed(), campaign.method.parsed())
