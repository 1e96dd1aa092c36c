"""What of the counted may be published: the rules of disclosure. No database, no Django.

Everything published is a sum of **blocks**. A block is a set of sheets of one unit that one
release takes in together, at least `threshold` of them, under one month and channel or under
several (month 0, channel 0). Whatever is subtracted from whatever, slice, tier or release, is
a sum of blocks again, so no difference is about fewer people.

The same holds for each group of numbers (results.arithmetic.column_groups): the counts of a
question enter only with answers of at least `threshold` sheets, and wait for the next release
until then. A factor's sums less those of its criteria would tell what waits, so at least two
criteria of a factor wait together. What is left when a campaign has closed is pooled with other
units'.

docs/disclosure.md says what this promises and what not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.arithmetic.column_groups import Bools, ColumnGroups, Ints

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
    # Sheets set aside after they were published leave with enough new ones.
    set_aside_with_new: bool = True
    # What is left after the close is pooled when there is enough, of two units at least.
    in_pools: bool = True

    def small(self, n: Ints) -> Bools:
        """Return where there is something, but too little to be published."""
        few: Bools = (n != 0) & (np.abs(n) < self.threshold)
        return few


class Taken(NamedTuple):
    """What a release publishes of some units.

    `blocks`: (blocks, width), what is published under each block's label.
    `mixed`: (units, width), what is published only of all blocks of a unit together.
    `waiting`: (blocks, width), what of each block goes on waiting.
    """

    blocks: Ints
    mixed: Ints
    waiting: Ints


def take(new: Ints, waited: Ints, unit_of: Indexes, groups: ColumnGroups, rules: Rules) -> Taken:
    """Return what is published of new sheets in blocks, and of what waited since earlier ones.

    Args:
        new: (blocks, width), sheets of this release; none in a block in which only waits what
            came earlier.
        waited: (blocks, width), what waits under the labels of the blocks.
        unit_of: (blocks,) unit of each block, rising from 0 without gaps.
    """
    blocks = new + waited
    answers = groups.answers(blocks)
    waits = _waiting(answers, groups.answers(waited), groups, rules)
    # What may not be told apart by block may be published of all blocks of the unit, but of
    # factors and criteria: a factor's block less its criteria shows whatever waits of it.
    of_unit = _summed(np.where(waits, answers, 0), unit_of)
    waits_longer = rules.small(of_unit) | groups.of_factors
    alone = groups.spread(~waits)
    anyhow = groups.spread(~waits | ~waits_longer[unit_of])
    return Taken(
        blocks=np.where(alone, blocks, 0),
        mixed=_summed(np.where(anyhow & ~alone, blocks, 0), unit_of),
        waiting=np.where(anyhow, 0, blocks),
    )


def showing(aside: Ints, groups: ColumnGroups, rules: Rules) -> Bools:
    """Return which numbers of sheets never published may be shown as set aside: (units, width)."""
    enough = aside[:, 0] >= rules.threshold
    hidden = rules.small(groups.answers(aside))
    return groups.spread(~_all_criteria(hidden, groups)) & enough[:, None]


def _all_criteria(hidden: Bools, groups: ColumnGroups) -> Bools:
    """Return groups hidden with all criteria of a factor that has one hidden, or is."""
    hidden = hidden.copy()
    for factor, criteria in enumerate(groups.criteria):
        hidden[:, criteria] |= hidden[:, [factor, *criteria]].any(axis=1, keepdims=True)
    return hidden


class Pool(NamedTuple):
    """Units, by their place in a list, whose rest is enough at a unit they lie in or are."""

    unit: int
    givers: list[int]


def pools(
    sizes: Ints, units: Sequence[int], paths: Mapping[int, Sequence[int]], rules: Rules
) -> Iterator[Pool]:
    """Yield where the rests of closed units are enough: at the lowest unit, deepest first.

    No unit has enough alone, or it would have published it; so a pool is of two at least.

    Args:
        sizes: (units,), how much is left of each.
        units: (units,), which they are.
        paths: by unit, the units from the root down to it.
    """
    left = {place for place, size in enumerate(sizes.tolist()) if size > 0}
    enough = rules.threshold if rules.in_pools else 1
    for depth in range(max((len(paths[unit]) for unit in units), default=0) - 1, -1, -1):
        below: dict[int, list[int]] = defaultdict(list)
        for place in sorted(left):
            if len(paths[units[place]]) > depth:
                below[paths[units[place]][depth]].append(place)
        for above, places in below.items():
            if sizes[places].sum() >= enough:
                left.difference_update(places)
                yield Pool(above, places)


def _waiting(answers: Ints, waited: Ints, groups: ColumnGroups, rules: Rules) -> Bools:
    """Return which groups of each row must wait: (rows, groups).

    Args:
        answers: (rows, groups), those that waited among them.
        waited: (rows, groups).
    """
    if not rules.by_question:
        return np.zeros(answers.shape, dtype=np.bool_)
    waits = rules.small(answers)
    for factor, criteria in enumerate(groups.criteria):
        apart = waits[:, factor]
        of_factor = waits[:, criteria] | (apart[:, None] & (answers[:, criteria] != 0))
        if rules.in_company:
            company = _company(
                of_factor, answers[:, criteria], waited[:, criteria], rules.threshold
            )
            of_factor |= company & ~apart[:, None]
        waits[:, criteria] = of_factor
    return waits


def _company(waits: Bools, answers: Ints, waited: Ints, threshold: int) -> Bools:
    """Return which criteria of one published factor must wait so that no few people show.

    The factor less its published criteria shows the sum of those that wait. What is added to it
    is about `threshold` people and two criteria at least; what leaves it leaves whole, and so
    that the new answers among it are about as many people.

    Args:
        waits, answers, waited: (rows, criteria).
    """
    new = answers - waited
    held = waited != 0
    stuck = (waits & held).any(axis=1) | (np.where(held, new, 0).max(axis=1) < threshold)
    waits = waits | (held & stuck[:, None])
    for free in (~held, held):
        added = np.where(waits, new, 0)
        lonely = (np.count_nonzero(added, axis=1) == 1) | (
            (added.max(axis=1) > 0) & (added.max(axis=1) < threshold)
        )
        may = free & ~waits & (new > 0)
        size = np.where(may, new, np.iinfo(np.int64).max)
        rows = np.flatnonzero(lonely & may.any(axis=1))
        waits[rows, size[rows].argmin(axis=1)] = True
        # What waited together goes on together.
        waits[rows] |= held[rows] & (waits & held)[rows].any(axis=1, keepdims=True)
    return waits


def _summed(rows: Ints, index: Indexes) -> Ints:
    """Return the sums of rows with the same index; indexes rise from 0 without gaps."""
    if not len(rows):
        return rows
    starts = np.flatnonzero(np.diff(index, prepend=-1))
    return np.add.reduceat(rows, starts, axis=0)
