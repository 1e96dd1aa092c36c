"""What of the counted may be published: the rules of disclosure. No database, no Django.

Everything published is a sum of **blocks**. A block is a set of sheets of one unit that one
release takes in together, at least `threshold` of them, under one month and channel or under
several (month 0, channel 0). Whatever is subtracted from whatever, slice, tier or release, is
a sum of blocks again, so no difference is about fewer people.

The same holds for each group of numbers (results.column_groups): the counts of a question enter
only with answers of at least `threshold` sheets, and wait for the next release until then. A
factor's sums less those of its criteria would tell what waits, so at least two criteria of a
factor wait together. What is left when a campaign has closed is pooled with other units'.

docs/method.md section 10 and docs/threat-model.md say what this promises and what not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.column_groups import Bools, ColumnGroups, Ints

Indexes = NDArray[np.intp]


@dataclass(frozen=True)
class Rules:
    """The rules, each of which tests may leave out to show what it prevents."""

    threshold: int
    # New sheets of a unit enter when there are enough.
    in_batches: bool = True
    # Months and channels are told apart where each part has enough.
    in_slices: bool = True
    # A question enters with enough answers.
    by_question: bool = True
    # Criteria that wait do so in company.
    in_company: bool = True
    # Sheets set aside after they were published leave when there are enough.
    set_aside_in_batches: bool = True
    # What is left after the close is pooled when there is enough, of two units at least.
    in_pools: bool = True

    def small(self, n: Ints) -> Bools:
        """Return where there is something, but too little to be published."""
        few: Bools = (n != 0) & (np.abs(n) < self.threshold)
        return few


class Taken(NamedTuple):
    """What a release takes in of some units.

    `blocks`: (blocks, width), per block what is published under its label.
    `mixed`: (units, width), per unit what is published only of all blocks together.
    `advanced`: (cells, width), per cell what of it is published now in one of these ways.
    """

    blocks: Ints
    mixed: Ints
    advanced: Ints


def take(
    deltas: Ints, block_of: Indexes, unit_of: Indexes, groups: ColumnGroups, rules: Rules
) -> Taken:
    """Return what is published of new sheets, already in blocks.

    Args:
        deltas: (cells, width), what each cell has beyond what was taken in before.
        block_of: (cells,) block of each cell, rising from 0 without gaps.
        unit_of: (blocks,) unit of each block, rising from 0 without gaps.
    """
    by_block = _summed(deltas, block_of)
    answers = groups.answers(by_block)
    waits = _waiting(answers, groups, rules)
    # What may not be told apart by block may be published of all blocks of the unit.
    of_unit = _summed(np.where(waits, answers, 0), unit_of)
    waits_longer = _waiting(of_unit, groups, rules)
    alone = groups.spread(~waits)
    anyhow = groups.spread(~waits | ~waits_longer[unit_of])
    return Taken(
        blocks=np.where(alone, by_block, 0),
        mixed=_summed(np.where(anyhow & ~alone, by_block, 0), unit_of),
        advanced=np.where(anyhow[block_of], deltas, 0),
    )


def leaving(moved: Ints, shown: Ints, groups: ColumnGroups, rules: Rules) -> Bools:
    """Return which numbers of published sheets that were set aside since may leave the figures.

    Args:
        moved: (units, width), sheets set aside less sheets taken back.
        shown: (units, width), what is published of the units while they are still in it.

    Returns:
        (units, width).
    """
    if not rules.set_aside_in_batches:
        return np.ones(moved.shape, dtype=np.bool_)
    rest = shown - moved
    answers, left = groups.answers(moved), groups.answers(rest)
    # A sheet may be set aside while some of its answers still wait to be published.
    extra = rules.small(left) | groups.touched(rest < 0)
    may = groups.spread(~_waiting(answers, groups, rules, extra=extra))
    enough = (np.abs(moved[:, 0]) >= rules.threshold) & ~rules.small(rest[:, 0])
    return may & enough[:, None]


def showing(aside: Ints, groups: ColumnGroups, rules: Rules) -> Bools:
    """Return which numbers of sheets never published may be shown as set aside: (units, width)."""
    enough = aside[:, 0] >= (rules.threshold if rules.set_aside_in_batches else 1)
    may = groups.spread(~_waiting(groups.answers(aside), groups, rules))
    return may & enough[:, None]


class Pool(NamedTuple):
    """What is published of a unit as left over below it, and where it comes from."""

    unit: int
    # The cells, and what each gives: (cells, width).
    cells: list[int]
    taken: Ints


def pools(
    left: Ints,
    units: Sequence[int],
    paths: Mapping[int, Sequence[int]],
    groups: ColumnGroups,
    rules: Rules,
) -> Iterator[Pool]:
    """Pool what closed units could not publish: at the lowest unit where it is enough.

    Args:
        left: (cells, width), of each cell what was never taken in.
        units: (cells,) the unit of each cell.
        paths: by unit, the units from the root down to it.
    """
    left = left.copy()
    for depth in range(max((len(paths[unit]) for unit in units), default=0) - 1, -1, -1):
        below: dict[int, list[int]] = defaultdict(list)
        for cell, unit in enumerate(units):
            if len(paths[unit]) > depth:
                below[paths[unit][depth]].append(cell)
        for above, cells in below.items():
            own = np.unique([units[cell] for cell in cells], return_inverse=True)[1]
            if not own.any() and rules.in_pools:
                continue
            taken = np.where(_poolable(left[cells], own, groups, rules), left[cells], 0)
            if taken.any():
                left[cells] -= taken
                yield Pool(above, cells, taken)


def _poolable(left: Ints, unit_of: Indexes, groups: ColumnGroups, rules: Rules) -> Bools:
    """Return which numbers of some cells may be pooled: (1, width)."""
    by_unit = _summed_any(left, unit_of)
    if not rules.in_pools:
        return np.ones((1, left.shape[1]), dtype=np.bool_)
    n = by_unit[:, :1]
    alone = np.count_nonzero(n, axis=0) == 1
    if (rules.small(n.sum(axis=0)) | alone).any() or (by_unit < 0).any():
        return np.zeros((1, left.shape[1]), dtype=np.bool_)
    answers = groups.answers(by_unit)
    extra = np.count_nonzero(answers, axis=0, keepdims=True) == 1
    waits = _waiting(answers.sum(axis=0, keepdims=True), groups, rules, extra=extra)
    return groups.spread(~waits)


def _waiting(
    answers: Ints, groups: ColumnGroups, rules: Rules, *, extra: Bools | None = None
) -> Bools:
    """Return which groups of each row must wait: (rows, groups).

    Too few answered them, or `extra` says so, or their factor waits; or they keep company to a
    criterion that waits while its factor does not.
    """
    if not rules.by_question:
        return np.zeros(answers.shape, dtype=np.bool_)
    waits = rules.small(answers)
    if extra is not None:
        waits |= extra & (answers != 0)
    for factor, criteria in enumerate(groups.criteria):
        waits[:, criteria] |= waits[:, [factor]] & (answers[:, criteria] != 0)
        if not rules.in_company:
            continue
        size, waiting = np.abs(answers[:, criteria]), waits[:, criteria]
        hidden = np.where(waiting, size, 0).sum(axis=1)
        lonely = (np.count_nonzero(waiting, axis=1) == 1) | rules.small(hidden)
        others = np.where(waiting | (size == 0), np.iinfo(np.int64).max, size)
        rows = np.flatnonzero(lonely & ~waits[:, factor] & ~(waiting | (size == 0)).all(axis=1))
        waits[rows, criteria[others[rows].argmin(axis=1)]] = True
    return waits


def _summed(rows: Ints, index: Indexes) -> Ints:
    """Return the sums of rows with the same index; indexes rise from 0 without gaps."""
    if not len(rows):
        return rows
    starts = np.flatnonzero(np.diff(index, prepend=-1))
    return np.add.reduceat(rows, starts, axis=0)


def _summed_any(rows: Ints, index: Indexes) -> Ints:
    """Return the sums of rows with the same index, in any order."""
    order = np.argsort(index, kind="stable")
    return _summed(rows[order], index[order])
