"""A small world whose releases are made in memory, by the modules that make the real ones.

Only reading and writing the tables is replaced: cells are counted by hand from sheets, and
totals added up by definition. tests/results/test_releases.py compares it with the tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from results.arithmetic.column_groups import ColumnGroups, Ints
from results.releasing.disclosure import Rules
from results.releasing.pooling import pool_rest
from results.releasing.released_rows import SliceKey, slices_of
from results.releasing.steps import ReleasedKey, Step
from results.releasing.taken_cells import OpenCells
from results.releasing.taking import take_in
from surveys.answering.answers import encode
from surveys.questionnaires.editions import Edition
from surveys.questionnaires.methods import Method
from tests.results.counting_oracle import counts_of, moments_of

Paths = dict[int, list[int]]


@dataclass
class Sheet:
    """A sheet of a unit; `values` are its answers by question."""

    unit: int
    month: int
    channel: int
    values: Mapping[str, object]
    is_aside: bool = False

    @property
    def cell(self) -> tuple[int, int, int]:
        return self.unit, self.month, self.channel


@dataclass
class World:
    """Units (by their paths from the root), sheets so far, and what is released of them."""

    edition: Edition
    method: Method
    paths: Paths
    headline: tuple[int, ...]
    rules: Rules
    sheets: list[Sheet] = field(default_factory=list)
    taken: dict[tuple[int, int, int], tuple[Ints, Ints, Ints]] = field(default_factory=dict)
    released: dict[ReleasedKey, Ints] = field(default_factory=dict)
    known: dict[str, Ints] = field(default_factory=dict)
    releases: int = 0
    taken_back: set[int] = field(default_factory=set)

    @cached_property
    def groups(self) -> ColumnGroups:
        return ColumnGroups(self.edition)

    def numbers(self, sheets: list[Sheet]) -> Ints:
        total = np.zeros(self.groups.width, dtype=np.int64)
        for sheet in sheets:
            total += self._numbers(sheet)
        return total

    def _numbers(self, sheet: Sheet) -> Ints:
        said = repr(sheet.values)
        if said not in self.known:
            written = self._written(sheet)
            counts = counts_of(self.edition, [written])
            moments = moments_of(self.edition, self.method, [written])
            self.known[said] = np.array([1, *counts, *moments], dtype=np.int64)
        return self.known[said]

    def _written(self, sheet: Sheet) -> str:
        blank = {code: None for code, q in self.edition.questions.items() if q.kind != "text"}
        return encode(self.edition, {**blank, **sheet.values})

    def turn(self, number: int) -> None:
        """Set a sheet aside, or take it back."""
        sheet = self.sheets[number]
        if sheet.is_aside:
            self.taken_back.add(sheet.unit)
        sheet.is_aside = not sheet.is_aside

    def release(self, *, closed: bool = False) -> None:
        """Make a release as results.releasing.releases does."""
        cells = self._open()
        step = take_in(cells, self.released, self.groups, self.rules)
        self._apply(cells, step)
        units = step.units
        if closed:
            cells = self._open()
            step = pool_rest(cells, self.released, self.paths, self.groups, self.rules)
            self._apply(cells, step)
            units |= step.units
        self.releases += bool(units)

    def _apply(self, cells: OpenCells, step: Step) -> None:
        for row, key in enumerate(cells.keys):
            if cells.known[row] or step.counted[row].any() or step.aside[row].any():
                self.taken[key] = step.counted[row], step.aside[row], step.aside_then[row]
        for label, numbers in step.released:
            self.released[label] = self.released.get(label, 0) + numbers

    def _open(self) -> OpenCells:
        by_cell: dict[tuple[int, int, int], list[Sheet]] = defaultdict(list)
        for sheet in self.sheets:
            by_cell[sheet.cell].append(sheet)
        zero = np.zeros(self.groups.width, dtype=np.int64)
        rows: dict[str, list[Any]] = defaultdict(list)
        for key in sorted(by_cell):
            known = key in self.taken
            before, aside_before, aside_then = self.taken.get(key, (zero, zero, zero))
            counted = self.numbers([s for s in by_cell[key] if not s.is_aside])
            aside = self.numbers([s for s in by_cell[key] if s.is_aside]) - aside_before
            rows["new"].append(counted - before + (aside if known else 0))
            rows["aside"].append(aside)
            rows["counted_before"].append(before)
            rows["aside_before"].append(aside_before)
            rows["aside_then"].append(aside_then)
            rows["known"].append(known)
        arrays = {name: np.array(values) for name, values in rows.items()}
        return OpenCells(
            keys=sorted(by_cell),
            headline=frozenset(self.headline),
            published_once=self.releases == 1,
            taken_back=frozenset(self.taken_back),
            **arrays,
        )

    def totals(self) -> dict[tuple[int, SliceKey], Ints]:
        """Return the public figures, by unit and slice: sums over the unit and all below it."""
        found: dict[tuple[int, SliceKey], Ints] = {}
        for key, numbers in self.released.items():
            for above in self.paths[key.unit]:
                for part in slices_of(key, self.headline):
                    found[above, part] = found.get((above, part), 0) + numbers
        return found
