"""That all of few agreed is not shown, and cannot be worked out from what is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from results.arithmetic.coded_shares import Coded, coded_share
from results.arithmetic.column_groups import Bools, Ints
from results.arithmetic.indices import Moments
from results.reading.coded_criteria import coded_criteria
from results.releasing.coding import Coding
from results.releasing.disclosure import Rules
from tests.results.released_world import Sheet, World
from tests.results.small_stories import CRITERIA, EDITION, METHOD, PATHS

THRESHOLD = 3
CODING = Coding(EDITION, METHOD, THRESHOLD)
WORLD = World(EDITION, METHOD, PATHS, (1, 2), Rules(THRESHOLD))
LEAVES = np.array([True, True, True])


def unit(**satisfied: tuple[int, int]) -> Ints:
    """Return the numbers of a unit: by criterion, how many of how many were satisfied."""
    sheets = []
    for number in range(max(n for _, n in satisfied.values())):
        values: dict[str, object] = {
            code: 5 if number < yes else 2 for code, (yes, n) in satisfied.items() if number < n
        }
        sheets.append(Sheet(4, 202611, 1, values))
    return WORLD.numbers(sheets)


def withheld(*units: Ints) -> list[str]:
    """Return which criteria are withheld of each unit, as one word a unit."""
    hidden = CODING.withheld(np.array(units), LEAVES[: len(units)], range(len(units)))
    return [" ".join(np.array(CRITERIA)[row]) for row in hidden]


def test_nothing_is_withheld_where_people_differ() -> None:
    row = unit(a1=(3, 5), a2=(4, 5), a3=(1, 5), b1=(2, 5))

    assert withheld(row, row) == ["", ""]


def test_agreement_of_few_is_withheld_in_company() -> None:
    one = unit(a1=(5, 5), a2=(4, 5), a3=(1, 4), b1=(2, 5))
    other = unit(a1=(3, 6), a2=(4, 6), a3=(1, 5), b1=(2, 6))

    # Three criteria go together; a neighbour hides the same.
    assert withheld(one, other) == ["a1 a2 a3", "a1 a2 a3"]
    assert withheld(other, one) == ["a1 a2 a3", "a1 a2 a3"]


def test_units_with_others_below_them_keep_each_other_no_company() -> None:
    one = unit(a1=(5, 5), a2=(4, 5), a3=(1, 4), b1=(2, 5))
    other = unit(a1=(3, 6), a2=(4, 6), a3=(1, 5), b1=(2, 6))

    hidden = CODING.withheld(np.array([one, other]), ~LEAVES[:2], range(2))

    assert hidden.sum(axis=1).tolist() == [3, 0]


def test_agreement_of_many_is_shown() -> None:
    row = unit(a1=(9, 9), a2=(4, 9), a3=(1, 9), b1=(2, 9))

    assert withheld(row, row) == ["", ""]


def test_what_nobody_could_answer_yet_is_not_shown_as_zero() -> None:
    row = unit(a1=(3, 5), a2=(4, 5), a3=(1, 5), b1=(2, 5))
    waiting = WORLD.groups.spread(~np.eye(6, dtype=np.bool_)[[2]])[0]

    assert withheld(np.where(waiting, row, 0)) == ["a1"]


def by_chance(seed: int) -> list[Ints]:
    chance = random.Random(seed)  # noqa: S311 - a made-up world

    def share() -> tuple[int, int]:
        n = chance.randint(3, 5)
        return chance.choice([n, *(chance.randint(1, n - 1) for _ in range(4))]), n

    return [unit(**{code: share() for code in CRITERIA}) for _ in range(3)]


def figures(units: list[Ints]) -> tuple[Ints, Ints]:
    """Return satisfied and all answers: (units, criteria)."""
    numbers = np.array(units)
    columns = [EDITION.columns_of[code][0].offset + 1 for code in CRITERIA]
    levels = np.array([numbers[:, at : at + 5] for at in columns])
    return levels[:, :, 3:].sum(axis=2).T, levels.sum(axis=2).T


def other_worlds(
    satisfied: Ints, answers: Ints, hidden: Bools, *, parent: bool = True
) -> Iterator[Ints]:
    """Yield all that the hidden could be, given factors, the parent and what is shown."""

    def of_unit(yes: Ints, n: Ints, cells: Bools) -> list[list[int]]:
        ranges = [range(n[i] + 1) if cells[i] else [yes[i]] for i in range(len(CRITERIA))]
        # What is given away to one must be taken from another.
        return [
            list(guess)
            for guess in product(*ranges)
            if sum(guess[:3]) == yes[:3].sum() and guess[3] == yes[3]
        ]

    of_units = [of_unit(*row) for row in zip(satisfied, answers, hidden, strict=True)]
    for rows in product(*of_units):
        world = np.array(rows)
        if not parent or np.array_equal(world.sum(axis=0), satisfied.sum(axis=0)):
            yield world


def with_satisfied(row: Ints, satisfied: Ints) -> Ints:
    """Return a unit's numbers if so many were satisfied with each criterion, factors the same."""
    row = row.copy()
    for code, yes in zip(CRITERIA, satisfied.tolist(), strict=True):
        at = EDITION.columns_of[code][0].offset + 1
        row[at : at + 5] = [0, row[at : at + 5].sum() - yes, 0, 0, yes]
    return row


