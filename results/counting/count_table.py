"""Counted figures in memory, a row each, and on their way from and to cells and totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from results.counting.moments import Ints, Tabulator
from results.counting.wire import copy_into, fetch, from_wire
from surveys.models import Campaign

Key = tuple[int, int, int, int]
"""Unit, period (a month, or 0 for the whole campaign), channel, standing."""


@dataclass(frozen=True)
class CountTable:
    """Rows of counts.

    `keys`: (rows, 4), a `Key` each.
    `numbers`: (rows, 1 + counts + moments), n and the arrays of a cell or a total.
    """

    keys: Ints
    numbers: Ints

    @classmethod
    def empty(cls, tabulator: Tabulator) -> CountTable:
        width = 1 + tabulator.counts_width + tabulator.moments_width
        return cls(np.empty((0, 4), dtype=np.int64), np.empty((0, width), dtype=np.int64))

    @classmethod
    def joined(cls, parts: Sequence[CountTable]) -> CountTable:
        return cls(
            np.concatenate([part.keys for part in parts]),
            np.concatenate([part.numbers for part in parts]),
        )

    def sheets(self) -> int:
        """Return how many sheets all rows have."""
        return int(self.numbers[:, 0].sum())

    def rows(self, chosen: Sequence[int] | NDArray[np.intp]) -> CountTable:
        return CountTable(self.keys[chosen], self.numbers[chosen])

    def summed(self, parts: Mapping[Key, Sequence[int]]) -> CountTable:
        """Return a row per key, the sum of the rows named for it: one at least."""
        if not parts:
            return self.rows([])
        starts = np.cumsum([0, *map(len, parts.values())])[:-1]
        rows = self.numbers[list(chain.from_iterable(parts.values()))]
        return CountTable(np.array(list(parts)), np.add.reduceat(rows, starts, axis=0))


def read_table(query: str, parameters: Mapping[str, Any], tabulator: Tabulator) -> CountTable:
    """Return the rows of a query for a key, n and `array_send` of counts and of moments."""
    rows = fetch(query, parameters)
    if not rows:
        return CountTable.empty(tabulator)
    parts = (
        np.array([row[4] for row in rows], dtype=np.int64).reshape(-1, 1),
        from_wire([row[5] for row in rows], tabulator.counts_width, size=4),
        from_wire([row[6] for row in rows], tabulator.moments_width, size=8),
    )
    keys = np.array([row[:4] for row in rows], dtype=np.int64)
    return CountTable(keys, np.concatenate(parts, axis=1))


def write_table(
    table: str, period: str, campaign: Campaign, counted: CountTable, tabulator: Tabulator
) -> None:
    """Append rows to the table of cells or of totals, whose column `period` is named so."""
    if not len(counted.keys):
        return
    units, periods, channels, standings = counted.keys.T
    end = 1 + tabulator.counts_width
    copy_into(
        table,
        {
            "campaign_id": (np.full(len(units), campaign.pk), 4),
            "unit_id": (units, 4),
            period: (periods, 4),
            "channel": (channels, 2),
            "standing": (standings, 2),
            "n": (counted.numbers[:, 0], 4),
        },
        {"counts": (counted.numbers[:, 1:end], 4), "moments": (counted.numbers[:, end:], 8)},
    )
