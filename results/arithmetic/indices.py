"""From counted integers to figures: indexes, factors, criteria, intervals. Standard library only.

The formulas, their sources and their limits are in docs/method.md.

    Moments.from_array(array, factors=F)          the integers a cell or a total holds
    index(moments, scoring, sheets=n)             the index of all factors        → Figure
    factor(moments, f, scoring, sheets=n)         one factor, from 0              → Figure
    criterion(levels, scoring, missing=m)         one criterion, from its levels  → Figure
    share(chosen, base, missing=m)                an option of a fact             → Figure
    mean_points(levels)                           mean points of one criterion
    round_percent(value)                          two decimals, for display only

Point figures are exact fractions; only the ends of intervals (results.arithmetic.intervals) are
floats. results.arithmetic.scoring says what a campaign's method and edition are in these terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product

from results.arithmetic.figure import Figure, Level, Scoring
from results.arithmetic.intervals import NORMAL, ratio_interval, wilson
from results.arithmetic.spread import FEWEST, in_steps
from results.arithmetic.sums import Moments
from results.arithmetic.weighting import PlannedMoments, estimate

ANSWERS_A_SHEET, FROM = 2, 100
"""A sheet counts as at most so many independent answers; from 100 sheets on as n/100 times as
many (docs/method.md section 5)."""

__all__ = [
    "Figure",
    "Level",
    "Moments",
    "Scoring",
    "criterion",
    "factor",
    "index",
    "mean_points",
    "round_percent",
    "share",
]


def index(moments: Moments | PlannedMoments, scoring: Scoring, *, sheets: int) -> Figure:
    """Return the index over all factors.

    Args:
        moments: of the unit; of a weighted one those of the planned units below it.
        sheets: all sheets counted; those without a valid answer to any criterion are missing.
            A weighted figure counts the sheets of its planned units.

    Returns:
        A figure without percent when no sheet has a valid answer, or, with weights, when a
        factor has none.

    Source: docs/method.md sections 3 and 5.
    """
    if isinstance(moments, PlannedMoments):
        return _weighted(moments, scoring, None)
    n = moments.answered_any
    if scoring.weights is None:
        return _of_sums(moments.pooled, [Fraction(1)], scoring, n, sheets)
    return _of_sums(moments, scoring.weights, scoring, n, sheets)


def factor(
    moments: Moments | PlannedMoments, number: int, scoring: Scoring, *, sheets: int
) -> Figure:
    """Return the figure of one factor.

    Args:
        number: which factor, from 0 in the order of the edition.
        sheets: all sheets counted; those without a valid answer in the factor are missing.

    Source: docs/method.md sections 3 and 5.
    """
    if isinstance(moments, PlannedMoments):
        return _weighted(moments, scoring, number)
    n = moments.answered[number]
    weights = [Fraction(f == number) for f in range(moments.factors)]
    return _of_sums(moments, weights, scoring, n, sheets)


def _weighted(planned: PlannedMoments, scoring: Scoring, number: int | None) -> Figure:
    """Return a figure of a sample survey: one factor's, or the index (None)."""
    everything = range(planned.factors)
    if number is not None:
        groups = [(Fraction(1), [number])]
    elif scoring.weights is None:
        groups = [(Fraction(1), list(everything))]
    else:
        groups = [(scoring.weights[f], [f]) for f in everything]
    n = sum(planned.answered(number))
    found = estimate(
        planned,
        groups,
        satisfied=scoring.counts_shares,
        denominator=scoring.denominator,
        factor=number,
    )
    if found is None:
        return Figure(None, None, None, n, planned.sheets - n)
    return _figure(
        found.ratio,
        found.variance,
        scoring,
        n,
        planned.sheets - n,
        size=found.size,
        freedom=found.freedom,
    )


def _of_sums(
    moments: Moments,
    weights: Sequence[Fraction],
    scoring: Scoring,
    n: int,
    sheets: int,
) -> Figure:
    """Return Σ w_f·R_f with the interval of its variance over sheets.

    With e_f = Y_f − R_f·M_f per sheet, Y the satisfied answers or the points over D:
    v = n/(n−1) · Σ_sheets (Σ_f w_f·e_f / ΣM_f)², multiplied out over the stored products, the sum
    told in steps; where that says too much, as if every sheet were one answer.
    """
    used = [f for f, weight in enumerate(weights) if weight]
    valid = {f: moments.sums[3 * f] for f in used}
    if not all(valid.values()):
        return Figure(None, None, None, n, sheets - n)
    y, scale = (1, 1) if scoring.counts_shares else (2, scoring.denominator)
    got = {f: moments.sums[3 * f + y] for f in used}
    ratio = sum((weights[f] * Fraction(got[f], scale * valid[f]) for f in used), Fraction(0))
    if n < 2:
        return _figure(ratio, None, scoring, n, sheets - n)
    squares, answers = _squares(
        moments, {f: weights[f] for f in used}, valid, got, y=y, scale=scale
    )
    answer = sum((weights[f] / valid[f] for f in used), Fraction(0))
    most = ratio * (1 - ratio) * answers
    told = None if scoring.counts_shares and n < FEWEST else in_steps(squares, answer, most)
    variance = most if told is None else Fraction(n, n - 1) * told
    freedom = 0 if ratio * (1 - ratio) <= n * variance else None
    return _figure(ratio, variance, scoring, n, sheets - n, freedom=freedom)


