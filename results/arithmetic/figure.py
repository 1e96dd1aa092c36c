"""What figures are computed from and what comes out: scoring, levels, figures. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True)
class Scoring:
    """What a method says about an edition, as numbers.

    `item_rule` is TOP2, MEAN5 or MEAN_0_100. `denominator` is D, the common denominator of
    the points; `floor` the points of the worst level over those of the best (1/5 on a scale
    from 1 to 5), the same for every scale where MEAN5 is used. `weights` are per factor in
    order; None for POOLED_ITEMS.
    """

    item_rule: str
    denominator: int
    floor: Fraction
    weights: tuple[Fraction, ...] | None = None

    @property
    def counts_shares(self) -> bool:
        return self.item_rule == "TOP2"

    def percent(self, ratio: Fraction) -> Fraction:
        """Return what the rule prints for a ratio between 0 and 1."""
        low = self.floor if self.item_rule == "MEAN5" else Fraction(0)
        return 100 * (low + (1 - low) * ratio)

    def ratio(self, percent: Fraction) -> Fraction:
        """Return the ratio that the rule prints as this percent; below 0 for one below all."""
        low = self.floor if self.item_rule == "MEAN5" else Fraction(0)
        return (percent / 100 - low) / (1 - low)

    def bound(self, ratio: float) -> float:
        low = float(self.floor) if self.item_rule == "MEAN5" else 0.0
        return min(100.0, max(0.0, 100 * (low + (1 - low) * ratio)))


@dataclass(frozen=True)
class Level:
    """How often one level of a criterion was chosen, worst first in a list of them."""

    count: int
    points: int
    satisfied: bool = False


@dataclass(frozen=True)
class Figure:
    """A percent with its 95 % interval and its base.

    `percent` is exact and unrounded, None where nothing was counted. `low` and `high` are
    percents, both None where one sheet or none leaves the spread unknown. `n` counts the
    sheets with a valid answer, `n_missing` those without one among the sheets asked.
    """

    percent: Fraction | None
    low: float | None
    high: float | None
    n: int
    n_missing: int
    # What the interval was made of: the ratio between 0 and 1, and its variance over sheets, in
    # steps (results.arithmetic.spread) and never below that of indices.ANSWERS_A_SHEET.
    ratio: Fraction | None = field(default=None, compare=False)
    variance: Fraction | None = field(default=None, compare=False)
    # Of a weighted figure: sheets of equal weight that would say as much, degrees of freedom. Of
    # another freedom 0: the variance was not estimated but is the largest that there can be.
    size: Fraction | None = field(default=None, compare=False)
    freedom: int | None = field(default=None, compare=False)
