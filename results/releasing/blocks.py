"""How a unit's new sheets are told apart by month and channel when they are published. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import NamedTuple

SPLIT_FROM = 2
"""How many times the threshold a month or channel needs to be told apart from others."""


class Label(NamedTuple):
    """The month and channel sheets may be shown under; 0 for several."""

    month: int
    channel: int


class Block(NamedTuple):
    """Cells, by their place in a list of them, that are published together."""

    label: Label
    cells: list[int]


def join(labels: Iterable[Label]) -> Label:
    """Return the label that fits all of some labels."""
    return reduce(
        lambda a, b: Label(
            a.month if a.month == b.month else 0, a.channel if a.channel == b.channel else 0
        ),
        labels,
    )


def blocks_of(cells: Sequence[Label], sizes: Sequence[int], threshold: int) -> list[Block]:
    """Return one unit's cells with new sheets in blocks, as finely labelled as may be.

    The sizes add up to the threshold at least. A part is told apart when it has twice as many:
    with fewer, one blank in ten would leave too few answers to most questions.
    """
    rest = [i for i in range(len(cells)) if sizes[i]]
    made: list[Block] = []
    coarser: tuple[Callable[[Label], object], ...] = (
        lambda cell: cell,
        lambda cell: cell.month,
        lambda cell: -cell.channel,
    )
    for part_of in coarser:
        groups: dict[object, list[int]] = defaultdict(list)
        for i in rest:
            groups[part_of(cells[i])].append(i)
        for group in groups.values():
            size = sum(sizes[i] for i in group)
            if size >= SPLIT_FROM * threshold or (size >= threshold and len(group) == len(rest)):
                made.append(Block(join(cells[i] for i in group), group))
                rest = [i for i in rest if i not in group]
    if rest and (not made or sum(sizes[i] for i in rest) >= threshold):
        made.append(Block(join(cells[i] for i in rest), rest))
    elif rest:
        left = join(cells[i] for i in rest)
        # Where the least is lost: the finest common label, then the smallest block.
        nearest = min(
            made,
            key=lambda block: (
                join([block.label, left]).count(0),
                sum(sizes[i] for i in block.cells),
            ),
        )
        made.remove(nearest)
        made.append(Block(join([nearest.label, left]), [*nearest.cells, *rest]))
    return made
