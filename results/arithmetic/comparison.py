"""The difference of two figures, and whether it is more than chance. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import hypot

from results.arithmetic.indices import Figure


@dataclass(frozen=True)
class Difference:
    """One figure minus another in percentage points, with its 95 % interval.

    `low` and `high` are None where one of the two has no interval.
    """

    points: Fraction
    low: float | None
    high: float | None

    @property
    def distinguishable(self) -> bool | None:
        """Whether the two differ by more than chance would; None where that is unknown."""
        if self.low is None or self.high is None:
            return None
        return not self.low <= 0 <= self.high


def difference(figure: Figure, other: Figure) -> Difference | None:
    """Return a figure minus another of other people; None where one of them has no percent.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10, with the
    intervals of docs/method.md sections 4 and 5 in the place of Wilson's for counts.
    """
    if figure.percent is None or other.percent is None:
        return None
    points = figure.percent - other.percent
    if figure.low is None or figure.high is None or other.low is None or other.high is None:
        return Difference(points, None, None)
    a, b = float(figure.percent), float(other.percent)
    below = hypot(a - figure.low, other.high - b)
    above = hypot(figure.high - a, b - other.low)
    return Difference(points, float(points) - below, float(points) + above)
