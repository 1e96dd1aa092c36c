"""At which unit a sheet may be placed that is published without its office. Pure.

A unit is named with all of its sheets or with none, and only if each of its sheets stands in a
crowd: at least `threshold` of the unit's sheets agree in all that is published of who answered.
The sheets of units that are not named go to the unit above, there with others, up to the province.

All or none: else the unit's published figures less the sheets that name it would be about few.
A unit that withholds a question, since all of few agree on it, is not named: its sheets would say
what they agree on. They go to the top, with those of all others that withhold something.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

Who: TypeAlias = tuple[str, ...]


def named_units(
    crowds: Mapping[int, Counter[Who]],
    paths: Mapping[int, Sequence[int]],
    top: int,
    threshold: int,
    *,
    unnamed: Collection[int] = (),
) -> dict[int, int]:
    """Return the unit each unit's sheets are placed at: itself, one above it, or the top.

    Args:
        crowds: the number of sheets by who answered, of each unit with sheets. All together
            every number must be at least `threshold`.
        paths: ids from the root to the unit, of every unit below the top.
        unnamed: units that withhold a question.
    """
    pools: defaultdict[int, set[int]] = defaultdict(set)
    for unit in crowds:
        pools[unit].add(unit)
    for unit in sorted(paths, key=lambda unit: (-len(paths[unit]), unit)):
        if unit == top or not pools[unit]:
            continue
        if unit in unnamed:
            pools[top] |= pools.pop(unit)
        elif not _in_crowds(pools[unit], crowds, threshold):
            pools[paths[unit][-2]] |= pools.pop(unit)
    while not _in_crowds(pools[top], crowds, threshold):
        # Some few are left at the top: the smallest pool joins them.
        others = (unit for unit in pools if unit != top and pools[unit])
        smallest = min(others, key=lambda unit: (_size(pools[unit], crowds), unit))
        pools[top] |= pools.pop(smallest)
    return {member: unit for unit, members in pools.items() for member in members}


def _in_crowds(units: set[int], crowds: Mapping[int, Counter[Who]], threshold: int) -> bool:
    together: Counter[Who] = sum((crowds[unit] for unit in units), Counter())
    return all(n >= threshold for n in together.values())


def _size(units: set[int], crowds: Mapping[int, Counter[Who]]) -> int:
    return sum(crowds[unit].total() for unit in units)
