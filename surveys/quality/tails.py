"""How unlikely a count as large as the one seen is, as a power of ten. Pure.

Signs are looked for in half a million counter-days a month, so a tail matters down to 1e-12 and
beyond: the sums are of logarithms, and the answer is log10 of the probability.
"""

from __future__ import annotations

from math import erfc, exp, inf, lgamma, log, log1p, log10, pi, sqrt

LOWEST = -99.0
"""What an impossible count is given; JSON knows no infinity."""


def binomial_tail(seen: int, trials: int, share: float) -> float:
    """Return log10 P(X >= seen) of X ~ Binomial(trials, share)."""
    if seen <= 0 or share >= 1:
        return 0.0
    if seen > trials or share <= 0:
        return LOWEST
    terms = (
        lgamma(trials + 1)
        - lgamma(k + 1)
        - lgamma(trials - k + 1)
        + k * log(share)
        + (trials - k) * log1p(-share)
        for k in range(seen, trials + 1)
    )
    return _log10_sum(list(terms))


def poisson_tail(seen: int, expected: float) -> float:
    """Return log10 P(X >= seen) of X ~ Poisson(expected)."""
    if seen <= 0:
        return 0.0
    if expected <= 0:
        return LOWEST
    terms = [k * log(expected) - expected - lgamma(k + 1) for k in range(seen, seen + 200)]
    return _log10_sum(terms)


def normal_tail(z: float) -> float:
    """Return log10 P(Z >= z) of a standard normal Z."""
    if z < 30:
        return max(LOWEST, log10(erfc(z / sqrt(2)) / 2))
    # erfc has no more digits there; its first asymptotic term has.
    return max(LOWEST, (-z * z / 2 - log(z * sqrt(2 * pi))) / log(10))


def _log10_sum(terms: list[float]) -> float:
    top = max(terms, default=-inf)
    if top == -inf:
        return LOWEST
    total = top + log(sum(exp(term - top) for term in terms))
    return max(LOWEST, min(0.0, total / log(10)))
