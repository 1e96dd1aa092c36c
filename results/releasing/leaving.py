"""What leaves the figures again in a step of a release, since it was set aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from results.arithmetic.column_groups import Bools, ColumnGroups, Ints
from results.models import Part
from results.releasing.blocks import blocks_of
from results.releasing.disclosure import Rules
from results.releasing.leaving_rules import Leaving, leaving, leaving_alone
from results.releasing.steps import Released, Step
from results.releasing.taken_cells import Family, OpenCells


def let_leave(
    step: Step, cells: OpenCells, before: Released, groups: ColumnGroups, rules: Rules
) -> None:
    """Take out what was set aside after it was taken in, and back in what no longer is.

    Months and channels keep what leaves: what is left there might be a few.
    """
    public = _Public(cells, before, step)
    for family, members in cells.by_family():
        if something_moves(cells, members, rules):
            moved = _moving(cells, members, rules)
            of = public.leaving(family, members, moved)
            may = leaving(of, groups, rules)
        elif _is_known_by_block(cells, members):
            moved = cells.aside[members]
            of = public.leaving(family, members, moved)
            may = _alone(cells, members, of, groups, rules)
        else:
            continue
        out = np.where(may, moved, 0)
        if out.any():
            step.units.add(family.unit)
        step.counted[members] -= out
        step.aside[members] += out
        step.publish(family.unit, family.mixed, Part.OWN, -out.sum(axis=0))
        if of.some_back and of.entered[0]:
            # They may be among those shown as set aside: nobody is now.
            shown = public.numbers[family, Part.SET_ASIDE]
            step.publish(family.unit, family.mixed, Part.SET_ASIDE, -shown)


def something_moves(cells: OpenCells, members: Sequence[int], rules: Rules) -> bool:
    """Return whether sheets leave cells with new ones, or come back; never by their answers."""
    n = _moving(cells, members, rules)[:, 0]
    # As many may come back as go.
    some = cells.aside_then[members, 0].any() or cells.aside_before[members, 0].any()
    return bool(n.any() or (some and cells.keys[members[0]][0] in cells.taken_back))


def _moving(cells: OpenCells, members: Sequence[int], rules: Rules) -> Ints:
    """Return what would leave cells with new sheets: (members, width).

    New sheets may be set aside themselves, and nothing says which of a cell are. So only those
    leave that were set aside when the cell was last taken in: none of the new was there then.
    """
    if rules.set_aside_with_new:
        return cells.aside_then[members] - cells.aside_before[members]
    return np.where(cells.known[members, None], cells.aside[members], 0)


class _Public:
    """What is published of families."""

    def __init__(self, cells: OpenCells, before: Released, step: Step) -> None:
        self.cells, self.step = cells, step
        nothing = np.zeros(cells.new.shape[1], dtype=np.int64)
        self.numbers: dict[tuple[Family, int], Ints] = defaultdict(lambda: nothing)
        for key, numbers in [*before.items(), *step.released]:
            at = cells.family(key.unit, key.channel), key.part
            self.numbers[at] = self.numbers[at] + numbers

    def leaving(self, family: Family, members: Sequence[int], moved: Ints) -> Leaving:
        taken_in = self.step.counted[members].sum(axis=0)
        # Not what waited until now: that may be about those who leave.
        entered: Ints = taken_in - self.cells.counted_before[members].sum(axis=0)
        return Leaving(
            moved=moved.sum(axis=0),
            entered=entered,
            missing=taken_in - self.numbers[family, Part.OWN],
            some_back=family.unit in self.cells.taken_back,
        )


def _is_known_by_block(cells: OpenCells, members: Sequence[int]) -> bool:
    """Return whether all of a family came with one release, and nobody was set aside then."""
    return (
        cells.published_once
        and bool(cells.known[members].all())
        and not cells.new[members].any()
        and not cells.aside_before[members].any()
    )


def _alone(
    cells: OpenCells, members: Sequence[int], of: Leaving, groups: ColumnGroups, rules: Rules
) -> Bools:
    sizes = cells.counted_before[members, 0].tolist()
    places = [
        [members[i] for i in block.cells]
        for block in blocks_of(cells.labels(members), sizes, rules.threshold)
    ]
    blocks = np.array([cells.counted_before[place].sum(axis=0) for place in places])
    moved = np.array([cells.aside[place].sum(axis=0) for place in places])
    return leaving_alone(blocks, moved, of, groups, rules)
