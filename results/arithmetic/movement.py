"""How units moved since the previous campaign, in points and in places. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from results.arithmetic.comparison import difference
from results.arithmetic.indices import Figure
from results.arithmetic.ranks import Key, ranks


@dataclass(frozen=True)
class Movement:
    """What became of a unit's index since the previous campaign.

    `points` are percentage points; `places` says how many places it went up (down: below 0)
    among the `among` units that have an index in both campaigns; `distinguishable` whether the
    change is more than chance, None where that is unknown.
    """

    before: Fraction
    points: Fraction
    places: int
    among: int
    distinguishable: bool | None


def movements(now: Mapping[Key, Figure], before: Mapping[Key, Figure]) -> dict[Key, Movement]:
    """Return how each unit with an index in both campaigns moved.

    Args:
        now, before: the index of each unit of one group, by the same key in both; the figures
            before are those of the same extent (results.arithmetic.extents).

    Points and places can move in opposite directions. Places are counted among the units that
    are in both campaigns, or a new neighbour alone would push everyone down.
    """
    both = {
        key: (figure.percent, before[key].percent)
        for key, figure in now.items()
        if figure.percent is not None and key in before and before[key].percent is not None
    }
    ranks_now = ranks({key: new for key, (new, _) in both.items() if new is not None})
    ranks_before = ranks({key: old for key, (_, old) in both.items() if old is not None})
    found = {}
    for key in both:
        change = difference(now[key], before[key])
        old = before[key].percent
        if change is None or old is None:
            continue
        found[key] = Movement(
            before=old,
            points=change.points,
            places=ranks_before[key].position - ranks_now[key].position,
            among=len(both),
            distinguishable=change.distinguishable,
        )
    return found
