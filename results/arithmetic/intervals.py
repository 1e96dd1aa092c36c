"""95 % intervals: Wilson's, and the quantiles it needs. Standard library only."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import atan, cos, pi, sin, sqrt
from statistics import NormalDist

COVERAGE = 0.95
NORMAL = NormalDist().inv_cdf((1 + COVERAGE) / 2)
"""1.959964: 95 % of a normal variable lies within so many standard deviations."""

_SERIES_FROM = 100


@lru_cache(maxsize=256)
def _normal(coverage: float) -> float:
    return NORMAL if coverage == COVERAGE else NormalDist().inv_cdf((1 + coverage) / 2)


def wilson(ratio: Fraction, n: Fraction | int, quantile: float) -> tuple[float, float]:
    """Return Wilson's interval for a ratio of `n` independent answers, between 0 and 1.

    Source: docs/method.md section 4 (Wilson 1927; Newcombe 1998, method 3).
    """
    p, size, square = float(ratio), float(n), quantile * quantile
    middle = p + square / (2 * size)
    reach = quantile * sqrt(p * (1 - p) / size + square / (4 * size * size))
    stretch = 1 + square / size
    # At 0 and 1 the ends are exactly 0 and 1; rounding would leave 1e-17 beyond them.
    low = 0.0 if ratio == 0 else max(0.0, (middle - reach) / stretch)
    high = 1.0 if ratio == 1 else min(1.0, (middle + reach) / stretch)
    return low, high


def ratio_interval(
    ratio: Fraction,
    variance: Fraction | None,
    n: int | Fraction,
    coverage: float = COVERAGE,
    *,
    freedom: int | None = None,
) -> tuple[float, float]:
    """Return the interval of a ratio whose sheets' spread is known, between 0 and 1.

    Args:
        variance: of the ratio over sheets; None where one sheet leaves the spread unknown.
        n: sheets with an answer; of a weighted figure how many of equal weight say as much.
        freedom: degrees of freedom; n - 1 when left out, 0 where nothing was estimated.

    Source: docs/method.md sections 5 and 10.
    """
    if variance is None:
        return 0.0, 1.0
    if variance == 0:
        # Everyone alike: the spread between people is unknown, so a sheet counts as one
        # answer, however many questions it holds.
        return wilson(ratio, n, _normal(coverage))
    freedom = int(n) - 1 if freedom is None else freedom
    return wilson(ratio, ratio * (1 - ratio) / variance, quantile(freedom, coverage))


def quantile(freedom: int, coverage: float) -> float:
    """Return the two-sided quantile of Student's t; of the normal distribution for freedom 0."""
    return student_t(freedom, coverage) if freedom else _normal(coverage)


@lru_cache(maxsize=4096)
def student_t(freedom: int, coverage: float = COVERAGE) -> float:
    """Return a two-sided quantile of Student's t, right to nine significant digits.

    Args:
        freedom: degrees of freedom, at least 1.
        coverage: the probability between minus the quantile and the quantile.

    Raises:
        ValueError: less than 1.

    Source: Abramowitz & Stegun 1964, 26.7.3 and 26.7.4 (exact sums for whole degrees of
    freedom) and, from 100 on, 26.7.5 (expansion about the normal quantile).
    """
    if freedom < 1:
        raise ValueError("Student's t needs at least one degree of freedom")
    low = _normal(coverage)
    if freedom >= _SERIES_FROM:
        return _expansion(low, freedom)
    high = 2 * low  # t is wider than the normal variable, the more so the fewer the degrees
    while _within(high, freedom) < coverage:
        low, high = high, 2 * high
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if _within(middle, freedom) < coverage:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """Return the probability that Student's t lies between -t and t."""
    angle = atan(t / sqrt(freedom))
    square = cos(angle) ** 2
    if freedom % 2:
        term, total = cos(angle), 0.0
        for step in range(1, freedom - 1, 2):
            total += term
            term *= square * (step + 1) / (step + 2)
        return 2 / pi * (angle + sin(angle) * total)
    term, total = 1.0, 0.0
    for step in range(1, freedom, 2):
        total += term
        term *= square * step / (step + 1)
    return sin(angle) * total


def _expansion(z: float, freedom: int) -> float:
    v = float(freedom)
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4)
    )
