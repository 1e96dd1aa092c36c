"""Shares of criteria that are withheld, told as far as all that is shown tells them anyway. Pure.

Criteria on which all of few agree are withheld together with others (results.releasing.coding). A
factor less its criteria that are shown says how many of the answers withheld together were
satisfied, and so from where on, or up to where, the share of each lies. That much is told of each
of them alike. It follows from published numbers alone, so it gives nothing more away; and near the
ends it says no more than "at least 90 %", "at most 10 %", or it would say that all agreed.
"""

from __future__ import annotations

from typing import NamedTuple

ENDS = 10
"""No share is told nearer to 0 or 100 % than this."""


class Coded(NamedTuple):
    """The side on which a share lies, in whole percent; the other one is None."""

    at_least: int | None
    at_most: int | None


def coded_share(answers: int, satisfied: int, *, criteria: int, people: int) -> Coded | None:
    """Return what can be told of the share of each of some criteria of one factor.

    Args:
        answers, satisfied: of all the criteria withheld together.
        criteria: how many these are.
        people: who answered anything of the factor; no criterion has more answers.

    Returns:
        None where it could lie on both sides of one half, or where too few may have answered.
    """
    # Answers to each of them, if all the others were answered by everybody.
    fewest = answers - people * (criteria - 1)
    if 2 * fewest <= people:
        return None
    least = 100 * (fewest - (answers - satisfied)) // fewest
    most = -(-100 * satisfied // fewest)
    if least >= 50:
        return Coded(min(least, 100 - ENDS), None)
    return Coded(None, max(most, ENDS)) if most <= 50 else None
