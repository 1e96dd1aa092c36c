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

from results.arithmetic.spread import FEWEST, in_steps
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
    parts = planned.parts
    y, scale = (1, 1) if satisfied else (2, denominator)
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
    answers, answer = [0.0] * planned.factors, 0.0
    for share, factors in groups:
        valid = sum(sums[3 * f] for f in factors)
        if not valid:
            return None
        of_group = Fraction(sum(sums[3 * f + y] for f in factors), scale * valid)
        ratio += share * of_group
        base = float(Fraction(valid, common))
        answer += float(share) / base
        for f in factors:
            answers[f] = float(share) / base
            slopes[3 * f] = -float(share) * float(of_group) / base
            slopes[3 * f + y] = float(share) / (scale * base)
    fewest = FEWEST if satisfied else 0
    spread, freedom = _spread(parts, slopes, answers, answer, fewest)
    return Estimate(ratio, spread, _size(parts, planned.answered(factor)), freedom)


def _size(parts: Sequence[Part], answered: Sequence[int]) -> Fraction:
    """Return (Σw)² / Σw² over the sheets with an answer (L. Kish, Survey Sampling, 1965)."""
    pairs = [(part.people / part.sheets, n) for part, n in zip(parts, answered, strict=True)]
    once, squared = (sum(w**power * n for w, n in pairs) for power in (1, 2))
    return Fraction(once**2 / squared) if squared else Fraction(0)


def _spread(
    parts: Sequence[Part],
    slopes: Sequence[float],
    answers: Sequence[float],
    answer: float,
    fewest: int,
) -> tuple[Fraction | None, int]:
    """Return the variance of Σ w·d, d = slopes · z per sheet, and the degrees of freedom.

    Args:
        answers: how far one satisfied answer moves d, by factor.
        answer: how far one of each ratio does together.
        fewest: sheets of a unit from which on their spread is told.
    """
    variance, sheets_freedom = 0.0, 0
    drawn: dict[tuple[str, str], list[float]] = {}
    for part in parts:
        weight = part.people / part.sheets
        once = sum(slope * sum_ for slope, sum_ in zip(slopes, part.moments.sums, strict=True))
        if part.stratum is not None:
            drawn.setdefault(part.stratum, []).append(weight * once)
            continue
        told = part.sheets >= fewest
        variance += weight**2 * _of_sheets(part, once, slopes, answers, answer if told else None)
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


def _of_sheets(
    part: Part,
    once: float,
    slopes: Sequence[float],
    answers: Sequence[float],
    answer: float | None,
) -> float:
    """Return n times the variance of d over the sheets of a part, told in steps.

    Args:
        once: Σ d.
        answer: None where the spread is not told.
    """
    n, sums = part.sheets, part.moments.sums
    if n < 2:
        return 0.0
    alone = [value for one in answers for value in (one, 0.0, 0.0)]
    counted = sum(a * m for a, m in zip(alone, sums, strict=True))
    if not counted:
        return 0.0
    # Σ d = got − lost: what is satisfied, less what would be if all were as in the whole.
    got = once - sum(s * m for s, m in zip(slopes[::3], sums[::3], strict=True))
    share = min(1.0, max(0.0, got / counted))
    most = share * (1 - share) * _squares(part, alone)
    within = max(0.0, _squares(part, slopes) - once**2 / n)
    told = None if answer is None else in_steps(within, answer, most)
    return n / (n - 1) * (most if told is None else told)


def _squares(part: Part, slopes: Sequence[float]) -> float:
    """Return Σ over sheets of (slopes · z)²."""
    linear = [(i, slope) for i, slope in enumerate(slopes) if slope]
    # Of a pair of different numbers the sheet's square holds the product twice.
    return sum(
        (1 if i == j else 2) * one * other * part.moments.products[place(i, j, len(slopes))]
        for at, (i, one) in enumerate(linear)
        for j, other in linear[at:]
    )


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
