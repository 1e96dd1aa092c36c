"""Figures of a sample survey: units weighted by the people their sheets stand for.

Standard library only. Every planned unit with published figures is a part: its sheets count
w = N / n each, N people by n sheets. docs/method.md section 10 has the formulas and sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TypeAlias

from results.arithmetic.sums import Moments, place

Group: TypeAlias = tuple[Fraction, Sequence[int]]
"""A weight, and the factors that are pooled into one ratio of that weight."""
NOISE = 1e-15
"""A variance below this is none: it is what floating point leaves of sheets all alike."""


@dataclass(frozen=True)
class Part:
    """The sheets of one planned unit: their moments, how many, and for how many people.

    `stratum`: what it was drawn from together with others; None: it is asked in any case.
    """

    moments: Moments
    sheets: int
    people: int
    stratum: tuple[str, str] | None


@dataclass(frozen=True)
class PlannedMoments:
    """What stands in the place of moments where a unit is the weighted sum of planned ones."""

    parts: tuple[Part, ...]
    factors: int

    @property
    def sheets(self) -> int:
        return sum(part.sheets for part in self.parts)

    def answered(self, factor: int | None) -> list[int]:
        """Return the sheets of each part with an answer: to a factor, or to any (None)."""
        return [
            part.moments.answered_any if factor is None else part.moments.answered[factor]
            for part in self.parts
        ]


@dataclass(frozen=True)
class Estimate:
    """A weighted ratio from 0 to 1, its variance (None: unknown) and Student's degrees of freedom.

    `size`: how many sheets of equal weight would say as much as these.
    """

    ratio: Fraction
    variance: Fraction | None
    size: Fraction
    freedom: int


def estimate(
    planned: PlannedMoments,
    groups: Sequence[Group],
    *,
    satisfied: bool,
    denominator: int,
    factor: int | None,
) -> Estimate | None:
    """Return Σ ω_g · (Σ w·Y_g / Σ w·M_g) over groups of factors; None where a group is empty.

    Args:
        satisfied: Y counts satisfied answers, else points over `denominator`.
        factor: which sheets count as answered, as `PlannedMoments.answered`.
    """
    parts, y = planned.parts, 1 if satisfied else 2
    scale = 1 if satisfied else denominator
    # One common denominator of all weights: whole numbers up to the last step.
    common = lcm(*(part.sheets for part in parts)) if parts else 1
    weights = [part.people * (common // part.sheets) for part in parts]
    sums = {
        i: sum(w * part.moments.sums[i] for w, part in zip(weights, parts, strict=True))
        for _share, factors in groups
        for f in factors
        for i in (3 * f, 3 * f + y)
    }
    ratio, slopes = Fraction(0), [0.0] * (3 * planned.factors)
    for share, factors in groups:
        valid = sum(sums[3 * f] for f in factors)
        if not valid:
            return None
        of_group = Fraction(sum(sums[3 * f + y] for f in factors), scale * valid)
        ratio += share * of_group
        base = float(Fraction(valid, common))
        for f in factors:
            slopes[3 * f] = -float(share) * float(of_group) / base
            slopes[3 * f + y] = float(share) / (scale * base)
    spread, freedom = _spread(parts, slopes)
    answered = planned.answered(factor)
    return Estimate(ratio, spread, _size(parts, answered), freedom)


def _size(parts: Sequence[Part], answered: Sequence[int]) -> Fraction:
    """Return (Σw)² / Σw² over the sheets with an answer (L. Kish, Survey Sampling, 1965)."""
    pairs = [(part.people / part.sheets, n) for part, n in zip(parts, answered, strict=True)]
    once, squared = (sum(w**power * n for w, n in pairs) for power in (1, 2))
    return Fraction(once**2 / squared) if squared else Fraction(0)


def _spread(parts: Sequence[Part], slopes: Sequence[float]) -> tuple[Fraction | None, int]:
    """Return the variance of Σ w·d, d = slopes · z per sheet, and the degrees of freedom."""
    linear = [(i, slope) for i, slope in enumerate(slopes) if slope]
    # Of a pair of different numbers the sheet's square holds the product twice.
    square = [
        (place(i, j, len(slopes)), (1 if i == j else 2) * one * other)
        for at, (i, one) in enumerate(linear)
        for j, other in linear[at:]
    ]
    variance, sheets_freedom = 0.0, 0
    drawn: dict[tuple[str, str], list[float]] = {}
    for part in parts:
        weight = part.people / part.sheets
        sums, products = part.moments.sums, part.moments.products
        once = sum(slope * sums[i] for i, slope in linear)
        if part.stratum is not None:
            drawn.setdefault(part.stratum, []).append(weight * once)
            continue
        squares = sum(slope * products[at] for at, slope in square)
        if part.sheets > 1:
            within = max(0.0, squares - once**2 / part.sheets)
            variance += weight**2 * part.sheets / (part.sheets - 1) * within
        sheets_freedom += part.sheets - 1
    strata = collapsed(drawn)
    if any(len(totals) < 2 for totals in strata):
        return None, 0
    for totals in strata:
        m, mean = len(totals), sum(totals) / len(totals)
        variance += m / (m - 1) * sum((total - mean) ** 2 for total in totals)
    # Few units drawn tell less of the spread than many sheets: where some are, only they count.
    freedom = sum(len(totals) - 1 for totals in strata) if strata else sheets_freedom
    if freedom < 1:
        return None, 0
    return Fraction(variance if variance > NOISE else 0), freedom


def collapsed(drawn: dict[tuple[str, str], list[float]]) -> list[list[float]]:
    """Return the totals of units by stratum; strata with one unit are put together.

    A single one joins the smallest other stratum; without another it stays alone. Source:
    W. G. Cochran, Sampling Techniques, 3rd ed. 1977, section 5A.12.
    """
    several = [totals for _key, totals in sorted(drawn.items()) if len(totals) > 1]
    alone = [
        total for _key, totals in sorted(drawn.items()) if len(totals) == 1 for total in totals
    ]
    if len(alone) == 1 and several:
        smallest = min(several, key=len)
        rest = [totals for totals in several if totals is not smallest]
        return [*rest, [*smallest, *alone]]
    return [*several, alone] if alone else several
