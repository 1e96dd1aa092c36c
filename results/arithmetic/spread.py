"""How far sheets lie apart, told in steps. Standard library only.

Told exactly, a spread would tell what the one person answered who left a question out, to whoever
knows that she did: all other terms are whole numbers (docs/disclosure.md).
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TypeVar

Number = TypeVar("Number", Fraction, float)

ANSWERS = 4
"""A step is what so many answers of one sheet add to the sum of squared errors, alone.

Sums of squares of people's whole numbers of satisfied answers are two apart, for the number of
odd ones is known. A step of 2² leaves at least two of them whatever one person answered; who adds
up units of which nothing is told, and knows the counts of each question, needs a wider one.
"""

FEWEST = 30
"""Of shares of fewer sheets no spread is told.

So few people's answers, added up question by question as they are published, leave so few sums of
squares that even a step leaves but one; the more so where a whole and its parts are told.
"""

NOISE = 1e-9
"""What floating point may add to a whole number."""


def in_steps(squares: Number, answer: Number, most: Number) -> Number | None:
    """Return a sum of squared errors rounded up to a step; None where that would say too much.

    Args:
        squares: Σ over sheets of the squared error.
        answer: how far one answer moves the error of a sheet.
        most: the sum if every sheet were wholly satisfied or not at all.

    In the first step, and in the last ones below `most`, few possibilities are left: nearly all
    people agree, or nearly all are of one extreme or the other.
    """
    step = (ANSWERS * answer) ** 2
    steps = ceil(squares / step - NOISE)
    if steps <= 1 or (steps + 1) * step > most:
        return None
    return steps * step