def test_no_agreement_can_be_worked_out_where_company_is_to_be_had() -> None:
    # Not even by who knows the rule by which company is chosen: in another world of the same
    # figures the same would be withheld.
    looked_at, worked_out = 0, 0
    for seed in range(40):
        units = by_chance(seed)
        satisfied, answers = figures(units)
        hidden = CODING.withheld(np.array(units), LEAVES, range(3))
        agreed = (satisfied == answers) | (satisfied == 0)
        assert hidden[agreed].all()
        # The factor of one criterion shows what the criterion does.
        open_ones = hidden.copy()
        open_ones[:, 3] = agreed[:, 3] = False
        company = (open_ones & ~agreed).any(axis=1)[:, None] & (open_ones & ~agreed).any(axis=0)
        for place in map(tuple, np.argwhere(agreed & company)):
            looked_at += 1
            worked_out += not any(
                np.array_equal(CODING.withheld(made_up(units, world), LEAVES, range(3)), hidden)
                for world in other_worlds(satisfied, answers, open_ones)
                if world[place] != satisfied[place]
            )
    # Of three to five answers each, hardly any other numbers may be left.
    assert looked_at > 50
    assert worked_out < looked_at / 10


def made_up(units: list[Ints], world: Ints) -> Ints:
    rows = zip(units, world, strict=True)
    return np.array([with_satisfied(row, satisfied) for row, satisfied in rows])


@pytest.mark.parametrize(
    ("answers", "satisfied", "criteria", "people", "told"),
    [
        # Of two criteria that all five answered one answer is "dissatisfied": 4 of 5 at least.
        (10, 9, 2, 5, Coded(80, None)),
        # Eight answered one of them at least: 1 of 3 may be dissatisfied.
        (8, 7, 2, 5, Coded(66, None)),
        (10, 1, 2, 5, Coded(None, 20)),
        (10, 5, 2, 5, None),
        # Nearer to the ends nothing is told, though the sum says it: of one alone, or of all.
        (10, 10, 2, 5, Coded(90, None)),
        (30, 29, 1, 30, Coded(90, None)),
        (10, 0, 2, 5, Coded(None, 10)),
        # Too few may have answered one of them.
        (7, 7, 2, 5, None),
        (0, 0, 1, 5, None),
    ],
)
def test_a_share_withheld_is_told_as_far_as_the_factor_tells_it(
    answers: int, satisfied: int, criteria: int, people: int, told: Coded | None
) -> None:
    assert coded_share(answers, satisfied, criteria=criteria, people=people) == told


def coded(row: Ints, hidden: Bools) -> Coded | None:
    """Return what is told of the criteria of the first factor that a unit withholds."""
    end = 1 + EDITION.counts_width
    return coded_criteria(
        *(EDITION.factors[0], EDITION, METHOD),
        counts=row[1:end].tolist(),
        moments=Moments.from_array(row[end:].tolist(), factors=2),
        sheets=int(row[0]),
        hidden={code for code, is_hidden in zip(CRITERIA, hidden, strict=True) if is_hidden},
    )


def test_what_is_told_of_withheld_shares_holds_in_every_world_they_could_be_of() -> None:
    looked_at = 0
    for seed in range(40):
        units = by_chance(seed)
        satisfied, answers = figures(units)
        hidden = CODING.withheld(np.array(units), LEAVES, range(3))
        for number, row in enumerate(units):
            told = coded(row, hidden[number])
            if told is None:
                continue
            looked_at += 1
            alone = np.zeros_like(hidden)
            alone[number, :3] = hidden[number, :3]
            for world in other_worlds(satisfied, answers, alone, parent=False):
                # The same is told, whichever it is, and it is true of each.
                assert coded(with_satisfied(row, world[number]), hidden[number]) == told
                shares = 100 * world[number, :3] / answers[number, :3]
                assert (shares[hidden[number, :3]] >= (told.at_least or 0)).all()
                assert (shares[hidden[number, :3]] <= (told.at_most or 100)).all()
    assert looked_at >= 3


def test_one_withheld_alone_would_be_worked_out() -> None:
    # What the company is for: with the agreed one hidden alone, only one world is left.
    units = [unit(a1=(5, 5), a2=(4, 5), a3=(1, 4), b1=(2, 5))] * 2
    satisfied, answers = figures(units)
    alone = np.zeros((2, 4), dtype=np.bool_)
    alone[0, 0] = True

    assert len(list(other_worlds(satisfied, answers, alone))) == 1
