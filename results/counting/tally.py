"""Responses → cells: counts the sheets of the cells named, and writes those cells anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from results.counting.count_table import CountTable, write_table
from results.counting.moments import Tabulator
from results.counting.wire import array, fetch
from results.models import Standing
from surveys.models import Campaign


class CellKey(NamedTuple):
    """Which own answers of a unit: both standings of one month and channel."""

    unit_id: int
    month: int
    channel: int


# Per cell all its sheets (standing 0), and once more those of them that are set aside (1); one
# statement, so that both are of one moment. The answer strings of a cell come as one text, all
# of one width: one row to fetch per cell instead of one per sheet.
#
# The sub-select per cell reads the index that holds all columns named here and nothing else,
# whatever the planner thinks of the sizes: 0.2 s of the server for a million sheets, where one
# GROUP BY over all cells, joined with what is set aside, took 0.7 s.
SHEETS_OF_CELLS = """
WITH cell AS (
    SELECT unit_id, month, channel, first_day, (first_day + interval '1 month')::date AS end_day
      FROM unnest(%(units)s::integer[], %(months)s::integer[], %(channels)s::smallint[])
           AS key (unit_id, month, channel)
     CROSS JOIN LATERAL make_date(month / 100, month %% 100, 1) AS first_day
)
SELECT cell.unit_id, cell.month, cell.channel::integer, 0, own.n::integer, own.answers
  FROM cell
 CROSS JOIN LATERAL (
       SELECT count(*) AS n, string_agg(sheet.answers, '') AS answers
         FROM surveys_response AS sheet
        WHERE sheet.campaign_id = %(campaign)s
          AND sheet.unit_id = cell.unit_id
          AND sheet.channel = cell.channel
          AND sheet.answered_on >= cell.first_day
          AND sheet.answered_on < cell.end_day
       ) AS own
 WHERE own.n > 0
 UNION ALL
SELECT sheet.unit_id, place.month, sheet.channel::integer, 1, count(*)::integer,
       string_agg(sheet.answers, '')
  FROM surveys_setaside AS aside
  JOIN surveys_response AS sheet ON sheet.id = aside.response_id
 CROSS JOIN LATERAL (
       SELECT (extract(year FROM sheet.answered_on) * 100
               + extract(month FROM sheet.answered_on))::integer AS month
       ) AS place
 WHERE aside.reversed_at IS NULL
   AND sheet.campaign_id = %(campaign)s
   AND sheet.unit_id = ANY (%(units)s)
   AND sheet.channel = ANY (%(channels)s)
   AND sheet.answered_on >= make_date(%(first)s / 100, %(first)s %% 100, 1)
   AND sheet.answered_on < make_date(%(last)s / 100, %(last)s %% 100, 1) + interval '1 month'
 GROUP BY 1, 2, 3
HAVING (sheet.unit_id, place.month, sheet.channel::integer)
       IN (SELECT unit_id, month, channel FROM cell)
"""

# Each row is found by its key, whatever the planner thinks of the sizes: without statistics, as
# after a first import, a join read all cells of the campaign for every province.
FORGET_CELLS = """
DELETE FROM results_cell
 WHERE ctid = ANY (ARRAY(
       SELECT own.ctid
         FROM unnest(%(units)s::integer[], %(months)s::integer[], %(channels)s::smallint[])
              AS key (unit_id, month, channel)
        CROSS JOIN LATERAL (
              SELECT cell.ctid
                FROM results_cell AS cell
               WHERE cell.campaign_id = %(campaign)s
                 AND cell.unit_id = key.unit_id
                 AND cell.month = key.month
                 AND cell.channel = key.channel
              OFFSET 0
              ) AS own))
"""


def count_cells(campaign: Campaign, keys: Sequence[CellKey]) -> CountTable:
    """Count the sheets of some cells from scratch, write the cells, and return them.

    The caller holds the lock of the chunk; a cell left without sheets disappears.
    """
    units, months, channels = zip(*keys, strict=True)
    parameters: dict[str, Any] = {
        "campaign": campaign.pk,
        "units": array(units),
        "months": array(months),
        "channels": array(channels),
    }
    tabulator = Tabulator(campaign.questionnaire.parsed(), campaign.method.parsed())
    rows = fetch(SHEETS_OF_CELLS, {**parameters, "first": min(months), "last": max(months)})
    cells = _counted(rows, tabulator)
    with connection.cursor() as cursor:
        cursor.execute(FORGET_CELLS, parameters)
    write_table("results_cell", "month", campaign, cells, tabulator)
    return cells


def _counted(rows: Sequence[tuple[Any, ...]], tabulator: Tabulator) -> CountTable:
    """Count the sheets of each row of SHEETS_OF_CELLS."""
    if not rows:
        return CountTable.empty(tabulator)
    sizes = np.array([row[4] for row in rows], dtype=np.intp)
    block = "".join(row[5] for row in rows).encode("ascii")
    sheets = np.frombuffer(block, dtype=np.uint8).reshape(-1, len(tabulator.edition.columns))
    numbers = (
        sizes[:, None],
        tabulator.counts(sheets, np.repeat(np.arange(len(rows)), sizes), len(rows)),
        tabulator.moments(sheets, sizes),
    )
    cells = CountTable(np.array([row[:4] for row in rows]), np.concatenate(numbers, axis=1))
    return _without_set_aside(cells)


def _without_set_aside(cells: CountTable) -> CountTable:
    """Take the sheets set aside, which have rows of their own, out of the whole of their cell."""
    keys = [tuple(key) for key in cells.keys.tolist()]
    row_of = {key: row for row, key in enumerate(keys)}
    for key, row in row_of.items():
        if key[3] == Standing.SET_ASIDE:
            cells.numbers[row_of[(*key[:3], Standing.COUNTED)]] -= cells.numbers[row]
    return cells.rows(np.flatnonzero(cells.numbers[:, 0]))
