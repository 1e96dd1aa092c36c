"""What cells hold beyond what releases took in of them, and how taking in is written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from results.arithmetic.column_groups import Bools, Ints
from results.counting.count_table import CountTable, forget_rows, read_table, write_table
from results.counting.moments import Tabulator
from results.models import MIXED, SET_ASIDE_THEN, Release, Standing
from results.reading.public_rows import headline_channels
from results.releasing.blocks import Label
from results.releasing.release_sql import CELLS, TAKEN_CELLS
from surveys.models import Campaign, SetAside


class Family(NamedTuple):
    """Channels of a unit that are published together: 0 the headline, or one channel outside."""

    unit: int
    channel: int

    @property
    def mixed(self) -> Label:
        """The label of sheets of several months and channels."""
        return Label(MIXED, self.channel)


@dataclass(frozen=True)
class OpenCells:
    """The cells of some families, in order, with what is open of each.

    `new`: (cells, width), sheets not yet taken in. Of a cell taken in before that is whatever
    came since, of another the sheets that count.
    `aside`: (cells, width), sheets set aside, less those taken back, since they were taken in;
    of a cell never taken in, all that are set aside.
    `counted_before`, `aside_before`: (cells, width), what was taken in.
    `aside_then`: (cells, width), all that were set aside when the cell was last taken in.
    `known`: (cells,), taken in before.
    `published_once`: all that was taken in came with one release.
    `taken_back`: units of which a sheet set aside was taken back once.
    """

    keys: list[tuple[int, int, int]]
    headline: frozenset[int]
    new: Ints
    aside: Ints
    counted_before: Ints
    aside_before: Ints
    aside_then: Ints
    known: Bools
    published_once: bool
    taken_back: frozenset[int]

    def family(self, unit: int, channel: int) -> Family:
        """Return the family of a unit's cells, or of what is released under a label."""
        return Family(unit, MIXED if channel in self.headline else channel)

    def by_family(self) -> list[tuple[Family, list[int]]]:
        """Return the cells of each family, by their place."""
        return self._by_family

    @cached_property
    def _by_family(self) -> list[tuple[Family, list[int]]]:
        found: dict[Family, list[int]] = defaultdict(list)
        for place, (unit, _, channel) in enumerate(self.keys):
            found[self.family(unit, channel)].append(place)
        return sorted(found.items())

    def labels(self, cells: Iterable[int]) -> list[Label]:
        return [Label(*self.keys[cell][1:]) for cell in cells]


def open_cells(
    campaign: Campaign,
    tabulator: Tabulator,
    units: Collection[int],
    chosen: Collection[Family] | None,
) -> OpenCells:
    """Return the cells of some units, of the families chosen among theirs (None: of all)."""
    where = {"campaign": campaign.pk, "units": list(units)}
    now = read_table(CELLS, where, tabulator)
    before = read_table(TAKEN_CELLS, where, tabulator)
    headline = frozenset(headline_channels(campaign))
    families = {
        (unit, month, channel): Family(unit, MIXED if channel in headline else channel)
        for table in (now, before)
        for unit, month, channel, _ in table.keys.tolist()
    }
    keys = sorted(key for key in families if chosen is None or families[key] in chosen)
    place = {key: row for row, key in enumerate(keys)}
    shape = (len(keys), now.numbers.shape[1])
    counted, aside, _ = _placed(now, place, shape)
    counted_before, aside_before, aside_then = _placed(before, place, shape)
    taken = {(unit, month, channel) for unit, month, channel, _ in before.keys.tolist()}
    known = np.array([key in taken for key in keys], dtype=np.bool_)
    aside -= aside_before
    return OpenCells(
        keys=keys,
        headline=headline,
        new=counted - counted_before + np.where(known[:, None], aside, 0),
        aside=aside,
        counted_before=counted_before,
        aside_before=aside_before,
        aside_then=aside_then,
        known=known,
        taken_back=_taken_back(campaign, units),
        # Two are enough to know: of a live campaign there are soon hundreds of thousands.
        published_once=len(Release.objects.filter(campaign=campaign, units__gt=0)[:2]) == 1,
    )


def _taken_back(campaign: Campaign, units: Collection[int]) -> frozenset[int]:
    rows = SetAside.objects.filter(
        response__campaign=campaign, response__unit__in=units, reversed_at__isnull=False
    )
    return frozenset(rows.values_list("response__unit", flat=True))


def _placed(
    table: CountTable, place: Mapping[tuple[int, int, int], int], shape: tuple[int, int]
) -> Ints:
    """Return the numbers by standing, (3, cells, width), in the order of cells."""
    found = np.zeros((3, *shape), dtype=np.int64)
    for row, (unit, month, channel, standing) in enumerate(table.keys.tolist()):
        at = place.get((unit, month, channel))
        if at is not None:
            found[standing, at] = table.numbers[row]
    return found


def write_taken(
    campaign: Campaign,
    tabulator: Tabulator,
    cells: OpenCells,
    *,
    touched: Bools,
    counted: Ints,
    aside: Ints,
    aside_then: Ints,
) -> None:
    """Write what was taken in of the cells touched, in place of what was.

    A row of counted sheets, be it of none, says that the cell was taken in.
    """
    if not touched.any():
        return
    keys = np.array(cells.keys, dtype=np.int64)[touched]
    forget_rows("results_takencell", "month", campaign, keys.tolist())
    rows = [(np.insert(keys, 3, Standing.COUNTED, axis=1), counted[touched])]
    for standing, numbers in ((Standing.SET_ASIDE.value, aside), (SET_ASIDE_THEN, aside_then)):
        some = numbers[touched].any(axis=1)
        rows.append((np.insert(keys[some], 3, standing, axis=1), numbers[touched][some]))
    table = CountTable(*(np.concatenate(parts) for parts in zip(*rows, strict=True)))
    write_table("results_takencell", "month", campaign, table, tabulator)
