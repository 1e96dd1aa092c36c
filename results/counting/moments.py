"""Counts and moments of answer strings, by NumPy: what cells hold. No database, no Django.

Counts are laid out by the edition: per column one integer per code (editions.Column).

Moments say how answers of one person go together, so that every ratio has its variance. Per
sheet the vector z = (M_1, K_1, P_1, M_2, K_2, P_2, …) over the F factors:

    M_f  valid answers (an option was chosen)
    K_f  satisfied answers (levels the method names)
    P_f  points, as the sum of (points - min) · D / (max - min), D the common denominator of
         all rating scales of the factors

With k = 3F the array of moments is, all integers and additive:

    Σz                                k
    Σzzᵀ, upper triangle by rows      k(k + 1) / 2
    sheets with M_f > 0               F
    sheets with any M_f > 0           1
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from surveys.questionnaires.editions import OPTION_CODES, Edition, Question
from surveys.questionnaires.methods import Method

Ints = NDArray[np.int64]

# Points of one factor on one sheet, M and K beside them, in one number: three fields of 21
# bits, so that one look-up and one sum give all three.
_FIELD = 21
_MASK = (1 << _FIELD) - 1


def _span(question: Question) -> int:
    points = [option.points or 0 for option in question.options]
    return max(points) - min(points)


@dataclass(frozen=True)
class Tabulator:
    """Counts sheets of one edition by one method."""

    edition: Edition
    method: Method

    @property
    def counts_width(self) -> int:
        return self.edition.counts_width

    @property
    def moments_width(self) -> int:
        factors = len(self.edition.factors)
        k = 3 * factors
        return k + k * (k + 1) // 2 + factors + 1

    @cached_property
    def _places(self) -> NDArray[np.intp]:
        """Where a character of a column is counted: (columns, 256) → index into the counts."""
        places = np.full((len(self.edition.columns), 256), -1, dtype=np.intp)
        for column in self.edition.columns:
            for index, code in enumerate(column.codes):
                places[column.position, ord(code)] = index
        return places

    @cached_property
    def _factor_columns(self) -> list[tuple[Ints, Ints]]:
        """Per factor: the positions of its rating columns, and (columns, 256) packed M, K, P."""
        denominator = self.edition.common_denominator
        factors = []
        for section in self.edition.factors:
            positions, tables = [], []
            for question in section.questions:
                if question.kind != "rating":
                    continue
                positions.append(self.edition.columns_of[question.code][0].position)
                tables.append(self._packed(question, denominator))
            factors.append((np.array(positions), np.array(tables).reshape(-1, 256)))
        return factors

    def _packed(self, question: Question, denominator: int) -> Ints:
        table = np.zeros(256, dtype=np.int64)
        satisfied = self.method.satisfied.get(question.scale or "", frozenset())
        lowest = min(option.points or 0 for option in question.options)
        for position, option in enumerate(question.options, start=1):
            points = ((option.points or 0) - lowest) * denominator // _span(question)
            table[ord(OPTION_CODES[position - 1])] = (
                1 | (position in satisfied) << _FIELD | points << 2 * _FIELD
            )
        return table

    def counts(self, sheets: NDArray[np.uint8], cells: NDArray[np.intp], n_cells: int) -> Ints:
        """Return how often each code stands in each column, per cell.

        Args:
            sheets: (sheets, columns) characters of the answer strings.
            cells: (sheets,) index of the cell of each sheet, from 0.
            n_cells: how many cells there are.

        Returns:
            (n_cells, counts_width).

        Raises:
            ValueError: a character that its column does not know.
        """
        result = np.zeros((n_cells, self.counts_width), dtype=np.int64)
        for column in self.edition.columns:
            width = len(column.codes)
            places = self._places[column.position].take(sheets[:, column.position])
            if places.size and places.min() < 0:
                raise ValueError(f"an unknown character in column {column.position}")
            counted = np.bincount(cells * width + places, minlength=n_cells * width)
            result[:, column.offset : column.offset + width] = counted.reshape(n_cells, width)
        return result

    def moments(self, sheets: NDArray[np.uint8], sizes: NDArray[np.intp]) -> Ints:
        """Return the moments of cells whose sheets stand one cell after the other.

        Args:
            sheets: (sheets, columns) characters.
            sizes: (cells,) how many sheets each cell has, none of them 0.

        Returns:
            (cells, moments_width).
        """
        z = self._vectors(sheets)
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.intp)
        products = np.empty((len(sizes), z.shape[1], z.shape[1]))
        # Floats of whole numbers below 2^53 add up exactly, and BLAS multiplies them.
        for cell, (start, size) in enumerate(zip(starts, sizes, strict=True)):
            block = z[start : start + size]
            np.matmul(block.T, block, out=products[cell])
        answered = z[:, 0::3] > 0
        parts = (
            np.add.reduceat(z, starts, axis=0),
            products[:, *np.triu_indices(z.shape[1])],
            np.add.reduceat(answered, starts, axis=0, dtype=np.int64),
            np.add.reduceat(answered.any(axis=1), starts, dtype=np.int64)[:, None],
        )
        return np.concatenate([part.astype(np.int64) for part in parts], axis=1)

    def _vectors(self, sheets: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return z of every sheet: (sheets, 3 · factors)."""
        z = np.empty((len(sheets), 3 * len(self._factor_columns)))
        for index, (positions, tables) in enumerate(self._factor_columns):
            packed = np.zeros(len(sheets), dtype=np.int64)
            for position, table in zip(positions, tables, strict=True):
                packed += table.take(sheets[:, position])
            z[:, 3 * index] = packed & _MASK
            z[:, 3 * index + 1] = packed >> _FIELD & _MASK
            z[:, 3 * index + 2] = packed >> 2 * _FIELD
        return z
