"""Which ranks a unit may have, given how far chance may have moved every index. Pure.

All units get intervals that hold together: with probability 95 % every one of them covers its
true value. Where two intervals do not meet, the order of their units is sure; where they do,
either may be ahead. Source: M. Klein, T. Wright, J. Wieczorek, "A joint confidence region for
an overall ranking of populations", JRSS C 69 (2020) 589-606, theorem 1.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from results.arithmetic.indices import Figure
from results.arithmetic.intervals import COVERAGE, ratio_interval
from results.arithmetic.ranks import Key


@dataclass(frozen=True)
class PossibleRanks:
    """The best and the worst place a unit may have, both included."""

    best: int
    worst: int


def possible_ranks(figures: Mapping[Key, Figure]) -> dict[Key, PossibleRanks]:
    """Return the possible ranks of units, jointly right with probability 95 % or more.

    Args:
        figures: the index of each unit; one without a percent is left out.

    Units share no sheet, so their intervals are independent: each covers 0.95^(1/units).
    """
    found = {key: figure for key, figure in figures.items() if figure.ratio is not None}
    coverage = COVERAGE ** (1 / max(1, len(found)))
    return overlaps({key: joint_interval(figure, coverage) for key, figure in found.items()})


def joint_interval(figure: Figure, coverage: float) -> tuple[float, float]:
    if figure.ratio is None:
        raise ValueError("a figure without a ratio has no interval")
    sheets = figure.n if figure.size is None else figure.size
    return ratio_interval(figure.ratio, figure.variance, sheets, coverage, freedom=figure.freedom)


def overlaps(intervals: Mapping[Key, tuple[float, float]]) -> dict[Key, PossibleRanks]:
    """Return the possible ranks that joint intervals leave.

    Units whose interval lies wholly above come before for sure, those wholly below after it.
    """
    lows = sorted(low for low, _ in intervals.values())
    highs = sorted(high for _, high in intervals.values())
    return {
        key: PossibleRanks(
            best=1 + len(lows) - bisect_right(lows, high),
            worst=len(highs) - bisect_left(highs, low),
        )
        for key, (low, high) in intervals.items()
    }
