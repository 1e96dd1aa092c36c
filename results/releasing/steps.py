"""What one step of a release publishes and takes in of the cells it was given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from results.arithmetic.column_groups import Ints
from results.models import Part
from results.releasing.blocks import Label
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
    aside_then: Ints
    released: list[tuple[ReleasedKey, Ints]] = field(default_factory=list)
    units: set[int] = field(default_factory=set)

    @classmethod
    def begin(cls, cells: OpenCells) -> Step:
        return cls(cells.counted_before.copy(), cells.aside_before.copy(), cells.aside_then.copy())

    def enter(self, cells: OpenCells, members: Sequence[int]) -> None:
        """Take in all that is new of some cells."""
        self.counted[members] += cells.new[members]
        first = [cell for cell in members if not cells.known[cell]]
        self.aside[first] += cells.aside[first]
        self.aside_then[members] = cells.aside_before[members] + cells.aside[members]
        self.units |= {cells.keys[cell][0] for cell in members}

    def publish(self, unit: int, label: Label, part: Part, numbers: Ints) -> None:
        if numbers.any():
            self.released.append((ReleasedKey(unit, *label, part), numbers))


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
