"""Which sheets can be given away one by one, and how coarse they must be for it. Pure.

Everybody stands in a crowd: at least `threshold` sheets agree in province, month, channel and
everything the profile says. Where they do not, columns are left out, for all sheets of the
province, until they do: first questions of the profile, then the channel, then the month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MONTH, CHANNEL = 0, 1
NOT_STATED = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet without its office, counter, day and time.

    `who` is month, channel and the answers to the profile questions: what somebody could know
    of another person. `answers` are all others.
    """

    who: tuple[str, ...]
    answers: tuple[str, ...]


def coarse_enough(sheets: Sequence[Sheet], threshold: int) -> list[Sheet]:
    """Return the sheets, coarsened, in the order of their contents; none if there are too few.

    The order says nothing of the order they came in.
    """
    if len(sheets) < threshold:
        return []
    kept = columns_kept(sheets, threshold)
    return sorted(
        (coarse(sheet, kept) for sheet in sheets), key=lambda sheet: (sheet.who, sheet.answers)
    )


def columns_kept(sheets: Sequence[Sheet], threshold: int) -> set[int]:
    """Return which columns of `who` can be told; there must be at least `threshold` sheets."""
    kept = set(range(len(sheets[0].who)))
    while lonely := _lonely(sheets, kept, threshold):
        kept.remove(_to_drop(sheets, kept, threshold, lonely))
    return kept


def coarse(sheet: Sheet, kept: set[int]) -> Sheet:
    """Return a sheet that tells of who answered only the columns kept."""
    who = _coarse(sheet, kept)
    return sheet if who is sheet.who else Sheet(who, sheet.answers)


def _lonely(sheets: Sequence[Sheet], kept: set[int], threshold: int) -> int:
    """Return how many sheets stand in too small a crowd."""
    crowds = Counter(_coarse(sheet, kept) for sheet in sheets)
    return sum(n for n in crowds.values() if n < threshold)


def _to_drop(sheets: Sequence[Sheet], kept: set[int], threshold: int, lonely: int) -> int:
    """Return the column that helps most to leave out; month and channel only after the rest."""
    for candidates in _ranks(kept):
        left = {column: _lonely(sheets, kept - {column}, threshold) for column in candidates}
        if left:
            return min(left, key=lambda column: (left[column], -column))
    raise AssertionError(f"{lonely} sheets of one crowd are too few")


def _ranks(kept: set[int]) -> Iterator[set[int]]:
    yield kept - {MONTH, CHANNEL}
    yield kept & {CHANNEL}
    yield kept & {MONTH}


def _coarse(sheet: Sheet, kept: set[int]) -> tuple[str, ...]:
    if len(kept) == len(sheet.who):
        return sheet.who
    return tuple(value if column in kept else NOT_STATED for column, value in enumerate(sheet.who))