def _squares(
    moments: Moments,
    weights: Mapping[int, Fraction],
    valid: Mapping[int, int],
    got: Mapping[int, int],
    *,
    y: int,
    scale: int,
) -> tuple[Fraction, Fraction]:
    """Return Σ (Σ_f w_f·e_f / ΣM_f)² and Σ (Σ_f w_f·M_f / ΣM_f)² over the sheets."""
    squares, answers = Fraction(0), Fraction(0)
    for f, g in product(weights, repeat=2):
        a, b = 3 * f, 3 * g
        # Σ e_f·e_g, times (D·ΣM_f)·(D·ΣM_g) so that it stays a whole number.
        covariance = (
            moments.product(a + y, b + y) * valid[f] * valid[g]
            - moments.product(a + y, b) * valid[f] * got[g]
            - moments.product(a, b + y) * got[f] * valid[g]
            + moments.product(a, b) * got[f] * got[g]
        )
        both = weights[f] * weights[g]
        squares += both * Fraction(covariance, (scale * valid[f] * valid[g]) ** 2)
        answers += both * Fraction(moments.product(a, b), valid[f] * valid[g])
    return squares, answers


def _figure(
    ratio: Fraction | None,
    variance: Fraction | None,
    scoring: Scoring,
    n: int,
    missing: int,
    *,
    size: Fraction | None = None,
    freedom: int | None = None,
) -> Figure:
    if ratio is None:
        return Figure(None, None, None, n, missing)
    if variance is None:
        return Figure(scoring.percent(ratio), None, None, n, missing, ratio)
    sheets = n if size is None else size
    if scoring.counts_shares and variance:
        # Where hardly any sheet differs, the spread of the few says less than it seems to.
        most = ANSWERS_A_SHEET * sheets * max(Fraction(1), Fraction(sheets, FROM))
        variance = max(variance, ratio * (1 - ratio) / most)
    low, high = ratio_interval(ratio, variance, sheets, freedom=freedom)
    ends = scoring.bound(low), scoring.bound(high)
    return Figure(scoring.percent(ratio), *ends, n, missing, ratio, variance, size, freedom)


def criterion(levels: Sequence[Level], scoring: Scoring, *, missing: int) -> Figure:
    """Return the figure of one criterion from the counts of its levels, worst first.

    Args:
        missing: sheets asked without a valid answer: blank, don't know, does not apply.

    Source: docs/method.md section 4.
    """
    n = sum(level.count for level in levels)
    if scoring.counts_shares:
        return share(sum(level.count for level in levels if level.satisfied), n, missing=missing)
    if not n:
        return Figure(None, None, None, 0, missing)
    worst, best = levels[0].points, levels[-1].points
    scored = [(level.count, Fraction(level.points - worst, best - worst)) for level in levels]
    ratio = sum((count * score for count, score in scored), Fraction(0)) / n
    variance = None
    if n > 1:
        squares = sum((count * (score - ratio) ** 2 for count, score in scored), Fraction(0))
        variance = Fraction(n, n - 1) * squares / n**2
    return _figure(ratio, variance, scoring, n, missing)


def share(chosen: int, base: int, *, missing: int) -> Figure:
    """Return the share of `chosen` among `base` answers, with Wilson's interval on counts.

    Source: docs/method.md section 4.
    """
    if not base:
        return Figure(None, None, None, 0, missing)
    ratio = Fraction(chosen, base)
    low, high = wilson(ratio, base, NORMAL)
    variance = ratio * (1 - ratio) / base
    return Figure(100 * ratio, 100 * low, 100 * high, base, missing, ratio, variance)


def mean_points(levels: Sequence[Level]) -> Fraction | None:
    """Return the mean points of the valid answers; None without one."""
    n = sum(level.count for level in levels)
    return Fraction(sum(level.count * level.points for level in levels), n) if n else None


def round_percent(value: Fraction | float) -> Decimal:
    """Return a value with two decimals, halves away from zero; for display only."""
    # Whole numbers throughout: exact, and a page rounds hundreds of figures.
    numerator, denominator = value.as_integer_ratio()
    whole = (200 * abs(numerator) + denominator) // (2 * denominator)
    return Decimal(whole if numerator >= 0 else -whole).scaleb(-2)
