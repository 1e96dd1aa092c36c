"""Which numbers of a cell belong together when it is decided what may be published. Pure.

A row of numbers is n, then the counts, then the moments of a cell (counting.count_table). Its
groups are the factors of the edition (their moments), then its questions (their counts); n and
the number of sheets with any valid answer belong to no group.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surveys.questionnaires.codebook import OPTION_CODES, Column, Edition

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class ColumnGroups:
    """The groups of an edition: factors first, then questions, in the edition's order."""

    edition: Edition

    @cached_property
    def questions(self) -> tuple[str, ...]:
        return tuple(self.edition.columns_of)

    @property
    def factors(self) -> int:
        return len(self.edition.factors)

    def __len__(self) -> int:
        return self.factors + len(self.questions)

    @cached_property
    def criteria(self) -> tuple[Ints, ...]:
        """Per factor, the groups of its criteria."""
        place = {code: self.factors + i for i, code in enumerate(self.questions)}
        return tuple(
            np.array([place[question.code] for question in factor.criteria])
            for factor in self.edition.factors
        )

    @cached_property
    def of_factors(self) -> Bools:
        """(groups,): a factor, or a criterion of one."""
        among = np.zeros(len(self), dtype=np.bool_)
        among[: self.factors] = True
        for criteria in self.criteria:
            among[criteria] = True
        return among

    @cached_property
    def of_profile(self) -> Bools:
        """(groups,): a question about who answers."""
        sections = [section for section in self.edition.sections if section.kind == "profile"]
        codes = {question.code for section in sections for question in section.questions}
        none = [False] * self.factors
        return np.array([*none, *(code in codes for code in self.questions)], dtype=np.bool_)

    @cached_property
    def width(self) -> int:
        k = 3 * self.factors
        return 1 + self.edition.counts_width + k + k * (k + 1) // 2 + self.factors + 1

    @cached_property
    def _pairs(self) -> tuple[Ints, Ints]:
        """Per number the two groups it is about; `len(self)` stands for none."""
        none = len(self)
        questions = [
            self.factors + place
            for place, code in enumerate(self.questions)
            for column in self.edition.columns_of[code]
            for _ in column.codes
        ]
        z = np.repeat(np.arange(self.factors), 3)
        one, other = np.triu_indices(len(z))
        factors = np.arange(self.factors)
        first = [none, *questions, *z, *z[one], *factors, none]
        second = [none, *questions, *z, *z[other], *factors, none]
        return np.array(first, dtype=np.int64), np.array(second, dtype=np.int64)

    @cached_property
    def _answers(self) -> NDArray[np.float64]:
        """(width, groups): 1 where a number counts sheets that answered the group."""
        matrix = np.zeros((self.width, len(self)))
        for factor in range(self.factors):
            matrix[self.width - 1 - self.factors + factor, factor] = 1
        for place, code in enumerate(self.questions, self.factors):
            column = self.edition.columns_of[code][0]
            for i, written in enumerate(column.codes):
                if written in _chosen(column):
                    matrix[1 + column.offset + i, place] = 1
        return matrix

    def answers(self, numbers: Ints) -> Ints:
        """Return how many sheets answered each group: (rows, groups)."""
        return np.rint(numbers.astype(np.float64) @ self._answers).astype(np.int64)

    def spread(self, groups: Bools) -> Bools:
        """Return which numbers are about such groups only: (rows, groups) → (rows, width)."""
        with_none = np.concatenate([groups, np.ones((len(groups), 1), dtype=np.bool_)], axis=1)
        first, second = self._pairs
        both: Bools = with_none[:, first] & with_none[:, second]
        return both

    def touched(self, numbers: Bools) -> Bools:
        """Return which groups any of some numbers is about: (rows, width) → (rows, groups)."""
        touched: Bools = numbers.astype(np.float64) @ self._members > 0
        return touched

    @cached_property
    def _members(self) -> NDArray[np.float64]:
        """(width, groups): 1 where a number is about a group."""
        matrix = np.zeros((self.width, len(self) + 1))
        for groups in self._pairs:
            matrix[np.arange(self.width), groups] = 1
        return matrix[:, :-1]


def _chosen(column: Column) -> str:
    if column.option is not None:
        return "10"
    return OPTION_CODES[: len(column.question.options)]
