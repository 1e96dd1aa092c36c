"""Which counts of released totals are withheld since all agreed. Pure.

"All 12 were dissatisfied with c03" tells of each of them what she said, however many they are.
So a question on which all of few agree is withheld, and others in its company: a factor less
its criteria that are shown must not tell what is withheld, nor a parent less its children. They go
by pairs of neighbours, of criteria and where there are few also of units, so that nobody who knows
this rule can tell which of those withheld is the one all agreed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from results.arithmetic.column_groups import Bools, ColumnGroups, Ints
from surveys.questionnaires.codebook import OPTION_CODES, Edition
from surveys.questionnaires.methods import Method

FEW = 3
"""From how many times the threshold on what all of them say may be told."""

AT_MOST = 4
"""Company needs company itself; two units and two questions usually end it."""


@dataclass(frozen=True)
class Coding:
    """The rule for one edition and method, at one threshold."""

    edition: Edition
    method: Method
    threshold: int

    @cached_property
    def groups(self) -> ColumnGroups:
        return ColumnGroups(self.edition)

    @cached_property
    def numbers(self) -> list[int]:
        """The number in the edition of each question that has counts."""
        known = set(self.groups.questions)
        return [i for i, code in enumerate(self.edition.questions) if code in known]

    @cached_property
    def _sides(self) -> list[tuple[int, NDArray[np.float64]]]:
        """Per question and side: the question's place, and (width,) ones where the side counts.

        The sides of a criterion are satisfied and not, or its levels where points are averaged;
        those of another question its options, of which a sheet may choose several.
        """
        sides: list[tuple[int, NDArray[np.float64]]] = []
        criteria = {question.code for question in self.edition.criteria}
        for place, code in enumerate(self.groups.questions):
            columns = self.edition.columns_of[code]
            question = columns[0].question
            options = range(1, len(question.options) + 1)
            if question.kind == "multiple":
                sides += [
                    (place, self._side(column.offset, [column.codes.index("1")]))
                    for column in columns
                ]
                continue
            satisfied = self.method.satisfied.get(question.scale or "", frozenset())
            parted = [{option} for option in options]
            if code in criteria and self.method.item_rule == "TOP2":
                parted = [set(satisfied), set(options) - satisfied]
            for part in parted:
                codes = [columns[0].codes.index(OPTION_CODES[option - 1]) for option in part]
                sides.append((place, self._side(columns[0].offset, codes)))
        return sides

    def _side(self, offset: int, codes: list[int]) -> NDArray[np.float64]:
        side = np.zeros(self.groups.width)
        side[[1 + offset + code for code in codes]] = 1
        return side

    def withheld(self, totals: Ints, leaves: Bools, places: Sequence[int]) -> Bools:
        """Return the questions withheld of units with the same parent: (units, questions).

        Args:
            totals: (units, width), their figures of the whole campaign.
            leaves: (units,), which have no units below them.
            places: (units,), where each stands among all units below the parent.
        """
        answers, agreed = self._answers_and_agreed(totals)
        hidden = agreed & self._few(answers)
        # Those who did not all agree can keep company: theirs could be more or fewer.
        mixed = ~agreed & (answers > 0)
        pairs = np.array(places, dtype=np.int64)[leaves] // 2
        factors = [criteria - self.groups.factors for criteria in self.groups.criteria]
        for _ in range(AT_MOST):
            before = hidden.copy()
            for criteria in factors:
                hidden[:, criteria] |= _in_company(
                    hidden[:, criteria], mixed[:, criteria], _neighbours(len(criteria))
                )
            hidden[leaves] |= _with_others(
                hidden[leaves].T, mixed[leaves].T, answers[leaves].T, pairs
            ).T
            if np.array_equal(before, hidden):
                break
        # Nothing is shown of what waits either.
        empty: Bools = (answers == 0) & ~self._anything(totals)
        return hidden | empty

    def agreed(self, totals: Ints) -> Bools:
        """Return the questions on which all of few agree: (rows, questions)."""
        answers, agreed = self._answers_and_agreed(totals)
        return agreed & self._few(answers)

    def _answers_and_agreed(self, totals: Ints) -> tuple[Ints, Bools]:
        """Return how many answered each question, and whether all the same: (rows, questions)."""
        answers = self.groups.answers(totals)[:, self.groups.factors :]
        agreed = np.zeros(answers.shape, dtype=np.bool_)
        for place, side in self._sides:
            agreed[:, place] |= np.rint(totals @ side) == answers[:, place]
        return answers, agreed

    def _few(self, answers: Ints) -> Bools:
        few: Bools = (answers > 0) & (answers < FEW * self.threshold)
        return few

    def _anything(self, totals: Ints) -> Bools:
        """Return whether a question has any count: (units, questions)."""
        return self.groups.touched(totals != 0)[:, self.groups.factors :]


def _neighbours(n: int) -> Ints:
    """Return of each of some things in a row which pair it is of; an odd last one joins one."""
    return np.minimum(np.arange(n) // 2, max(0, n // 2 - 1))


def _in_company(hidden: Bools, mixed: Bools, pairs: Ints) -> Bools:
    """Return what is hidden of each row with its company: (rows, things).

    The whole pair of what is hidden: chosen by what was answered, company would say to whom it is
    kept. Where nobody of mixed answers is among them, or one is alone, the pair after.
    """
    if not len(pairs):
        return hidden
    of_pair = pairs[:, None] == np.arange(pairs.max() + 1)
    chosen = hidden @ of_pair
    found: Bools = chosen @ of_pair.T
    alone = hidden.any(axis=1) & (~(found & mixed).any(axis=1) | (found.sum(axis=1) == 1))
    for row in np.flatnonzero(alone):
        first = int(chosen[row].argmax())
        for pair in np.roll(np.arange(pairs.max() + 1), -first - 1)[:-1]:
            found[row] |= of_pair[:, pair]
            if (found[row] & mixed[row]).any() and found[row].sum() > 1:
                break
    return found


def _with_others(hidden: Bools, mixed: Bools, size: Ints, pairs: Ints) -> Bools:
    """Return what is hidden, where it is alone with one more of mixed answers: (rows, things).

    The other of its pair comes first, then one that is hidden in another row, then the smallest.
    """
    alone = hidden.any(axis=1) & ((hidden.sum(axis=1) == 1) | ~(hidden & mixed).any(axis=1))
    beside = hidden @ (pairs[:, None] == pairs)
    most = size.max(initial=0) + 1
    rank = size - most * hidden.any(axis=0) - 2 * most * beside
    rank = np.where(mixed & ~hidden, rank, np.iinfo(np.int64).max)
    found = hidden.copy()
    rows = np.flatnonzero(alone & (mixed & ~hidden).any(axis=1))
    if len(rows):
        found[rows, rank[rows].argmin(axis=1)] = True
    return found
