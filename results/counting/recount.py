"""The check of the counting: everything again, by another path, compared number by number.

The counting reads strings into NumPy tables and adds children up; this asks PostgreSQL itself
to take the strings apart, and adds every cell to each unit above it directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from django.db import connection, transaction

from results.counting.moments import Ints
from results.counting.recount_sql import recount_query
from results.counting.wire import fetch
from results.models import WHOLE_CAMPAIGN, Cell, Total
from surveys.models import Campaign, CampaignUnit, StaleCell
from surveys.submissions import month_of

Key: TypeAlias = tuple[int, int, int, int]
"""Unit, month (or 0 for the whole campaign), channel, standing."""


@dataclass(frozen=True)
class Difference:
    """A cell or total that is not what its sheets say."""

    table: str
    key: Key
    what: str

    def __str__(self) -> str:
        unit, month, channel, standing = self.key
        return (
            f"{self.table} unit={unit} month={month or 'all'} channel={channel}"
            f" standing={standing}: {self.what}"
        )


def check(
    campaign: Campaign, *, report: Callable[[int, int], None] = lambda _done, _all: None
) -> list[Difference]:
    """Return where cells and totals differ from a recount of the sheets.

    What is marked stale is not yet counted and no difference. `report` is told the number of
    chunks done, of how many.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        units = list(CampaignUnit.objects.filter(campaign=campaign))
        paths = {unit.unit_id: unit.path for unit in units}
        stale = set(
            StaleCell.objects.filter(campaign=campaign).values_list("unit_id", "month", "channel")
        )
        pending = {
            (above, period, channel)
            for unit_id, month, channel in stale
            for above in paths[unit_id]
            for period in (month, WHOLE_CAMPAIGN)
        }
        chunks = sorted({unit.chunk_id for unit in units})
        root = next(unit.unit_id for unit in units if unit.parent_id is None)
        of_root: dict[Key, Ints] = {}
        differences: list[Difference] = []
        for done, chunk in enumerate(chunks, start=1):
            inside = [unit.unit_id for unit in units if unit.chunk_id == chunk]
            cells = _recounted_cells(campaign, inside)
            totals = _added_up(cells, paths)
            for key in [key for key in totals if key[0] == root]:
                of_root[key] = of_root.get(key, 0) + totals.pop(key)
            stored = _stored(campaign, inside, Cell)
            differences += _compare("cell", cells, stored, skip=stale)
            below_root = [unit_id for unit_id in inside if unit_id != root]
            stored = _stored(campaign, below_root, Total)
            differences += _compare("total", totals, stored, skip=pending)
            report(done, len(chunks))
        stored = _stored(campaign, [root], Total)
        return differences + list(_compare("total", of_root, stored, skip=pending))


def repair(campaign: Campaign, differences: list[Difference]) -> None:
    """Mark what differs stale, so that the next refresh writes it anew."""
    chunk_of = dict(
        CampaignUnit.objects.filter(campaign=campaign).values_list("unit_id", "chunk_id")
    )
    # Counting a month of a unit writes its totals of that month and of the whole campaign.
    some_month = month_of(campaign.opens_on)
    keys = {
        (unit, month or some_month, channel)
        for unit, month, channel, _ in (d.key for d in differences)
    }
    StaleCell.objects.bulk_create(
        StaleCell(
            campaign=campaign,
            chunk_id=chunk_of[unit],
            unit_id=unit,
            month=month,
            channel=channel,
        )
        for unit, month, channel in sorted(keys)
    )


def _recounted_cells(campaign: Campaign, unit_ids: list[int]) -> dict[Key, Ints]:
    """Return n, counts and moments in one row of numbers, per cell."""
    query = recount_query(campaign.questionnaire.parsed(), campaign.method.parsed())
    rows = fetch(query, {"campaign": campaign.pk, "units": unit_ids})
    return {(row[0], row[1], row[2], row[3]): np.array(row[4:], dtype=np.int64) for row in rows}


def _added_up(cells: dict[Key, Ints], paths: dict[int, list[int]]) -> dict[Key, Ints]:
    totals: dict[Key, Ints] = {}
    for (unit, month, channel, standing), numbers in cells.items():
        for above in paths[unit]:
            for period in (month, WHOLE_CAMPAIGN):
                key = (above, period, channel, standing)
                totals[key] = totals.get(key, 0) + numbers
    return totals


def _stored(
    campaign: Campaign, unit_ids: list[int], table: type[Cell] | type[Total]
) -> dict[Key, Ints]:
    period = "month" if table is Cell else "period"
    rows = table.objects.filter(campaign=campaign, unit__in=unit_ids).values_list(
        "unit_id", period, "channel", "standing", "n", "counts", "moments"
    )
    return {
        (unit, month, channel, standing): np.array([n, *counts, *moments], dtype=np.int64)
        for unit, month, channel, standing, n, counts, moments in rows.iterator()
    }


def _compare(
    table: str,
    wanted: dict[Key, Ints],
    stored: dict[Key, Ints],
    *,
    skip: set[tuple[int, int, int]],
) -> Iterator[Difference]:
    for key in sorted(wanted.keys() | stored.keys()):
        if key[:3] in skip:
            continue
        if key not in stored:
            yield Difference(table, key, f"missing, {wanted[key][0]} sheets")
        elif key not in wanted:
            yield Difference(table, key, f"{stored[key][0]} sheets, but there are none")
        elif not np.array_equal(wanted[key], stored[key]):
            wrong = int(np.count_nonzero(wanted[key] != stored[key]))
            yield Difference(
                table,
                key,
                f"{wrong} of {len(wanted[key])} numbers differ"
                f" (sheets: {stored[key][0]}, should be {wanted[key][0]})",
            )
