"""Responses → cells: counts the sheets of the cells named, and writes those cells anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from results.moments import Tabulator
from results.wire import copy_into, fetch
from surveys.models import Campaign


class CellKey(NamedTuple):
    """Which own answers of a unit: both standings of one month and channel."""

    unit_id: int
    month: int
    channel: int


def first_day(month: int) -> date:
    """Return the first day of a month written 202611."""
    return date(month // 100, month % 100, 1)


def first_day_after(month: int) -> date:
    return date(month // 100 + month % 100 // 12, month % 100 % 12 + 1, 1)


# The answer strings of a cell come as one text, all of one width: one row to fetch per cell
# instead of one per sheet. One month at a time, so that the planner sees its days; the index
# holds all columns named here, so that no page of the table is read for a sheet.
SHEETS_OF_CELLS = """
SELECT cell.unit_id, cell.channel, (aside.response_id IS NOT NULL)::integer AS standing,
       count(*)::integer, string_agg(sheet.answers, '')
  FROM unnest(%(units)s::integer[], %(channels)s::smallint[]) AS cell (unit_id, channel)
  JOIN surveys_response AS sheet
    ON sheet.campaign_id = %(campaign)s
   AND sheet.unit_id = cell.unit_id
   AND sheet.channel = cell.channel
   AND sheet.answered_on >= %(first_day)s
   AND sheet.answered_on < %(end_day)s
  LEFT JOIN surveys_setaside AS aside
    ON aside.response_id = sheet.id AND aside.reversed_at IS NULL
 GROUP BY 1, 2, 3
"""

FORGET_CELLS = """
DELETE FROM results_cell AS cell
 USING unnest(%(units)s::integer[], %(months)s::integer[], %(channels)s::smallint[])
       AS key (unit_id, month, channel)
 WHERE cell.campaign_id = %(campaign)s
   AND cell.unit_id = key.unit_id
   AND cell.month = key.month
   AND cell.channel = key.channel
"""


def count_cells(campaign: Campaign, keys: Sequence[CellKey]) -> int:
    """Count the sheets of some cells from scratch, write the cells, and return the sheets read.

    The caller holds the lock of the chunk; a cell left without sheets disappears.
    """
    tabulator = Tabulator(campaign.questionnaire.parsed(), campaign.method.parsed())
    by_month: dict[int, list[CellKey]] = {}
    for key in keys:
        by_month.setdefault(key.month, []).append(key)
    found = [row for month, wanted in by_month.items() for row in _sheets(campaign, month, wanted)]
    _forget(campaign, keys)
    if not found:
        return 0
    units, channels, standings, sizes, texts, months = zip(*found, strict=True)
    block = "".join(texts).encode("ascii")
    sheets = np.frombuffer(block, dtype=np.uint8).reshape(-1, len(tabulator.edition.columns))
    counts = tabulator.counts(sheets, np.repeat(np.arange(len(found)), sizes), len(found))
    copy_into(
        "results_cell",
        {
            "campaign_id": (np.full(len(found), campaign.pk), 4),
            "unit_id": (np.array(units), 4),
            "month": (np.array(months), 4),
            "channel": (np.array(channels), 2),
            "standing": (np.array(standings), 2),
            "n": (np.array(sizes), 4),
        },
        {"counts": (counts, 4), "moments": (tabulator.moments(sheets, np.array(sizes)), 8)},
    )
    return sum(sizes)


def _sheets(campaign: Campaign, month: int, keys: Sequence[CellKey]) -> list[tuple[Any, ...]]:
    """Return unit, channel, standing, number of sheets, their answers and the month."""
    rows = fetch(
        SHEETS_OF_CELLS,
        {
            "campaign": campaign.pk,
            "units": [key.unit_id for key in keys],
            "channels": [key.channel for key in keys],
            "first_day": first_day(month),
            "end_day": first_day_after(month),
        },
    )
    return [(*row, month) for row in rows]


def _forget(campaign: Campaign, keys: Sequence[CellKey]) -> None:
    units, months, channels = (list(column) for column in zip(*keys, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            FORGET_CELLS,
            {"campaign": campaign.pk, "units": units, "months": months, "channels": channels},
        )
