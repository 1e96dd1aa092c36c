"""That all of few agreed is not shown, and cannot be worked out from what is."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np

from results.arithmetic.column_groups import Bools, Ints
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
    hidden = CODING.withheld(np.array(units), LEAVES[: len(units)])
    return [" ".join(np.array(CRITERIA)[row]) for row in hidden]


def test_nothing_is_withheld_where_people_differ() -> None:
    row = unit(a1=(3, 5), a2=(4, 5), a3=(1, 5), b1=(2, 5))

    assert withheld(row, row) == ["", ""]


def test_agreement_of_few_is_withheld_in_company() -> None:
    one = unit(a1=(5, 5), a2=(4, 5), a3=(1, 4), b1=(2, 5))
    other = unit(a1=(3, 6), a2=(4, 6), a3=(1, 5), b1=(2, 6))

    # a3 is the smallest beside it; a neighbour hides the same two.
    assert withheld(one, other) == ["a1 a3", "a1 a3"]


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


def other_worlds(satisfied: Ints, answers: Ints, hidden: Bools) -> Iterator[Ints]:
    """Yield all that the hidden could be, given factors, the parent and what is shown."""
    cells = [tuple(cell) for cell in np.argwhere(hidden)]
    factors = ([0, 1, 2], [3])

    def fits(guess: Ints) -> bool:
        return np.array_equal(guess.sum(axis=0), satisfied.sum(axis=0)) and all(
            np.array_equal(guess[:, f].sum(axis=1), satisfied[:, f].sum(axis=1)) for f in factors
        )

    def filled(guess: Ints, left: list[tuple[int, ...]]) -> Iterator[Ints]:
        if not left:
            if fits(guess):
                yield guess
            return
        unit_number, criterion = left[0]
        for value in range(int(answers[unit_number, criterion]) + 1):
            tried = guess.copy()
            tried[unit_number, criterion] = value
            # What is given away to one must be taken from another.
            yield from filled(tried, left[1:])

    yield from filled(satisfied, cells)


def test_no_agreement_can_be_worked_out_where_company_is_to_be_had() -> None:
    looked_at = 0
    for seed in range(40):
        units = by_chance(seed)
        satisfied, answers = figures(units)
        hidden = CODING.withheld(np.array(units), LEAVES)
        agreed = (satisfied == answers) | (satisfied == 0)
        # The factor of one criterion shows what the criterion does.
        hidden[:, 3] = agreed[:, 3] = False
        company = (hidden & ~agreed).any(axis=1)[:, None] & (hidden & ~agreed).any(axis=0)
        assert hidden[agreed].all()
        if hidden.sum() > 6 or not (agreed & company).any():
            continue
        worlds = list(other_worlds(satisfied, answers, hidden))
        for place in map(tuple, np.argwhere(agreed & company)):
            looked_at += 1
            assert len({int(world[place]) for world in worlds}) > 1, (seed, place)
    assert looked_at > 10


def test_one_withheld_alone_would_be_worked_out() -> None:
    # What the company is for: with the agreed one hidden alone, only one world is left.
    units = [unit(a1=(5, 5), a2=(4, 5), a3=(1, 4), b1=(2, 5))] * 2
    satisfied, answers = figures(units)
    alone = np.zeros((2, 4), dtype=np.bool_)
    alone[0, 0] = True

    assert len(list(other_worlds(satisfied, answers, alone))) == 1
