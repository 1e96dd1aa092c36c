"""Responses → cells: counts the sheets of the cells named, and writes those cells anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from results.counting.count_table import CountTable, forget_rows, write_table
from results.counting.moments import Tabulator
from results.counting.settled import Span, Touched, read_settled, settle, spans_of
from results.counting.wire import array, fetch
from results.models import Standing
from surveys.models import Campaign

# Per span all its sheets (standing 0), and once more those of them that are set aside (1); one
# statement, so that both are of one moment. The answer strings of a span come as one text, all
# of one width: one row to fetch per span instead of one per sheet.
#
# The sub-select per span reads the index that holds all columns named here and nothing else,
# whatever the planner thinks of the sizes: 0.2 s of the server for a million sheets, where one
# GROUP BY over all cells, joined with what is set aside, took 0.7 s.
SHEETS_OF_SPANS = """
WITH span AS (
    SELECT *
      FROM unnest(%(units)s::integer[], %(months)s::integer[], %(channels)s::smallint[],
                  %(closed)s::boolean[], %(firsts)s::date[], %(ends)s::date[])
           AS span (unit_id, month, channel, closed, first_day, end_day)
)
SELECT span.unit_id, span.month, span.channel::integer, 0, span.closed, own.n::integer,
       own.answers
  FROM span
 CROSS JOIN LATERAL (
       SELECT count(*) AS n, string_agg(sheet.answers, '') AS answers
         FROM surveys_response AS sheet
        WHERE sheet.campaign_id = %(campaign)s
          AND sheet.unit_id = span.unit_id
          AND sheet.channel = span.channel
          AND sheet.answered_on >= span.first_day
          AND sheet.answered_on < span.end_day
       ) AS own
 WHERE own.n > 0
 UNION ALL
SELECT span.unit_id, span.month, span.channel::integer, 1, span.closed, count(*)::integer,
       string_agg(sheet.answers, '')
  FROM surveys_setaside AS aside
  JOIN surveys_response AS sheet ON sheet.id = aside.response_id
  JOIN span ON span.unit_id = sheet.unit_id
           AND span.channel = sheet.channel
           AND sheet.answered_on >= span.first_day
           AND sheet.answered_on < span.end_day
 WHERE aside.reversed_at IS NULL
   AND sheet.campaign_id = %(campaign)s
   AND sheet.unit_id = ANY (%(units)s)
   AND sheet.channel = ANY (%(channels)s)
   AND sheet.answered_on >= %(first)s
   AND sheet.answered_on < %(end)s
 GROUP BY 1, 2, 3, 5
"""

# Spans read at once, so that memory does not grow with what a province has stored: a busy month
# has some thousand sheets a cell, and a sheet takes some 300 bytes while it is counted.
SPANS_AT_ONCE = 200


def count_cells(campaign: Campaign, touched: Touched, *, closed_before: date) -> CountTable:
    """Count the sheets of some cells, write the cells, and return them.

    The caller holds the lock of the chunk; a cell left without sheets disappears.

    Args:
        closed_before: few sheets still come of the days before it.
    """
    tabulator = Tabulator(campaign.questionnaire.parsed(), campaign.method.parsed())
    before = read_settled(campaign, touched, tabulator)
    spans = [
        span
        for key in touched
        for span in spans_of(key, until=before.until.get(key), closed_before=closed_before)
    ]
    counted = [
        _counted(_sheets(campaign, spans[start : start + SPANS_AT_ONCE]), tabulator)
        for start in range(0, len(spans), SPANS_AT_ONCE)
    ]
    closed = CountTable.joined([CountTable.empty(tabulator), *(part[0] for part in counted)])
    opened = CountTable.joined([CountTable.empty(tabulator), *(part[1] for part in counted)])
    cells = CountTable.joined([before.table, closed, opened]).summed_by_key()
    forget_rows("results_cell", "month", campaign, list(touched))
    write_table("results_cell", "month", campaign, cells, tabulator)
    settle(campaign, tabulator, before, closed, closed_before=closed_before)
    return cells


def _sheets(campaign: Campaign, spans: Sequence[Span]) -> list[tuple[Any, ...]]:
    """Return the rows of SHEETS_OF_SPANS."""
    units, months, channels, closed, firsts, ends = zip(*spans, strict=True)
    parameters: dict[str, Any] = {
        "campaign": campaign.pk,
        "units": array(units),
        "months": array(months),
        "channels": array(channels),
        "closed": list(closed),
        "firsts": list(firsts),
        "ends": list(ends),
        "first": min(firsts),
        "end": max(ends),
    }
    return fetch(SHEETS_OF_SPANS, parameters)


def _counted(
    rows: Sequence[tuple[Any, ...]], tabulator: Tabulator
) -> tuple[CountTable, CountTable]:
    """Count the sheets of each row of SHEETS_OF_SPANS; return those of closed days, of open."""
    if not rows:
        return CountTable.empty(tabulator), CountTable.empty(tabulator)
    sizes = np.array([row[5] for row in rows], dtype=np.intp)
    block = "".join(row[6] for row in rows).encode("ascii")
    sheets = np.frombuffer(block, dtype=np.uint8).reshape(-1, len(tabulator.edition.columns))
    numbers = (
        sizes[:, None],
        tabulator.counts(sheets, np.repeat(np.arange(len(rows)), sizes), len(rows)),
        tabulator.moments(sheets, sizes),
    )
    spans = CountTable(np.array([row[:4] for row in rows]), np.concatenate(numbers, axis=1))
    is_closed = np.array([row[4] for row in rows], dtype=np.bool_)
    closed, opened = (
        _without_set_aside(spans.rows(np.flatnonzero(of_kind)))
        for of_kind in (is_closed, ~is_closed)
    )
    return closed, opened


def _without_set_aside(cells: CountTable) -> CountTable:
    """Take the sheets set aside, which have rows of their own, out of the whole of their cell."""
    keys = [tuple(key) for key in cells.keys.tolist()]
    row_of = {key: row for row, key in enumerate(keys)}
    for key, row in row_of.items():
        if key[3] == Standing.SET_ASIDE:
            cells.numbers[row_of[(*key[:3], Standing.COUNTED)]] -= cells.numbers[row]
    return cells.rows(np.flatnonzero(cells.numbers[:, 0]))
