"""The check of the counting: everything again, by another path, compared number by number.

The counting reads strings into NumPy tables and adds children up; this asks PostgreSQL itself
to take the strings apart, and adds every cell to each unit above it directly. Cells are held
against their sheets, totals against their cells: so the sheets can be divided among workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from django.db import connection, transaction
from django.db.models import Sum

from results.counting.moments import Ints
from results.counting.recount_sql import recount_query
from results.counting.wire import fetch
from results.models import WHOLE_CAMPAIGN, Cell, Total
from surveys.models import Campaign, CampaignUnit, StaleCell
from surveys.submissions import month_of

Key: TypeAlias = tuple[int, int, int, int]
"""Unit, month (or 0 for the whole campaign), channel, standing."""

# Some ten seconds of the server (docs/performance.md): so long a counting waits at most for a
# worker that is at it, and so long cleaning is held up.
SHEETS_A_SHARE = 500_000


@dataclass(frozen=True)
class Difference:
    """A cell that is not what its sheets say, or a total that is not what its cells say."""

    table: str
    key: Key
    what: str

    def __str__(self) -> str:
        unit, month, channel, standing = self.key
        return (
            f"{self.table} unit={unit} month={month or 'all'} channel={channel}"
            f" standing={standing}: {self.what}"
        )


def shares(campaign: Campaign) -> list[list[int]]:
    """Return ids of all units in the order of the tree, divided by SHEETS_A_SHARE.

    A unit stands in one share whole, however many sheets it has.
    """
    sheets = dict(
        Cell.objects.filter(campaign=campaign).values_list("unit_id").annotate(sheets=Sum("n"))
    )
    units = CampaignUnit.objects.filter(campaign=campaign).order_by("path")
    divided: list[list[int]] = [[]]
    room = SHEETS_A_SHARE
    for unit_id in units.values_list("unit_id", flat=True):
        room -= sheets.get(unit_id, 0)
        if room < 0 and divided[-1]:
            divided.append([])
            room = SHEETS_A_SHARE - sheets.get(unit_id, 0)
        divided[-1].append(unit_id)
    return divided


def check(
    campaign: Campaign, *, report: Callable[[int, int], None] = lambda _done, _all: None
) -> list[Difference]:
    """Return where cells differ from a recount of the sheets, and totals from their cells.

    What is marked stale is not yet counted and no difference. `report` is told the number of
    shares done, of how many.
    """
    with _one_moment():
        divided = shares(campaign)
        differences: list[Difference] = []
        for done, unit_ids in enumerate(divided, start=1):
            differences += _wrong_cells(campaign, unit_ids)
            report(done, len(divided))
        return [*differences, *_wrong_totals(campaign)]


def check_share(campaign: Campaign, unit_ids: Sequence[int]) -> list[Difference]:
    """Return where the cells of some units differ from a recount of their sheets."""
    with _one_moment():
        return _wrong_cells(campaign, unit_ids)


def check_totals(campaign: Campaign) -> list[Difference]:
    """Return where totals are not the sum of the cells below them. Reads no sheet."""
    with _one_moment():
        return list(_wrong_totals(campaign))


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


@contextmanager
def _one_moment() -> Iterator[None]:
    """Have all that is read be of one moment, and nothing written."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _stale(campaign: Campaign) -> set[tuple[int, int, int]]:
    """Return unit, month and channel of what is not yet counted."""
    marks = StaleCell.objects.filter(campaign=campaign)
    return set(marks.values_list("unit_id", "month", "channel"))


def _wrong_cells(campaign: Campaign, unit_ids: Sequence[int]) -> list[Difference]:
    cells = _recounted_cells(campaign, unit_ids)
    stored = _stored(campaign, unit_ids, Cell)
    return list(_compare("cell", cells, stored, skip=_stale(campaign)))


def _wrong_totals(campaign: Campaign) -> Iterator[Difference]:
    units = list(CampaignUnit.objects.filter(campaign=campaign))
    paths = {unit.unit_id: unit.path for unit in units}
    pending = {
        (above, period, channel)
        for unit_id, month, channel in _stale(campaign)
        for above in paths[unit_id]
        for period in (month, WHOLE_CAMPAIGN)
    }
    root = next(unit.unit_id for unit in units if unit.parent_id is None)
    of_root: dict[Key, Ints] = {}
    # A province at a time, or a nation's year would be a gigabyte.
    for chunk in sorted({unit.chunk_id for unit in units}):
        inside = [unit.unit_id for unit in units if unit.chunk_id == chunk]
        totals = _added_up(_stored(campaign, inside, Cell), paths)
        for key in [key for key in totals if key[0] == root]:
            of_root[key] = of_root.get(key, 0) + totals.pop(key)
        below_root = [unit_id for unit_id in inside if unit_id != root]
        yield from _compare("total", totals, _stored(campaign, below_root, Total), skip=pending)
    yield from _compare("total", of_root, _stored(campaign, [root], Total), skip=pending)


def _recounted_cells(campaign: Campaign, unit_ids: Sequence[int]) -> dict[Key, Ints]:
    """Return n, counts and moments in one row of numbers, per cell."""
    query = recount_query(campaign.questionnaire.parsed(), campaign.method.parsed())
    rows = fetch(query, {"campaign": campaign.pk, "units": list(unit_ids)})
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
    campaign: Campaign, unit_ids: Sequence[int], table: type[Cell] | type[Total]
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
