"""What is known of one counter on one day: counts over its sheets, nothing of one sheet. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from surveys.questionnaires.codebook import Edition

Codes = npt.NDArray[np.uint8]

READING_SPEED = 10.0
"""Syllables a second nobody reads faster than: 600 a minute, twice a quick reader's speed."""
TAP_SECONDS = 0.5
SHEETS_ENOUGH = 0.5
"""A sheet is judged by its ratings when it answers at least this share of the criteria."""
FEWEST_CRITERIA = 5
"""One answer for everything says nothing on a form of three questions."""


@dataclass(frozen=True)
class Rated:
    """How often people chose the best level: one share per sheet, and what their spread needs.

    n sheets, the sum of their shares (0-1) and of the squares of these.
    """

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def variance_of_mean(self) -> float:
        """Return the variance of the mean; never less than if one sheet more had differed."""
        spread = max(self.squares / self.n - self.mean**2, 0.0)
        return max(spread, 1 / (self.n + 1) ** 2) / max(self.n - 1, 1)

    def __add__(self, other: Rated) -> Rated:
        return Rated(self.n + other.n, self.total + other.total, self.squares + other.squares)

    def __sub__(self, other: Rated) -> Rated:
        return Rated(self.n - other.n, self.total - other.total, self.squares - other.squares)


@dataclass(frozen=True)
class CounterDay:
    """One counter on one day, or several such days added up.

    `n` sheets; `judged` of them answered enough criteria; `timed` of these took a measured
    time, `fast` less than it takes to read; `alike` gave one level to every criterion;
    `identical` is the largest number of judged sheets with the very same answers that are not
    alike. `kiosk`, `phone`, `all`: see Rated.
    """

    n: int = 0
    judged: int = 0
    timed: int = 0
    fast: int = 0
    alike: int = 0
    identical: int = 0
    kiosk: Rated = Rated()
    phone: Rated = Rated()
    all: Rated = Rated()

    def __add__(self, other: CounterDay) -> CounterDay:
        return CounterDay(
            **{
                field.name: getattr(self, field.name) + getattr(other, field.name)
                for field in fields(self)
            }
        )

    def __sub__(self, other: CounterDay) -> CounterDay:
        """Return what is left of a sum without one that is part of it."""
        return CounterDay(
            **{
                field.name: getattr(self, field.name) - getattr(other, field.name)
                for field in fields(self)
            }
        )

    def of_enough(self, threshold: int) -> CounterDay:
        """Return a counter's day with what is known of fewer people's answers left out.

        Nor are channels told apart where that leaves few: all less the kiosk's would show them.
        """

        def enough(n: int) -> bool:
            return n >= threshold

        told = self
        if not enough(self.judged):
            told = replace(told, judged=0, alike=0, identical=0, all=Rated())
        if not enough(self.timed):
            told = replace(told, timed=0, fast=0)
        apart = all(
            not of.n or enough(of.n)
            for of in (self.kiosk, self.phone, self.all - self.kiosk - self.phone)
        )
        return told if apart else replace(told, kiosk=Rated(), phone=Rated())

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> CounterDay:
        rated = {name: Rated(**stored[name]) for name in ("kiosk", "phone", "all")}
        return cls(**{**stored, **rated})


@dataclass(frozen=True)
class Sheets:
    """The sheets of a counter and day, a row each.

    `answers`: (sheets, columns of the edition), the characters as bytes. `bands`: of the time
    taken, 0 for not measured. `kiosk`, `phone`: through which channel each came.
    """

    answers: Codes
    bands: npt.NDArray[np.int64]
    kiosk: npt.NDArray[np.bool_]
    phone: npt.NDArray[np.bool_]


def answers_matrix(answers: Sequence[str]) -> Codes:
    """Return answer strings of one edition as a matrix of characters."""
    width = len(answers[0]) if answers else 0
    return np.frombuffer("".join(answers).encode(), np.uint8).reshape(len(answers), width)


def reading_seconds(edition: Edition) -> float:
    """Return the time below which nobody has read the criteria and tapped an answer to each."""
    syllables = sum(len(question.text["vi"].split()) for question in edition.criteria)
    return syllables / READING_SPEED + TAP_SECONDS * len(edition.criteria)


def fast_bands(edition: Edition, band_ends: Sequence[int]) -> int:
    """Return the last band of time taken that lies below the reading time; 0 for none."""
    return sum(end <= reading_seconds(edition) for end in band_ends)


def tabulate(edition: Edition, sheets: Sheets, *, fast_up_to: int) -> CounterDay:
    """Count what the rules look at.

    Args:
        fast_up_to: see `fast_bands`.
    """
    positions, best = _criteria(edition)
    ratings = sheets.answers[:, positions]
    answered = (ratings >= ord("1")) & (ratings <= ord("9"))
    valid = answered.sum(axis=1)
    judged = valid >= max(1, SHEETS_ENOUGH * len(positions))
    timed = judged & (sheets.bands > 0)
    alike = judged & _alike(ratings, answered) & (len(positions) >= FEWEST_CRITERIA)
    shares = ((ratings == best) & answered).sum(axis=1)[judged] / valid[judged]
    return CounterDay(
        n=len(ratings),
        judged=int(judged.sum()),
        timed=int(timed.sum()),
        fast=int((timed & (sheets.bands <= fast_up_to)).sum()),
        alike=int(alike.sum()),
        identical=_largest_group(sheets.answers[judged & ~alike]),
        kiosk=_rated(shares[sheets.kiosk[judged]]),
        phone=_rated(shares[sheets.phone[judged]]),
        all=_rated(shares),
    )


def _criteria(edition: Edition) -> tuple[list[int], Codes]:
    """Return the columns of the criteria and the code of the best level in each."""
    columns = [edition.columns_of[question.code][0] for question in edition.criteria]
    best = [ord(str(len(column.question.options))) for column in columns]
    return [column.position for column in columns], np.array(best, dtype=np.uint8)


def _alike(ratings: Codes, answered: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    lowest = np.where(answered, ratings, 255).min(axis=1, initial=255)
    highest = np.where(answered, ratings, 0).max(axis=1, initial=0)
    same: npt.NDArray[np.bool_] = lowest == highest
    return same


def _largest_group(answers: Codes) -> int:
    """Return how many rows the most frequent row has; 0 when every row is different."""
    if len(answers) < 2:
        return 0
    largest = int(np.unique(answers, axis=0, return_counts=True)[1].max())
    return largest if largest > 1 else 0


def _rated(shares: npt.NDArray[np.float64]) -> Rated:
    return Rated(len(shares), float(shares.sum()), float((shares**2).sum()))
