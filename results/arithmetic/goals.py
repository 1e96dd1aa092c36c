"""An index in the terms of plans: points of PAR INDEX, and how far a target is. Pure."""

from __future__ import annotations

from fractions import Fraction


def par_index_points(percent: Fraction, maximum: Fraction) -> Fraction:
    """Return the points an index is worth in PAR INDEX: index × maximum / 100.

    Args:
        maximum: the points PAR INDEX gives for satisfaction; each year's rules set it.

    Source: docs/method.md section 9.
    """
    return percent * maximum / 100


def gap_to_target(percent: Fraction, target: Fraction) -> Fraction:
    """Return how many points are missing to a target; 0 when it is reached."""
    return max(Fraction(0), target - percent)
