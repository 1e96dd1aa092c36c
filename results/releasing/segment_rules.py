"""Which answers to a profile question may be told apart, in a province and in the nation. Pure.

The figures of a unit are told apart by the options of a profile question, each by itself where
enough chose it, all others together. The nation adds up what its provinces tell apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from results.arithmetic.column_groups import Bools, ColumnGroups, Ints
from results.releasing.coding import Coding

MOST = 10
"""How many options of one question are told apart at most: all ways to join them are tried."""

OTHERS = 0
"""The place of those who did not say, and of all options not told apart."""


class Parts(NamedTuple):
    """A unit's sheets by profile option.

    `numbers`: (1 + options, width), the first row those who did not say.
    `shown`: (1 + options,), told apart; the first row never is.
    `hidden`: (groups,), not shown of any part.
    """

    numbers: Ints
    shown: Bools
    hidden: Bools

    def told(self, groups: ColumnGroups) -> Ints:
        """Return what is published: (1 + options, width), options not told apart in the first."""
        rows = np.where(self.shown[:, None], self.numbers, 0)
        rows[OTHERS] = self.numbers[~self.shown].sum(axis=0)
        may: Bools = groups.spread(~self.hidden[None])
        return np.where(may, rows, 0)


def told_apart(by_unit: Ints, closed: Bools, groups: ColumnGroups, threshold: int) -> Parts | None:
    """Return how a unit's sheets are told apart; None when they cannot be.

    Args:
        by_unit: (units, 1 + options, width), own sheets of the units below and of itself.
        closed: (groups,), of which the unit's own figures leave something out.
    """
    numbers: Ints = by_unit.sum(axis=0)
    shown = _enough(numbers[:, 0], threshold)
    others = numbers[~shown].sum(axis=0, keepdims=True)
    if np.count_nonzero(shown) + bool(others.any()) < 2:
        return None
    answers = groups.answers(np.concatenate([numbers[shown], others]))
    parts = np.concatenate([by_unit[:, shown], by_unit[:, ~shown].sum(axis=1, keepdims=True)], 1)
    if _nearest(parts[:, :, 0]) < threshold:
        return None
    hidden: Bools = closed | _small(answers, threshold).any(axis=0)
    for group in np.flatnonzero(~hidden):
        nearest = _nearest(np.array([groups.answers(of_unit)[:, group] for of_unit in parts]))
        hidden[group] = nearest < threshold and answers[:, group].any()
    for factor, criteria in enumerate(groups.criteria):
        hidden[criteria] |= hidden[[factor, *criteria]].any()
    return Parts(numbers, shown, hidden)


def _nearest(sizes: Ints) -> int:
    """Return by how many people some parts differ from some units, at the least.

    Who chose an option, less the units in which most did, is about those who chose it elsewhere
    and those who did not there: of each unit the fewer of the two.

    Args:
        sizes: (units, parts).
    """
    of_unit = sizes.sum(axis=1)
    sizes = sizes[:, sizes.any(axis=0)]
    parts = sizes.shape[1]
    if parts < 2:
        # A part that is all of them says no more than the units do.
        return int(of_unit.sum())
    # Each way to make two of the parts; the last is always on the other side.
    ways = np.arange(1, 1 << (parts - 1))[:, None] >> np.arange(parts) & 1
    some = ways @ sizes.T
    return int(np.minimum(some, of_unit - some).sum(axis=1).min())


def without_agreement(parts: Parts, coding: Coding) -> Parts:
    """Return the parts less the questions on which all of a small part agree."""
    return parts._replace(hidden=parts.hidden | agreed_upon(parts.told(coding.groups), coding))


def agreed_upon(rows: Ints, coding: Coding) -> Bools:
    """Return what is hidden of all parts since all of a small one agree: (groups,).

    With a criterion go all of its factor, with another question all others, so that nobody
    learns on which of them it was.

    Args:
        rows: (parts, width), as they would be published.
    """
    groups = coding.groups
    hidden = np.zeros(len(groups), dtype=np.bool_)
    hidden[groups.factors :] = coding.agreed(rows).any(axis=0)
    for family in (*groups.criteria, np.flatnonzero(~groups.of_factors)):
        hidden[family] |= hidden[family].any()
    return hidden


def told_above(total: Ints, below: Sequence[Parts], groups: ColumnGroups) -> Ints | None:
    """Return what is published of a unit above others: the sums of what is told apart there.

    It says nothing that its parts and its own figures do not say already.

    Args:
        total: (width,), the unit's own figures.

    Returns:
        (1 + options, width), in the first row all who are told apart nowhere; None without any.
    """
    if not below:
        return None
    rows: Ints = np.sum([part.told(groups) for part in below], axis=0)
    rows[OTHERS] = 0
    rows[OTHERS] = total - rows.sum(axis=0)
    return rows


def _enough(sizes: Ints, threshold: int) -> Bools:
    """Return which options are told apart so that the others are enough too, or nobody."""
    shown: Bools = sizes >= threshold
    shown[OTHERS] = False
    while shown.any() and (
        shown.sum() > MOST or _small(sizes[~shown].sum(keepdims=True), threshold)[0]
    ):
        shown[np.where(shown, sizes, np.iinfo(np.int64).max).argmin()] = False
    return shown


def _small(n: Ints, threshold: int) -> Bools:
    few: Bools = (n > 0) & (n < threshold)
    return few
