"""What is counted of a cell's closed days, so that a touched cell re-reads few of its sheets.

A cell of a busy month holds thousands of sheets, and nearly all that come are of today. The counts
of the days before stand in a row of their own, with the day they reach to. They are no second
truth: a mark says which is the earliest day that changed, and if that is before this day (a kiosk
that was without network, paper, a day set aside) the row is forgotten and the cell counted whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from results.counting.count_table import CellKey, CountTable, forget_rows, table_of, write_table
from results.counting.moments import Tabulator
from results.counting.wire import array, day_number, fetch
from surveys.models import Campaign

# A row costs as much to write as some hundred sheets to read, so it waits for as many.
SETTLE_FROM = 200

SETTLED = """
SELECT own.unit_id, own.month, own.channel::integer, own.standing::integer, own.n,
       array_send(own.counts), array_send(own.moments), own.until
  FROM unnest(%(units)s::integer[], %(months)s::integer[], %(channels)s::smallint[])
       AS key (unit_id, month, channel)
 CROSS JOIN LATERAL (
       SELECT settled.*
         FROM results_settledcell AS settled
        WHERE settled.campaign_id = %(campaign)s
          AND settled.unit_id = key.unit_id
          AND settled.month = key.month
          AND settled.channel = key.channel
       OFFSET 0
       ) AS own
"""

Touched = Mapping[CellKey, date | None]
"""By cell the earliest day of its sheets that changed; None: any may have."""


class Span(NamedTuple):
    """Days of a cell, `first` to before `end`, that are read: closed ones, or open ones."""

    unit_id: int
    month: int
    channel: int
    closed: bool
    first: date
    end: date


@dataclass(frozen=True)
class Settled:
    """What is known of closed days: rows to add, the day each cell's reach to, rows not true."""

    table: CountTable
    until: Mapping[CellKey, date]
    outdated: frozenset[CellKey]


def read_settled(campaign: Campaign, touched: Touched, tabulator: Tabulator) -> Settled:
    """Return what is settled of some cells and still true."""
    units, months, channels = map(array, zip(*touched, strict=True))
    where = {"campaign": campaign.pk, "units": units, "months": months, "channels": channels}
    rows = fetch(SETTLED, where)
    until = {CellKey(*row[:3]): row[7] for row in rows}
    outdated = {
        key for key, day in until.items() if (earliest := touched[key]) is None or earliest < day
    }
    return Settled(
        table_of([row for row in rows if CellKey(*row[:3]) not in outdated], tabulator),
        {key: day for key, day in until.items() if key not in outdated},
        frozenset(outdated),
    )


def spans_of(key: CellKey, *, until: date | None, closed_before: date) -> list[Span]:
    """Return the days of a cell that must be read: closed ones not yet settled, and open ones."""
    first, end = _month(key.month)
    start, cut = until or first, _cut(key.month, closed_before)
    spans = [Span(*key, True, start, cut), Span(*key, False, max(start, cut), end)]
    return [span for span in spans if span.first < span.end]


def settle(
    campaign: Campaign,
    tabulator: Tabulator,
    before: Settled,
    closed: CountTable,
    *,
    closed_before: date,
) -> None:
    """Write what closed days hold of cells where many sheets were read of them.

    Args:
        closed: what was counted of closed days that were not settled.
    """
    read: Counter[CellKey] = Counter()
    for key, n in zip(closed.cell_keys(), closed.numbers[:, 0].tolist(), strict=True):
        read[key] += n
    grown = {key for key, n in read.items() if n >= SETTLE_FROM}
    forget_rows(
        "results_settledcell", "month", campaign, before.outdated | (grown & before.until.keys())
    )
    parts = CountTable.joined([before.table, closed])
    chosen = [row for row, key in enumerate(parts.cell_keys()) if key in grown]
    rows = parts.rows(chosen).summed_by_key()
    days = [day_number(_cut(month, closed_before)) for _, month, _, _ in rows.keys.tolist()]
    until = {"until": (np.array(days, dtype=np.int64), 4)}
    write_table("results_settledcell", "month", campaign, rows, tabulator, more=until)


def _month(month: int) -> tuple[date, date]:
    """Return the first day of a month and of the next."""
    year, number = divmod(month, 100)
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)


def _cut(month: int, closed_before: date) -> date:
    """Return the first open day of a month; that of the next when all its days are closed."""
    first, end = _month(month)
    return min(max(closed_before, first), end)
