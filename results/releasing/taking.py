"""One step of a release: what some families publish of their cells, by the rules of disclosure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from results.arithmetic.column_groups import Bools, ColumnGroups, Ints
from results.models import Part
from results.releasing.blocks import Block, Label, blocks_of
from results.releasing.disclosure import Rules, leaving, showing, take
from results.releasing.taken_cells import Family, OpenCells


class ReleasedKey(NamedTuple):
    """A released cell: unit, month, channel, part."""

    unit: int
    month: int
    channel: int
    part: int


Released = Mapping[ReleasedKey, Ints]


@dataclass
class Step:
    """What a step publishes, and the cells as they are then taken in."""

    counted: Ints
    aside: Ints
    released: list[tuple[ReleasedKey, Ints]] = field(default_factory=list)
    units: set[int] = field(default_factory=set)

    @classmethod
    def begin(cls, cells: OpenCells) -> Step:
        return cls(cells.counted_before.copy(), cells.aside_before.copy())

    def enter(self, cells: OpenCells, members: Sequence[int]) -> None:
        """Take in all that is new of some cells."""
        self.counted[members] += cells.new[members]
        first = [cell for cell in members if not cells.known[cell]]
        self.aside[first] += cells.aside[first]
        self.units |= {cells.keys[cell][0] for cell in members}

    def publish(self, unit: int, label: Label, part: Part, numbers: Ints) -> None:
        if numbers.any():
            self.released.append((ReleasedKey(unit, *label, part), numbers))


def take_in(cells: OpenCells, before: Released, groups: ColumnGroups, rules: Rules) -> Step:
    """Take new sheets in, and out those set aside since, where either are enough.

    Args:
        before: what is released of the units, and what waits.
    """
    step = Step.begin(cells)
    waiting = waiting_of(cells, before.items())
    rows: list[tuple[Family, Label, Ints, Ints]] = []
    for family, members in cells.by_family():
        if _are_enough(cells.new[members, 0], rules):
            step.enter(cells, members)
            blocks = _blocks(cells, members, waiting[family], rules)
            rows += [(family, label, *numbers) for label, numbers in blocks.items()]
    if rows:
        _publish_blocks(step, rows, groups, rules)
    _let_leave(step, cells, before, groups, rules)
    if step.units:
        _show_aside(step, cells, before, groups, rules)
    return step


def waiting_of(
    cells: OpenCells, released: Iterable[tuple[ReleasedKey, Ints]]
) -> dict[Family, dict[Label, Ints]]:
    """Return what waits, by family and label."""
    waiting: dict[Family, dict[Label, Ints]] = defaultdict(dict)
    for key, numbers in released:
        if key.part == Part.WAITING:
            of_family = waiting[cells.family(key.unit, key.channel)]
            label = Label(key.month, key.channel)
            of_family[label] = of_family.get(label, 0) + numbers
    return waiting


def _are_enough(sizes: Ints, rules: Rules) -> bool:
    enough = rules.threshold if rules.in_batches else 1
    # Fewer sheets than were taken in: somebody deleted some. Nothing says what that shows.
    return bool(sizes.sum() >= enough and sizes.min() >= 0)


def _blocks(
    cells: OpenCells, members: Sequence[int], waiting: Mapping[Label, Ints], rules: Rules
) -> dict[Label, tuple[Ints, Ints]]:
    """Return by label a family's new sheets in blocks, and what waits under the label."""
    labels = cells.labels(members)
    sizes = cells.new[members, 0].tolist()
    made = (
        blocks_of(labels, sizes, rules.threshold)
        if rules.in_slices
        else [Block(label, [i]) for i, label in enumerate(labels)]
    )
    nothing = np.zeros(cells.new.shape[1], dtype=np.int64)
    rows = {label: (nothing, numbers) for label, numbers in waiting.items()}
    for block in made:
        new = cells.new[[members[i] for i in block.cells]].sum(axis=0)
        known, waited = rows.get(block.label, (nothing, nothing))
        rows[block.label] = known + new, waited
    return rows


def _publish_blocks(
    step: Step,
    rows: Sequence[tuple[Family, Label, Ints, Ints]],
    groups: ColumnGroups,
    rules: Rules,
) -> None:
    families = list(dict.fromkeys(row[0] for row in rows))
    place = {family: i for i, family in enumerate(families)}
    unit_of = np.array([place[row[0]] for row in rows])
    new, waited = (np.array([row[i] for row in rows]) for i in (2, 3))
    taken = take(new, waited, unit_of, groups, rules)
    for i, (family, label, _, _) in enumerate(rows):
        step.publish(family.unit, label, Part.OWN, taken.blocks[i])
        step.publish(family.unit, label, Part.WAITING, taken.waiting[i] - waited[i])
    for family, shown in zip(families, taken.mixed, strict=True):
        step.publish(family.unit, family.mixed, Part.OWN, shown)


def _let_leave(
    step: Step, cells: OpenCells, before: Released, groups: ColumnGroups, rules: Rules
) -> None:
    """Take out what was set aside after it was taken in."""
    turned: Bools = np.logical_and(cells.known, cells.aside.any(axis=1))
    if not turned.any():
        return
    waiting = waiting_of(cells, [*before.items(), *step.released])
    for family, members in cells.by_family():
        if not turned[members].any():
            continue
        known = [cell for cell in members if cells.known[cell]]
        moved = cells.aside[known].sum(axis=0, keepdims=True)
        shown = step.counted[members].sum(axis=0, keepdims=True)
        shown = shown - sum(waiting[family].values())
        left = np.where(leaving(moved, shown, groups, rules), moved, 0)[0]
        if not left.any():
            continue
        step.units.add(family.unit)
        step.counted[known] -= cells.aside[known]
        step.aside[known] += cells.aside[known]
        # Months and channels keep them: what is left there might be a few.
        step.publish(family.unit, family.mixed, Part.OWN, -left)
        step.publish(family.unit, family.mixed, Part.WITHHELD, left - moved[0])
        step.publish(family.unit, family.mixed, Part.SET_ASIDE, left)


def _show_aside(
    step: Step, cells: OpenCells, before: Released, groups: ColumnGroups, rules: Rules
) -> None:
    """Show as set aside what never was published as counted, where it is enough."""
    shown: dict[Family, Ints] = {}
    for key, numbers in [*before.items(), *step.released]:
        if key.part == Part.SET_ASIDE:
            family = Family(key.unit, key.channel)
            shown[family] = shown.get(family, 0) + numbers
    some = np.asarray(step.aside.any(axis=1))
    for family, members in cells.by_family():
        if not some[members].any():
            continue
        hidden = step.aside[members].sum(axis=0, keepdims=True) - shown.get(family, 0)
        numbers = np.where(showing(hidden, groups, rules), hidden, 0)[0]
        step.publish(family.unit, family.mixed, Part.SET_ASIDE, numbers)
