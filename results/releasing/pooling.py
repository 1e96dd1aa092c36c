"""The last step of releases, after the close: what units could not publish alone is pooled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from results.arithmetic.column_groups import ColumnGroups, Ints
from results.models import Part
from results.releasing.blocks import Label
from results.releasing.disclosure import Rules, pools, take
from results.releasing.steps import Released, Step, waiting_of
from results.releasing.taken_cells import Family, OpenCells

Paths = Mapping[int, Sequence[int]]


class Row(NamedTuple):
    """What waits of a family under a label."""

    family: Family
    label: Label
    numbers: Ints


def pool_rest(
    cells: OpenCells, before: Released, paths: Paths, groups: ColumnGroups, rules: Rules
) -> Step:
    """Publish of closed units, pooled with others', what they could not publish alone.

    Args:
        before: what is released, and what waits, of the units and those above them.
        paths: by unit, the units from the root down to it.
    """
    step = Step.begin(cells)
    _pool_sheets(step, cells, paths, groups, rules)
    waiting = waiting_of(cells, [*before.items(), *step.released])
    for channel in sorted({family.channel for family in waiting}):
        rows = [
            Row(family, label, numbers)
            for family, of_family in waiting.items()
            if family.channel == channel
            for label, numbers in of_family.items()
        ]
        _pool_answers(step, rows, paths, groups, rules)
    return step


def _pool_sheets(
    step: Step, cells: OpenCells, paths: Paths, groups: ColumnGroups, rules: Rules
) -> None:
    """Publish sheets never taken in, as blocks of the units where they are enough."""
    families = cells.by_family()
    for channel in sorted({family.channel for family, _ in families}):
        members = [cells_of for family, cells_of in families if family.channel == channel]
        units = [cells.keys[cells_of[0]][0] for cells_of in members]
        left = np.array([cells.new[cells_of].sum(axis=0) for cells_of in members])
        for pool in pools(left[:, 0], units, paths, rules):
            block = left[pool.givers].sum(axis=0, keepdims=True)
            unit_of = np.zeros(1, dtype=np.intp)
            taken = take(block, np.zeros_like(block), unit_of, groups, rules)
            label = Family(pool.unit, channel).mixed
            step.publish(pool.unit, label, Part.POOLED, (taken.blocks + taken.mixed)[0])
            step.publish(pool.unit, label, Part.WAITING, taken.waiting[0])
            for giver in pool.givers:
                step.enter(cells, members[giver])


def _pool_answers(
    step: Step, rows: Sequence[Row], paths: Paths, groups: ColumnGroups, rules: Rules
) -> None:
    """Publish what still waits, factor by factor and question by question.

    Criteria whose factor is published without them stay out for good, else the factor less
    those would show them.
    """
    waiting = np.array([row.numbers for row in rows])
    units = [row.family.unit for row in rows]
    criteria = groups.of_factors.copy()
    criteria[: groups.factors] = False
    for group in np.flatnonzero(~criteria):
        answers = groups.answers(waiting)
        for pool in pools(answers[:, group], units, paths, rules):
            givers = pool.givers
            # Whatever is about this group and others that do not wait.
            free = answers[givers] == 0
            free[:, group] = True
            given = np.where(groups.spread(free), waiting[givers], 0)
            withheld = np.zeros_like(given)
            if group < groups.factors:
                of_factor = np.zeros_like(free)
                of_factor[:, groups.criteria[group]] = True
                own = groups.spread(of_factor) & ~groups.spread(~of_factor)
                withheld = np.where(own, waiting[givers], 0)
            given = np.where(withheld != 0, 0, given)
            waiting[givers] -= given + withheld
            label = rows[0].family._replace(unit=pool.unit).mixed
            step.publish(pool.unit, label, Part.POOLED, given.sum(axis=0))
            for giver, gone in zip(givers, withheld, strict=True):
                step.publish(units[giver], rows[giver].label, Part.WITHHELD, gone)
    for row, rest in zip(rows, waiting, strict=True):
        step.publish(row.family.unit, row.label, Part.WAITING, rest - row.numbers)
