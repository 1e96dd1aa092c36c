"""Which sheets can be given away one by one, and how coarse they must be for it. Pure.

Everybody stands in a crowd: at least `threshold` sheets agree in province, month, channel and
everything the profile says. Where they do not, columns are left out, for all sheets of the
province, until they do: first questions of the profile, then the channel, then the month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

MONTH, CHANNEL = 0, 1
NOT_STATED = ""
BETWEEN = "\0"
"""Stands between values that are kept as one text. No value has it, and it comes before every
letter, so that texts stand in the order of their values."""

Who: TypeAlias = tuple[str, ...]


class Sheet(NamedTuple):
    """One sheet without its office, counter, day and time.

    `who` is month, channel and the answers to the profile questions: what somebody could know
    of another person. `answers` are all others, with BETWEEN between them.
    """

    who: Who
    answers: str

    @property
    def text(self) -> str:
        """All of it, with BETWEEN between the values; texts are ordered as sheets are."""
        return BETWEEN.join((*self.who, self.answers))


def coarse_enough(sheets: Sequence[Sheet], threshold: int) -> list[Sheet]:
    """Return the sheets, coarsened, in the order of their contents; none if there are too few.

    The order says nothing of the order they came in.
    """
    if len(sheets) < threshold:
        return []
    told = coarsened(sheets, threshold)
    return sorted(Sheet(told[sheet.who], sheet.answers) for sheet in sheets)


def coarsened(sheets: Sequence[Sheet], threshold: int) -> dict[Who, Who]:
    """Return what can be told of each that is among `who`; there must be `threshold` sheets."""
    crowds = Counter(sheet.who for sheet in sheets)
    kept = _columns_kept(crowds, threshold)
    return {who: _coarse(who, kept) for who in crowds}


def _columns_kept(crowds: Mapping[Who, int], threshold: int) -> set[int]:
    """Return which columns of `who` can be told."""
    kept = set(range(len(next(iter(crowds)))))
    while lonely := _lonely(crowds, kept, threshold):
        kept.remove(_to_drop(crowds, kept, threshold, lonely))
    return kept


def _lonely(crowds: Mapping[Who, int], kept: set[int], threshold: int) -> int:
    """Return how many sheets stand in too small a crowd."""
    together: Counter[Who] = Counter()
    for who, n in crowds.items():
        together[_coarse(who, kept)] += n
    return sum(n for n in together.values() if n < threshold)


def _to_drop(crowds: Mapping[Who, int], kept: set[int], threshold: int, lonely: int) -> int:
    """Return the column that helps most to leave out; month and channel only after the rest."""
    for candidates in _ranks(kept):
        left = {column: _lonely(crowds, kept - {column}, threshold) for column in candidates}
        if left:
            return min(left, key=lambda column: (left[column], -column))
    raise AssertionError(f"{lonely} sheets of one crowd are too few")


def _ranks(kept: set[int]) -> Iterator[set[int]]:
    yield kept - {MONTH, CHANNEL}
    yield kept & {CHANNEL}
    yield kept & {MONTH}


def _coarse(who: Who, kept: set[int]) -> Who:
    if len(kept) == len(who):
        return who
    return tuple([value if column in kept else NOT_STATED for column, value in enumerate(who)])
