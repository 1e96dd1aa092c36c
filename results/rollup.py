"""Cells → totals: a unit's own answers and those of all below it, deepest tier first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np
from django.db import connection

from results.models import WHOLE_CAMPAIGN
from results.moments import Tabulator
from results.tally import CellKey
from results.wire import copy_into, fetch, from_wire
from surveys.models import Campaign

# What a total adds up: the unit's own cells and the totals of its children, for one period
# and channel and each standing.
PARTS_OF_TOTALS = """
SELECT key.k::integer, part.standing::integer, part.n,
       array_send(part.counts), array_send(part.moments)
  FROM unnest(%(units)s::integer[], %(periods)s::integer[], %(channels)s::smallint[])
       WITH ORDINALITY AS key (unit_id, period, channel, k)
 CROSS JOIN LATERAL (
       SELECT cell.standing, cell.n, cell.counts, cell.moments
         FROM results_cell AS cell
        WHERE cell.campaign_id = %(campaign)s
          AND cell.unit_id = key.unit_id
          AND cell.month BETWEEN CASE key.period WHEN 0 THEN 0 ELSE key.period END
                             AND CASE key.period WHEN 0 THEN 999999 ELSE key.period END
          AND cell.channel = key.channel
       UNION ALL
       SELECT total.standing, total.n, total.counts, total.moments
         FROM surveys_campaignunit AS child
         JOIN results_total AS total
           ON total.campaign_id = %(campaign)s
          AND total.unit_id = child.unit_id
          AND total.period = key.period
          AND total.channel = key.channel
        WHERE child.campaign_id = %(campaign)s
          AND child.parent_id = key.unit_id
       ) AS part
 ORDER BY 1, 2
"""

FORGET_TOTALS = """
DELETE FROM results_total AS total
 USING unnest(%(units)s::integer[], %(periods)s::integer[], %(channels)s::smallint[])
       AS key (unit_id, period, channel)
 WHERE total.campaign_id = %(campaign)s
   AND total.unit_id = key.unit_id
   AND total.period = key.period
   AND total.channel = key.channel
"""

TotalKey = tuple[int, int, int]
"""Unit, period, channel."""


def touched_totals(
    keys: Iterable[CellKey], paths: Mapping[int, list[int]]
) -> dict[int, set[TotalKey]]:
    """Return the totals that some cells enter, by depth of their unit (the root has depth 0).

    Args:
        paths: unit ids from the root down to each unit, for every unit of `keys`.
    """
    touched: dict[int, set[TotalKey]] = {}
    for unit_id, month, channel in keys:
        for depth, above in enumerate(paths[unit_id]):
            touched.setdefault(depth, set()).update(
                product((above,), (month, WHOLE_CAMPAIGN), (channel,))
            )
    return touched


def add_up(campaign: Campaign, keys: Collection[TotalKey]) -> None:
    """Write the totals of units of one depth anew, from their cells and their children.

    The caller holds the lock of their chunk (or of the root) and has written all below.
    """
    tabulator = Tabulator(campaign.questionnaire.parsed(), campaign.method.parsed())
    units, periods, channels = (list(column) for column in zip(*sorted(keys), strict=True))
    parameters: dict[str, Any] = {
        "campaign": campaign.pk,
        "units": units,
        "periods": periods,
        "channels": channels,
    }
    with connection.cursor() as cursor:
        cursor.execute(FORGET_TOTALS, parameters)
    parts = fetch(PARTS_OF_TOTALS, parameters)
    if not parts:
        return
    key = np.array([row[0] - 1 for row in parts])
    standing = np.array([row[1] for row in parts])
    starts = np.flatnonzero(np.diff(key * 2 + standing, prepend=-1))
    key, standing = key[starts], standing[starts]
    n = np.array([row[2] for row in parts])
    counts = from_wire([row[3] for row in parts], tabulator.counts_width, size=4)
    moments = from_wire([row[4] for row in parts], tabulator.moments_width, size=8)
    copy_into(
        "results_total",
        {
            "campaign_id": (np.full(len(starts), campaign.pk), 4),
            "unit_id": (np.array(units)[key], 4),
            "period": (np.array(periods)[key], 4),
            "channel": (np.array(channels)[key], 2),
            "standing": (standing, 2),
            "n": (np.add.reduceat(n, starts), 4),
        },
        {
            "counts": (np.add.reduceat(counts, starts, axis=0), 4),
            "moments": (np.add.reduceat(moments, starts, axis=0), 8),
        },
    )
