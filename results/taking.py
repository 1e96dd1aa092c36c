"""One step of a release: what some families publish of their cells, by results.disclosure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from results.blocks import Block, Label, blocks_of, join
from results.column_groups import ColumnGroups, Ints
from results.disclosure import Rules, leaving, pools, showing, take
from results.models import MIXED, Part
from results.taken_cells import Family, OpenCells


class ReleasedKey(NamedTuple):
    """A released cell: unit, month, channel, part."""

    unit: int
    month: int
    channel: int
    part: int


@dataclass
class Step:
    """What a step publishes, and the cells as they are then taken in."""

    counted: Ints
    aside: Ints
    released: list[tuple[ReleasedKey, Ints]] = field(default_factory=list)
    units: set[int] = field(default_factory=set)

    def publish(self, unit: int, label: Label, part: Part, numbers: Ints) -> None:
        if numbers.any():
            self.released.append((ReleasedKey(unit, *label, part), numbers))


def take_in(
    cells: OpenCells, shown_aside: dict[Family, Ints], groups: ColumnGroups, rules: Rules
) -> Step:
    """Take new sheets in, and out those set aside since, where either are enough.

    Args:
        shown_aside: (width,) by family, what is already shown as set aside.
    """
    step = Step(cells.counted_before.copy(), cells.aside_before.copy())
    _take_new(step, cells, groups, rules)
    _let_leave(step, cells, groups, rules)
    if step.units:
        _show_aside(step, cells, shown_aside, groups, rules)
    return step


def _take_new(step: Step, cells: OpenCells, groups: ColumnGroups, rules: Rules) -> None:
    blocks: list[tuple[int, Block]] = []
    order: list[int] = []
    for number, members in enumerate(_members(cells)):
        sizes = cells.new[members, 0].tolist()
        enough = rules.threshold if rules.in_batches else 1
        # Fewer sheets than were taken in: somebody deleted some. Nothing says what that shows.
        if sum(sizes) < enough or min(sizes) < 0:
            continue
        step.units.add(cells.families[number].unit)
        labels = cells.labels(members)
        made = (
            blocks_of(labels, sizes, rules.threshold)
            if rules.in_slices
            else [Block(label, [i]) for i, label in enumerate(labels)]
        )
        for block in made:
            order += [members[i] for i in block.cells]
            blocks.append((number, block))
    if not blocks:
        return
    block_of = np.repeat(np.arange(len(blocks)), [len(block.cells) for _, block in blocks])
    numbers = sorted({number for number, _ in blocks})
    unit_of = np.searchsorted(numbers, [number for number, _ in blocks])
    taken = take(cells.new[order], block_of, unit_of, groups, rules)
    labels_of: dict[int, list[Label]] = defaultdict(list)
    for (number, block), row in zip(blocks, taken.blocks, strict=True):
        labels_of[number].append(block.label)
        step.publish(cells.families[number].unit, block.label, Part.OWN, row)
    for number, row in zip(numbers, taken.mixed, strict=True):
        step.publish(cells.families[number].unit, join(labels_of[number]), Part.OWN, row)
    step.counted[order] += taken.advanced
    first = [cell for cell in order if not cells.known[cell]]
    step.aside[first] += cells.aside[first]


def _let_leave(step: Step, cells: OpenCells, groups: ColumnGroups, rules: Rules) -> None:
    """Take out what was set aside after it was taken in."""
    for number, members in enumerate(_members(cells)):
        known = [cell for cell in members if cells.known[cell]]
        moved = cells.aside[known].sum(axis=0, keepdims=True)
        if not cells.aside[known].any():
            continue
        shown = step.counted[members].sum(axis=0, keepdims=True)
        may = leaving(moved, shown, groups, rules)
        left = np.where(may, cells.aside[known], 0)
        if not left.any():
            continue
        family = cells.families[number]
        step.units.add(family.unit)
        step.counted[known] -= left
        step.aside[known] += left
        # Under a label of all its cells, so that no month is left with a few.
        label = join(cells.labels(members))
        step.publish(family.unit, label, Part.OWN, -left.sum(axis=0))
        step.publish(family.unit, _mixed(family), Part.SET_ASIDE, left.sum(axis=0))


def _show_aside(
    step: Step,
    cells: OpenCells,
    shown_before: dict[Family, Ints],
    groups: ColumnGroups,
    rules: Rules,
) -> None:
    """Show as set aside what never was published as counted, where it is enough."""
    shown = {family: numbers.copy() for family, numbers in shown_before.items()}
    for key, numbers in step.released:
        if key.part == Part.SET_ASIDE:
            family = Family(key.unit, key.channel)
            shown[family] = shown.get(family, 0) + numbers
    for number, members in enumerate(_members(cells)):
        family = cells.families[number]
        hidden = step.aside[members].sum(axis=0, keepdims=True) - shown.get(family, 0)
        numbers = np.where(showing(hidden, groups, rules), hidden, 0)[0]
        step.publish(family.unit, _mixed(family), Part.SET_ASIDE, numbers)


def pool_rest(
    cells: OpenCells, paths: dict[int, list[int]], groups: ColumnGroups, rules: Rules
) -> Step:
    """Publish of closed units, pooled with others', what they could not publish alone."""
    step = Step(cells.counted_before.copy(), cells.aside_before.copy())
    for channel in sorted({family.channel for family in cells.families}):
        mine = [i for i, of in enumerate(cells.family_of) if cells.families[of].channel == channel]
        units = [cells.keys[cell][0] for cell in mine]
        for pool in pools(cells.new[mine], units, paths, groups, rules):
            giving = [mine[cell] for cell in pool.cells]
            step.counted[giving] += pool.taken
            given = pool.taken.any(axis=1)
            first = [
                c for c, some in zip(giving, given, strict=True) if some and not cells.known[c]
            ]
            step.aside[first] = cells.aside[first] + cells.aside_before[first]
            step.units |= {cells.keys[c][0] for c, some in zip(giving, given, strict=True) if some}
            label = _mixed(Family(pool.unit, channel))
            step.publish(pool.unit, label, Part.POOLED, pool.taken.sum(axis=0))
    return step


def _members(cells: OpenCells) -> list[list[int]]:
    """Return the cells of each family, by their place."""
    members: list[list[int]] = [[] for _ in cells.families]
    for cell, number in enumerate(cells.family_of.tolist()):
        members[number].append(cell)
    return members


def _mixed(family: Family) -> Label:
    return Label(MIXED, family.channel)
