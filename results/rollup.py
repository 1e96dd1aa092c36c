"""Cells → totals: a unit's own answers and those of all below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from django.db import connection

from results.count_table import CountTable, Entry, read_table, write_table
from results.models import WHOLE_CAMPAIGN
from results.moments import Tabulator
from results.tally import CellKey
from results.wire import fetch
from surveys.models import Campaign

# These read one table each, by its key: joined with the tree, a planner without statistics
# once read every total of the country for every unit.
OWN_CELLS = """
SELECT cell.unit_id, cell.month, cell.channel::integer, cell.standing::integer, cell.n,
       array_send(cell.counts), array_send(cell.moments)
  FROM results_cell AS cell
 WHERE cell.campaign_id = %(campaign)s
   AND cell.unit_id = ANY (%(units)s)
   AND cell.month = ANY (%(months)s)
   AND cell.channel = ANY (%(channels)s)
   AND (cell.unit_id, cell.month, cell.channel) NOT IN (
       SELECT * FROM unnest(%(known_units)s::integer[], %(known_months)s::integer[],
                            %(known_channels)s::integer[]))
"""

TOTALS_OF_MONTHS = """
SELECT total.unit_id, total.period, total.channel::integer, total.standing::integer, total.n,
       array_send(total.counts), array_send(total.moments)
  FROM results_total AS total
 WHERE total.campaign_id = %(campaign)s
   AND total.unit_id = ANY (%(units)s)
   AND total.period BETWEEN %(first)s AND %(last)s
   AND total.channel = ANY (%(channels)s)
"""

CHILDREN = """
SELECT unit_id, parent_id
  FROM surveys_campaignunit
 WHERE campaign_id = %(campaign)s AND parent_id = ANY (%(units)s)
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

LAST_MONTH = 999_912

TotalKey = tuple[int, int, int]
"""Unit, period, channel."""


def touched_totals(keys: Iterable[CellKey], paths: Mapping[int, list[int]]) -> set[TotalKey]:
    """Return the totals that some cells enter, of the units on the paths given.

    Args:
        paths: by unit, the units to be written of those from the root down to it.
    """
    return {
        total
        for unit_id, month, channel in keys
        for total in product(paths[unit_id], (month, WHOLE_CAMPAIGN), (channel,))
    }


def add_up(
    campaign: Campaign,
    touched: set[TotalKey],
    paths: Mapping[int, list[int]],
    *,
    known: CountTable | None = None,
) -> None:
    """Write some totals anew, each the sum of its parts.

    A month has the own cells of the unit and the totals of its children; the whole campaign
    has its months. The caller holds the lock of the units' chunk (or of the root).

    Args:
        touched: the totals to write, with each those of the units above it on its path.
        paths: by unit of `touched`, the units its parts are counted for.
        known: own cells of these units as just written, which need not be read again.
    """
    if not touched:
        return
    tabulator = Tabulator(campaign.questionnaire.parsed(), campaign.method.parsed())
    units, periods, channels = (list(column) for column in zip(*sorted(touched), strict=True))
    parameters: dict[str, Any] = {"campaign": campaign.pk, "units": units, "channels": channels}
    with connection.cursor() as cursor:
        cursor.execute(FORGET_TOTALS, {**parameters, "periods": periods})
    parameters |= {
        "units": list(set(units)),
        "months": list(set(periods) - {WHOLE_CAMPAIGN}),
        "channels": list(set(channels)),
    }
    known = known or CountTable.empty(tabulator)
    parts = CountTable.joined(
        [
            known,
            _other_cells(parameters, known, tabulator),
            _totals_of_children(parameters, tabulator),
        ]
    )
    # What was touched is forgotten, so only the other months are left.
    bounds = {"first": WHOLE_CAMPAIGN + 1, "last": LAST_MONTH}
    other_months = read_table(TOTALS_OF_MONTHS, {**parameters, **bounds}, tabulator)
    entries = [
        Entry(row, (above, period, channel, standing))
        for row, (unit, month, channel, standing) in enumerate(parts.keys.tolist())
        if (unit, month, channel) in touched
        for above in paths[unit]
        for period in (month, WHOLE_CAMPAIGN)
    ] + [
        Entry(row, (unit, WHOLE_CAMPAIGN, channel, standing))
        for row, (unit, _, channel, standing) in enumerate(
            other_months.keys.tolist(), start=len(parts.keys)
        )
        if (unit, WHOLE_CAMPAIGN, channel) in touched
    ]
    totals = CountTable.joined([parts, other_months]).summed(entries)
    write_table("results_total", "period", campaign, totals, tabulator)


def _other_cells(
    parameters: Mapping[str, Any], known: CountTable, tabulator: Tabulator
) -> CountTable:
    """Return the own cells of the units and months that are not yet known."""
    units, months, channels, _ = known.keys.T.tolist()
    exceptions = {"known_units": units, "known_months": months, "known_channels": channels}
    return read_table(OWN_CELLS, {**parameters, **exceptions}, tabulator)


def _totals_of_children(parameters: Mapping[str, Any], tabulator: Tabulator) -> CountTable:
    """Return what is left of the months' totals of all children, as parts of their parents."""
    parents = dict(fetch(CHILDREN, parameters))
    months = parameters["months"]
    bounds = {"first": min(months), "last": max(months)}
    totals = read_table(
        TOTALS_OF_MONTHS, {**parameters, **bounds, "units": list(parents)}, tabulator
    )
    totals.keys[:, 0] = [parents[unit] for unit in totals.keys[:, 0].tolist()]
    return totals
