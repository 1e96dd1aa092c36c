"""Counted figures in memory, a row each, and on their way from and to cells and totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from results.counting.moments import Ints, Tabulator
from results.counting.wire import array, copy_into, fetch, from_wire
from surveys.models import Campaign

Key = tuple[int, int, int, int]
"""Unit, period (a month, or 0 for the whole campaign), channel, standing."""


class CellKey(NamedTuple):
    """Which own answers of a unit: both standings of one month and channel."""

    unit_id: int
    month: int
    channel: int


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

    def summed_by_key(self) -> CountTable:
        """Return a row per key that there is, the sum of its rows."""
        rows_of: dict[Key, list[int]] = defaultdict(list)
        for row, key in enumerate(self.keys.tolist()):
            rows_of[tuple(key)].append(row)
        return self if len(rows_of) == len(self.keys) else self.summed(rows_of)

    def cell_keys(self) -> list[CellKey]:
        """Return the key of each row without its standing."""
        return [CellKey(*key[:3]) for key in self.keys.tolist()]


def read_table(query: str, parameters: Mapping[str, Any], tabulator: Tabulator) -> CountTable:
    """Return the rows of a query for a key, n and `array_send` of counts and of moments."""
    return table_of(fetch(query, parameters), tabulator)


def table_of(rows: Sequence[tuple[Any, ...]], tabulator: Tabulator) -> CountTable:
    """Return rows of a key, n and `array_send` of counts and of moments; what follows is left."""
    if not rows:
        return CountTable.empty(tabulator)
    parts = (
        np.array([row[4] for row in rows], dtype=np.int64).reshape(-1, 1),
        from_wire([row[5] for row in rows], tabulator.counts_width, size=4),
        from_wire([row[6] for row in rows], tabulator.moments_width, size=8),
    )
    keys = np.array([row[:4] for row in rows], dtype=np.int64)
    return CountTable(keys, np.concatenate(parts, axis=1))


# Each row is found by its key, whatever the planner thinks of the sizes: without statistics, as
# after a first import, a join read all rows of the campaign for every province.
FORGET = """
DELETE FROM {table}
 WHERE ctid = ANY (ARRAY(
       SELECT own.ctid
         FROM unnest(%(units)s::integer[], %(periods)s::integer[], %(channels)s::smallint[])
              AS key (unit_id, period, channel)
        CROSS JOIN LATERAL (
              SELECT old.ctid
                FROM {table} AS old
               WHERE old.campaign_id = %(campaign)s
                 AND old.unit_id = key.unit_id
                 AND old.{period} = key.period
                 AND old.channel = key.channel
              OFFSET 0
              ) AS own))
"""


def forget_rows(
    table: str, period: str, campaign: Campaign, keys: Collection[tuple[int, int, int]]
) -> None:
    """Delete the rows of some units, periods and channels, of every standing."""
    if not keys:
        return
    units, periods, channels = map(array, zip(*keys, strict=True))
    of_keys = {"units": units, "periods": periods, "channels": channels}
    with connection.cursor() as cursor:
        cursor.execute(
            FORGET.format(table=table, period=period), {"campaign": campaign.pk, **of_keys}
        )


def write_table(
    table: str,
    period: str,
    campaign: Campaign,
    counted: CountTable,
    tabulator: Tabulator,
    *,
    more: Mapping[str, tuple[Ints, int]] | None = None,
) -> None:
    """Append rows to the table of cells or of totals, whose column `period` is named so.

    Args:
        more: further columns, as `copy_into` takes them.
    """
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
            **(more or {}),
        },
        {"counts": (counted.numbers[:, 1:end], 4), "moments": (counted.numbers[:, end:], 8)},
    )
