"""One step of a release: what some families publish of their cells, by the rules of disclosure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from results.arithmetic.column_groups import ColumnGroups, Ints
from results.models import Part
from results.releasing.blocks import Block, Label, blocks_of
from results.releasing.disclosure import Rules, showing, take
from results.releasing.leaving import let_leave, something_moves
from results.releasing.steps import Released, Step, waiting_of
from results.releasing.taken_cells import Family, OpenCells


def take_in(cells: OpenCells, before: Released, groups: ColumnGroups, rules: Rules) -> Step:
    """Take new sheets in where there are enough, and out those set aside since.

    Args:
        before: what is released of the units, and what waits.
    """
    step = Step.begin(cells)
    waiting = waiting_of(cells, before.items())
    rows: list[tuple[Family, Label, Ints, Ints]] = []
    for family, members in cells.by_family():
        if _are_enough(cells.new[members, 0], rules):
            step.enter(cells, members)
            blocks = _blocks(cells, family, members, rules)
            by_label = _by_label(cells, blocks, waiting[family])
            rows += [(family, label, *numbers) for label, numbers in by_label.items()]
    if rows:
        _publish_blocks(step, rows, groups, rules)
    let_leave(step, cells, before, groups, rules)
    _show_aside(step, cells, groups, rules)
    return step


def _are_enough(sizes: Ints, rules: Rules) -> bool:
    enough = rules.threshold if rules.in_batches else 1
    # Fewer sheets than were taken in: somebody deleted some. Nothing says what that shows.
    return bool(sizes.sum() >= enough and sizes.min() >= 0)


def _blocks(cells: OpenCells, family: Family, members: Sequence[int], rules: Rules) -> list[Block]:
    """Return a family's cells in the blocks in which their new sheets are published."""
    if rules.set_aside_with_new and something_moves(cells, members, rules):
        # Months and channels would show by themselves what leaves the whole with these.
        return [Block(family.mixed, list(members))]
    labels = cells.labels(members)
    if not rules.in_slices:
        return [Block(label, [cell]) for label, cell in zip(labels, members, strict=True)]
    made = blocks_of(labels, cells.new[members, 0].tolist(), rules.threshold)
    return [Block(block.label, [members[i] for i in block.cells]) for block in made]


def _by_label(
    cells: OpenCells, blocks: Sequence[Block], waiting: Mapping[Label, Ints]
) -> dict[Label, tuple[Ints, Ints]]:
    """Return what is new by label, and what waits under it."""
    nothing = np.zeros(cells.new.shape[1], dtype=np.int64)
    rows = {label: (nothing, numbers) for label, numbers in waiting.items()}
    for block in blocks:
        known, waited = rows.get(block.label, (nothing, nothing))
        rows[block.label] = known + cells.new[block.cells].sum(axis=0), waited
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


def _show_aside(step: Step, cells: OpenCells, groups: ColumnGroups, rules: Rules) -> None:
    """Show as set aside what was when its cells were first taken in, where it is enough."""
    for family, members in cells.by_family():
        first = [cell for cell in members if not cells.known[cell]]
        aside = step.aside[first].sum(axis=0, keepdims=True)
        numbers = np.where(showing(aside, groups, rules), aside, 0)[0]
        step.publish(family.unit, family.mixed, Part.SET_ASIDE, numbers)
