"""How released cells are written, and the public totals above them made anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from results.arithmetic.column_groups import Ints
from results.counting.count_table import CountTable, Key, read_table
from results.counting.moments import Tabulator
from results.counting.wire import copy_into, fetch
from results.models import MIXED, WHOLE_CAMPAIGN, Part, Release, Standing
from results.releasing.coding import Coding
from results.releasing.release_sql import (
    CHILDREN,
    FORGET_RELEASED_CELLS,
    FORGET_RELEASED_TOTALS,
    RELEASED_CELLS,
    RELEASED_TOTALS,
    SET_WITHHELD,
    WITHHELD,
)
from results.releasing.released_indices import write_indices
from results.releasing.steps import ReleasedKey
from surveys.models import Campaign, CampaignUnit

AT_ONCE = 400
"""Units read together; a row of numbers takes about 4 kB in memory."""


class SliceKey(NamedTuple):
    """What of a unit a released total is about."""

    period: int
    channel: int
    standing: int


HEADLINE = SliceKey(WHOLE_CAMPAIGN, MIXED, Standing.COUNTED)


def slices_of(key: Sequence[int], headline: Sequence[int]) -> list[SliceKey]:
    """Return the slices that a released cell (a ReleasedKey) is part of."""
    _, month, channel, part = key
    if part in {Part.WAITING, Part.WITHHELD}:
        return []
    if part == Part.SET_ASIDE:
        return [SliceKey(WHOLE_CAMPAIGN, channel, Standing.SET_ASIDE)]
    slices = []
    if channel != MIXED:
        slices.append(SliceKey(WHOLE_CAMPAIGN, channel, Standing.COUNTED))
    if channel == MIXED or channel in headline:
        slices.append(SliceKey(WHOLE_CAMPAIGN, MIXED, Standing.COUNTED))
        if month != MIXED:
            slices.append(SliceKey(month, MIXED, Standing.COUNTED))
    return slices


def add_released(
    campaign: Campaign, tabulator: Tabulator, released: Iterable[tuple[ReleasedKey, Ints]]
) -> None:
    """Add what a step publishes to the released cells of its units."""
    parts = list(released)
    units = sorted({key.unit for key, _ in parts})
    where: dict[str, Any] = {"campaign": campaign.pk, "units": units}
    before = read_table(RELEASED_CELLS, where, tabulator)
    rows_of: dict[Key, list[int]] = defaultdict(list)
    for row, key in enumerate([*map(tuple, before.keys.tolist()), *(key for key, _ in parts)]):
        rows_of[key].append(row)
    added = CountTable(
        np.array([key for key, _ in parts]), np.array([numbers for _, numbers in parts])
    )
    sums = CountTable.joined([before, added]).summed(rows_of)
    with connection.cursor() as cursor:
        cursor.execute(FORGET_RELEASED_CELLS, where)
    some = np.flatnonzero(sums.numbers.any(axis=1))
    _copy(
        "results_releasedcell", ("month", "channel", "part"), campaign, sums.rows(some), tabulator
    )


def rebuild_totals(
    release: Release,
    tabulator: Tabulator,
    headline: Sequence[int],
    released: Iterable[ReleasedKey],
) -> None:
    """Write the totals that some released cells are part of anew, deepest units first."""
    slices: set[SliceKey] = set()
    units: set[int] = set()
    for key in released:
        slices.update(slices_of(key, headline))
        units.add(key.unit)
    for level in _levels(release.campaign, units):
        for start in range(0, len(level), AT_ONCE):
            _rebuild(release, tabulator, headline, level[start : start + AT_ONCE], slices)
    if HEADLINE in slices:
        root = {"campaign": release.campaign.pk, "units": level}
        periods, channels, standings = ([part] for part in HEADLINE)
        which = {"periods": periods, "channels": channels, "standings": standings}
        whole = read_table(RELEASED_TOTALS, {**root, **which}, tabulator)
        _withhold(release.campaign, tabulator, dict.fromkeys(level, 0), whole)


def _levels(campaign: Campaign, unit_ids: Iterable[int]) -> list[list[int]]:
    """Return the units and all above them, a list per depth, deepest first."""
    levels: dict[int, set[int]] = {}
    paths = CampaignUnit.objects.filter(campaign=campaign, unit__in=unit_ids)
    for path in paths.values_list("path", flat=True):
        for depth, unit_id in enumerate(path):
            levels.setdefault(depth, set()).add(unit_id)
    return [sorted(levels[depth]) for depth in sorted(levels, reverse=True)]


def _rebuild(
    release: Release,
    tabulator: Tabulator,
    headline: Sequence[int],
    units: list[int],
    slices: set[SliceKey],
) -> None:
    campaign = release.campaign
    periods, channels, standings = (list(column) for column in zip(*slices, strict=True))
    where: dict[str, Any] = {"campaign": campaign.pk, "units": units}
    which = {"periods": periods, "channels": channels, "standings": standings}
    own = read_table(RELEASED_CELLS, where, tabulator)
    parents = dict(fetch(CHILDREN, where))
    children = read_table(RELEASED_TOTALS, {**where, **which, "units": list(parents)}, tabulator)
    rows_of: dict[Key, list[int]] = defaultdict(list)
    pooled: dict[Key, int] = defaultdict(int)
    for row, key in enumerate(own.keys.tolist()):
        for part in slices.intersection(slices_of(key, headline)):
            rows_of[key[0], *part].append(row)
            pooled[key[0], *part] += int(own.numbers[row, 0]) * (key[3] == Part.POOLED)
    for row, (unit, *part) in enumerate(children.keys.tolist(), start=len(own.keys)):
        rows_of[parents[unit], *part].append(row)
    if HEADLINE in slices:
        _withhold(campaign, tabulator, parents, children)
    totals = CountTable.joined([own, children]).summed(rows_of)
    with connection.cursor() as cursor:
        cursor.execute(FORGET_RELEASED_TOTALS, {**where, **which})
    _copy(
        "results_releasedtotal",
        ("period", "channel", "standing"),
        campaign,
        totals,
        tabulator,
        release_id=np.full(len(totals.keys), release.pk),
        pooled=np.array([pooled[key] for key in rows_of], dtype=np.int64),
    )
    if HEADLINE in slices:
        whole = (totals.keys[:, 1:] == HEADLINE).all(axis=1)
        write_indices(campaign, tabulator, units, totals.rows(np.flatnonzero(whole)))


def _withhold(
    campaign: Campaign, tabulator: Tabulator, parents: Mapping[int, int], children: CountTable
) -> None:
    """Write which questions are withheld of the units below some parents, where that changed."""
    coding = Coding(tabulator.edition, tabulator.method, campaign.threshold)
    rows: dict[int, list[int]] = defaultdict(list)
    for row, (unit, *key) in enumerate(children.keys.tolist()):
        if SliceKey(*key) == HEADLINE:
            rows[parents[unit]].append(row)
    units = children.keys[:, 0].tolist()
    where = {"campaign": campaign.pk, "units": [units[row] for of in rows.values() for row in of]}
    known = {
        unit: (withheld, leaf, place) for unit, withheld, leaf, place in fetch(WITHHELD, where)
    }
    changed: dict[int, list[int]] = {}
    for siblings in rows.values():
        leaves = np.array([known[units[row]][1] for row in siblings], dtype=np.bool_)
        places = [known[units[row]][2] for row in siblings]
        hidden = coding.withheld(children.numbers[siblings], leaves, places)
        for row, of_unit in zip(siblings, hidden, strict=True):
            numbers = [coding.numbers[place] for place in np.flatnonzero(of_unit)]
            if numbers != known[units[row]][0]:
                changed[units[row]] = numbers
    with connection.cursor() as cursor:
        cursor.executemany(
            SET_WITHHELD,
            [
                {"campaign": campaign.pk, "unit": unit, "withheld": numbers}
                for unit, numbers in changed.items()
            ],
        )


def _copy(
    table: str,
    names: tuple[str, str, str],
    campaign: Campaign,
    rows: CountTable,
    tabulator: Tabulator,
    **more: Ints,
) -> None:
    if not len(rows.keys):
        return
    first, channel, last = names
    end = 1 + tabulator.counts_width
    copy_into(
        table,
        {
            "campaign_id": (np.full(len(rows.keys), campaign.pk), 4),
            "unit_id": (rows.keys[:, 0], 4),
            first: (rows.keys[:, 1], 4),
            channel: (rows.keys[:, 2], 2),
            last: (rows.keys[:, 3], 2),
            "n": (rows.numbers[:, 0], 4),
            **{name: (values, 4) for name, values in more.items()},
        },
        {"counts": (rows.numbers[:, 1:end], 4), "moments": (rows.numbers[:, end:], 8)},
    )
