"""Cells → totals: a unit's own answers and those of all below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from django.db import connection

from results.counting.count_table import (
    CellKey,
    CountTable,
    Key,
    forget_rows,
    read_table,
    write_table,
)
from results.counting.moments import Tabulator
from results.counting.rollup_sql import (
    CHILDREN,
    COPY_CELLS,
    OWN_CELLS,
    TOTALS_OF_MONTHS,
)
from results.counting.wire import array, fetch
from results.models import WHOLE_CAMPAIGN
from surveys.models import Campaign

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
    parameters = _forget(campaign, touched)
    known = known or CountTable.empty(tabulator)
    others = _other_cells(parameters, known, tabulator)
    children = _totals_of_children(parameters, tabulator)
    parts = CountTable.joined([known, others, children])
    # What was touched is forgotten, so only the other months are left.
    bounds = {"first": WHOLE_CAMPAIGN + 1, "last": LAST_MONTH}
    other_months = read_table(TOTALS_OF_MONTHS, {**parameters, **bounds}, tabulator)
    rows_of = _rows_of_totals(parts, other_months, touched, paths)
    copies = _copies(known, rows_of)
    _copy_cells(campaign, copies)
    sums = {key: rows for key, rows in rows_of.items() if key not in copies}
    totals = CountTable.joined([parts, other_months]).summed(sums)
    write_table("results_total", "period", campaign, totals, tabulator)


def _forget(campaign: Campaign, touched: set[TotalKey]) -> dict[str, Any]:
    """Delete the totals touched; return the units, months and channels among them."""
    forget_rows("results_total", "period", campaign, sorted(touched))
    units, periods, channels = zip(*touched, strict=True)
    return {
        "campaign": campaign.pk,
        "units": array(set(units)),
        "months": list(set(periods) - {WHOLE_CAMPAIGN}),
        "channels": array(set(channels)),
    }


def _rows_of_totals(
    parts: CountTable,
    other_months: CountTable,
    touched: set[TotalKey],
    paths: Mapping[int, list[int]],
) -> dict[Key, list[int]]:
    """Return by total the rows that add up to it, those of other months after those of parts."""
    rows_of: dict[Key, list[int]] = defaultdict(list)
    for row, (unit, month, channel, standing) in enumerate(parts.keys.tolist()):
        if (unit, month, channel) in touched:
            for above, period in product(paths[unit], (month, WHOLE_CAMPAIGN)):
                rows_of[above, period, channel, standing].append(row)
    start = len(parts.keys)
    for row, (unit, _, channel, standing) in enumerate(other_months.keys.tolist(), start):
        if (unit, WHOLE_CAMPAIGN, channel) in touched:
            rows_of[unit, WHOLE_CAMPAIGN, channel, standing].append(row)
    return rows_of


def _copies(known: CountTable, rows_of: Mapping[Key, list[int]]) -> dict[Key, list[int]]:
    """Return the totals that are nothing but an own cell of their unit, with that cell's key."""
    cells = known.keys.tolist()
    return {
        key: cells[row]
        for key, [row, *more] in rows_of.items()
        if not more and row < len(cells) and cells[row][0] == key[0]
    }


def _copy_cells(campaign: Campaign, copies: Mapping[Key, list[int]]) -> None:
    if not copies:
        return
    units, months, channels, standings = map(array, zip(*copies.values(), strict=True))
    parameters: dict[str, Any] = {
        "campaign": campaign.pk,
        "units": units,
        "months": months,
        "channels": channels,
        "standings": standings,
        "periods": array(key[1] for key in copies),
    }
    with connection.cursor() as cursor:
        cursor.execute(COPY_CELLS, parameters)


def _other_cells(
    parameters: Mapping[str, Any], known: CountTable, tabulator: Tabulator
) -> CountTable:
    """Return the own cells of the units and months that are not yet known."""
    units, months, channels, _ = map(array, known.keys.T.tolist())
    exceptions = {"known_units": units, "known_months": months, "known_channels": channels}
    return read_table(OWN_CELLS, {**parameters, **exceptions}, tabulator)


def _totals_of_children(parameters: Mapping[str, Any], tabulator: Tabulator) -> CountTable:
    """Return what is left of the months' totals of all children, as parts of their parents."""
    parents = dict(fetch(CHILDREN, parameters))
    months = parameters["months"]
    bounds = {"first": min(months), "last": max(months)}
    totals = read_table(
        TOTALS_OF_MONTHS, {**parameters, **bounds, "units": array(parents)}, tabulator
    )
    totals.keys[:, 0] = [parents[unit] for unit in totals.keys[:, 0].tolist()]
    return totals
