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
from surveys.models import Campaign, CampaignUnit

# These read one table each, by its key: joined with the tree, a planner without statistics
# once read every total of the country for every unit.
OTHER_CELLS = """
SELECT cell.unit_id, cell.month, cell.channel::integer, cell.standing::integer, cell.n,
       array_send(cell.counts), array_send(cell.moments)
  FROM results_cell AS cell
 WHERE cell.campaign_id = %(campaign)s
   AND cell.unit_id = ANY (%(units)s)
   AND cell.channel = ANY (%(channels)s)
   AND (cell.unit_id, cell.month, cell.channel) NOT IN (
       SELECT * FROM unnest(%(known_units)s::integer[], %(known_months)s::integer[],
                            %(known_channels)s::integer[]))
"""

TOTALS_OF_CHILDREN = """
SELECT total.unit_id, total.period, total.channel::integer, total.standing::integer, total.n,
       array_send(total.counts), array_send(total.moments)
  FROM results_total AS total
 WHERE total.campaign_id = %(campaign)s
   AND total.unit_id = ANY (%(units)s)
   AND total.period = ANY (%(periods)s)
   AND total.channel = ANY (%(channels)s)
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
    """Write some totals anew, each the sum of its parts: own cells, and totals of children.

    The caller holds the lock of the units' chunk (or of the root). With a total, those of all
    units above it on its path are touched.

    Args:
        touched: the totals to write; what of their children is not among them stays as it is.
        paths: by unit of `touched`, which units its parts are counted for.
        known: own cells of these units as just written, which need not be read again.
    """
    if not touched:
        return
    tabulator = Tabulator(campaign.questionnaire.parsed(), campaign.method.parsed())
    known = known or CountTable.empty(tabulator)
    units, periods, channels = (list(column) for column in zip(*sorted(touched), strict=True))
    parameters: dict[str, Any] = {
        "campaign": campaign.pk,
        "units": units,
        "periods": periods,
    }
    with connection.cursor() as cursor:
        cursor.execute(FORGET_TOTALS, {**parameters, "channels": channels})
    parameters |= {"periods": list(set(periods)), "channels": list(set(channels))}
    own = CountTable.joined([known, _other_cells(parameters, known, tabulator)])
    children = _totals_of_children(campaign, parameters, tabulator)
    parts = CountTable.joined([own, children])
    entries = [
        Entry(row, (above, period, channel, standing))
        for row, (unit, part_period, channel, standing) in enumerate(parts.keys.tolist())
        # A cell counts for its month and for the whole, a child's total for its own period.
        for period in ((part_period, WHOLE_CAMPAIGN) if row < len(own.keys) else (part_period,))
        if (unit, period, channel) in touched
        for above in paths[unit]
    ]
    write_table("results_total", "period", campaign, parts.summed(entries), tabulator)


def _other_cells(
    parameters: Mapping[str, Any], known: CountTable, tabulator: Tabulator
) -> CountTable:
    """Return the own cells of the units that are not yet known: those of other months."""
    units, months, channels, _ = known.keys.T.tolist()
    return read_table(
        OTHER_CELLS,
        {
            **parameters,
            "units": list(set(parameters["units"])),
            "known_units": units,
            "known_months": months,
            "known_channels": channels,
        },
        tabulator,
    )


def _totals_of_children(
    campaign: Campaign, parameters: Mapping[str, Any], tabulator: Tabulator
) -> CountTable:
    """Return what is left of the totals of all children, as parts of their parents."""
    parents = dict(
        CampaignUnit.objects.filter(
            campaign=campaign, parent__in=set(parameters["units"])
        ).values_list("unit_id", "parent_id")
    )
    totals = read_table(TOTALS_OF_CHILDREN, {**parameters, "units": list(parents)}, tabulator)
    totals.keys[:, 0] = [parents[unit] for unit in totals.keys[:, 0].tolist()]
    return totals
