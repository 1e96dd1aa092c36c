"""Which published sheets that were set aside since may leave the figures of their unit. Pure.

Whatever a release changes is about `threshold` people who were in no release before, or nobody
could say whom it is about. Who is set aside, or taken back, changes nothing by himself.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from results.arithmetic.column_groups import Bools, ColumnGroups, Ints
from results.releasing.disclosure import Rules


class Leaving(NamedTuple):
    """What a family of a unit stands at when sheets it published may leave its figures.

    `moved`: (width,), those set aside since, less those taken back.
    `entered`: (width,), sheets taken in for the first time in this release, with these.
    `missing`: (width,), what was taken in of the family and is not in its own figures.
    `some_back`: sheets may be among those moved that were taken back.
    """

    moved: Ints
    entered: Ints
    missing: Ints
    some_back: bool


def leaving(of: Leaving, groups: ColumnGroups, rules: Rules) -> Bools:
    """Return which numbers of the sheets moved leave now: (width,).

    Alone they would show who stays: a block less most of it is about a few. So they leave
    with new answers of at least `threshold` people, and what changes is about those as well.
    """
    if not rules.set_aside_with_new:
        return np.ones(of.moved.shape, dtype=np.bool_)
    return _letting(of, groups.answers(of.entered[None])[0] < rules.threshold, groups)


def leaving_alone(
    blocks: Ints, moved: Ints, of: Leaving, groups: ColumnGroups, rules: Rules
) -> Bools:
    """Return which numbers of the sheets moved may leave without new ones: (width,).

    That is known only of sheets that were published in a single release, for then their
    blocks are: who is left of each, or leaves it, must come to `threshold` people.

    Args:
        blocks: (blocks, width), as they were published.
        moved: (blocks, width), what would leave each.
    """
    all_of, out_of = groups.answers(blocks), groups.answers(moved)
    fewest = np.minimum(out_of, all_of - out_of).sum(axis=0)
    sheets = np.minimum(moved[:, 0], blocks[:, 0] - moved[:, 0]).sum()
    if sheets < rules.threshold:
        return np.zeros(of.moved.shape, dtype=np.bool_)
    return _letting(of, fewest < rules.threshold, groups)


def _letting(of: Leaving, few: Bools, groups: ColumnGroups) -> Bools:
    """Return which numbers leave where answers to some groups are too few: (width,).

    Nothing here may depend on what was answered, only on who answered: what stays and what
    goes is seen.
    """
    missing = groups.answers(of.missing[None])[0] != 0
    stays = (few | missing) & ((groups.answers(of.moved[None])[0] != 0) | of.some_back)
    for factor, criteria in enumerate(groups.criteria):
        # Left behind, criteria would show what left of their factor.
        whole = [factor, *criteria]
        stays[whole] |= stays[whole].any()
    may: Bools = groups.spread(~stays[None])[0]
    # No factor may have more sheets than the unit.
    may[[0, -1]] = not stays[: groups.factors].any() and of.missing[0] == 0
    return may
