"""The rules of disclosure by themselves: blocks, what waits, what leaves, what is pooled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.arithmetic.column_groups import ColumnGroups, Ints
from results.releasing.blocks import Label, blocks_of, join
from results.releasing.disclosure import Pool, Rules, pools, showing, take
from results.releasing.leaving_rules import Leaving, leaving, leaving_alone
from results.releasing.released_rows import SliceKey
from tests.results.attack import Round
from tests.results.released_world import Sheet, World
from tests.results.small_stories import (
    EDITION,
    METHOD,
    PATHS,
    THRESHOLD,
    by_chance,
    sheet,
    story,
)

GROUPS = ColumnGroups(EDITION)
RULES = Rules(4)
WORLD = World(EDITION, METHOD, PATHS, (1, 2), RULES)

OCT_KIOSK, OCT_PHONE = Label(202610, 1), Label(202610, 2)
NOV_KIOSK, NOV_PHONE = Label(202611, 1), Label(202611, 2)


def numbers(*sheets: Sheet) -> Ints:
    return WORLD.numbers(list(sheets))


def answered(row: Ints) -> dict[str, int]:
    """Return how many answered each factor and criterion in a row of numbers."""
    found = GROUPS.answers(row[None])[0].tolist()
    return dict(zip(["A", "B", *GROUPS.questions], found, strict=True))


@pytest.mark.parametrize(
    ("cells", "blocks"),
    [
        # One cell is told apart as soon as it is enough.
        ({NOV_KIOSK: 4}, [(NOV_KIOSK, 4)]),
        # Two are when both have twice as many, or the rest still has enough.
        ({NOV_KIOSK: 8, OCT_KIOSK: 8}, [(NOV_KIOSK, 8), (OCT_KIOSK, 8)]),
        ({NOV_KIOSK: 9, OCT_KIOSK: 4}, [(NOV_KIOSK, 9), (OCT_KIOSK, 4)]),
        ({NOV_KIOSK: 5, OCT_KIOSK: 5}, [(Label(0, 1), 10)]),
        ({NOV_KIOSK: 5, NOV_PHONE: 5}, [(Label(202611, 0), 10)]),
        ({NOV_KIOSK: 3, OCT_PHONE: 3}, [(Label(0, 0), 6)]),
        # What is too few goes where its label costs least.
        ({NOV_KIOSK: 8, OCT_KIOSK: 9, NOV_PHONE: 1}, [(OCT_KIOSK, 9), (Label(202611, 0), 9)]),
        ({NOV_KIOSK: 8, OCT_PHONE: 1}, [(Label(0, 0), 9)]),
        ({NOV_KIOSK: 8, OCT_PHONE: 0}, [(NOV_KIOSK, 8)]),
    ],
)
def test_blocks_are_labelled_as_finely_as_may_be(
    cells: dict[Label, int], blocks: list[tuple[Label, int]]
) -> None:
    labels, sizes = list(cells), list(cells.values())

    made = blocks_of(labels, sizes, 4)

    assert [(block.label, sum(sizes[i] for i in block.cells)) for block in made] == blocks


sizes_of_cells = st.dictionaries(
    st.sampled_from([Label(m, c) for m in (202610, 202611, 202612) for c in (1, 2, 3)]),
    st.integers(0, 30),
    min_size=1,
).filter(lambda cells: sum(cells.values()) >= 4)


@given(cells=sizes_of_cells)
def test_every_sheet_is_in_one_block_of_enough(cells: dict[Label, int]) -> None:
    labels, sizes = list(cells), list(cells.values())

    made = blocks_of(labels, sizes, 4)

    placed = sorted(i for block in made for i in block.cells)
    assert placed == [i for i, size in enumerate(sizes) if size]
    for block in made:
        assert sum(sizes[i] for i in block.cells) >= 4
        assert block.label == join(labels[i] for i in block.cells)


def test_groups_count_who_answered() -> None:
    row = numbers(sheet(4), sheet(4, "a1", "a3"), sheet(4, "b1"))

    assert row[0] == 3
    assert answered(row) == {"A": 2, "B": 2, "a1": 2, "a2": 1, "a3": 2, "b1": 2}


def taken(*new: list[Sheet], waited: Ints | None = None) -> tuple[Ints, Ints]:
    """Return what one unit publishes of blocks of sheets, and what waits; of all blocks."""
    rows = np.array([numbers(*sheets) for sheets in new])
    before = np.zeros_like(rows)
    if waited is not None:
        before[0] = waited
    unit_of = np.zeros(len(rows), dtype=np.intp)
    found = take(rows, before, unit_of, GROUPS, RULES)
    published = found.blocks.sum(axis=0) + found.mixed.sum(axis=0)
    assert np.array_equal(published + found.waiting.sum(axis=0), (rows + before).sum(axis=0))
    return published, found.waiting.sum(axis=0)


def test_a_question_few_answered_waits_with_another_of_its_factor() -> None:
    published, waits = taken([*(sheet(4, "a1", "a2", "b1") for _ in range(3)), sheet(4), sheet(4)])

    assert answered(published) == {"A": 5, "B": 5, "a1": 0, "a2": 5, "a3": 0, "b1": 5}
    assert answered(waits) == {"A": 0, "B": 0, "a1": 5, "a2": 0, "a3": 2, "b1": 0}


def test_what_waited_is_published_with_enough_new_answers() -> None:
    _, waits = taken([*(sheet(4, "a1", "a2", "b1") for _ in range(3)), sheet(4), sheet(4)])

    published, left = taken([sheet(4) for _ in range(4)], waited=waits)

    assert answered(published) == {"A": 4, "B": 4, "a1": 9, "a2": 4, "a3": 6, "b1": 4}
    assert not left.any()


def test_what_waited_stays_where_the_new_among_it_are_few() -> None:
    # Published with these, a1 and a3 less what they held back before would show two sheets.
    _, waits = taken([*(sheet(4, "a1", "a2", "b1") for _ in range(3)), sheet(4), sheet(4)])

    new = [*(sheet(4, "a2", "b1") for _ in range(4)), sheet(4), sheet(4)]
    published, left = taken(new, waited=waits)

    assert answered(published)["a1"] == answered(published)["a3"] == 0
    assert answered(left)["a3"] == 4


def test_criteria_wait_with_their_factor() -> None:
    published, waits = taken([*(sheet(4, "b1") for _ in range(4)), sheet(4), sheet(4)])

    assert published[0] == 6
    assert answered(published) == {"A": 0, "B": 6, "a1": 0, "a2": 0, "a3": 0, "b1": 6}
    assert answered(waits)["A"] == 2


def test_products_of_a_waiting_factor_wait_too() -> None:
    published, waits = taken([*(sheet(4, "b1") for _ in range(4)), sheet(4), sheet(4)])
    later, left = taken([sheet(4) for _ in range(4)], waited=waits)

    together = published + later
    assert not left.any()
    assert np.array_equal(
        together, numbers(*(sheet(4, "b1") for _ in range(4)), *(sheet(4) for _ in range(6)))
    )


def standing(
    moved: Ints, entered: Ints, *, missing: Ints | None = None, back: bool = False
) -> Leaving:
    nothing = np.zeros(GROUPS.width, dtype=np.int64)
    return Leaving(moved, entered, nothing if missing is None else missing, back)


def all_of(n: int) -> Ints:
    return numbers(*(sheet(4) for _ in range(n)))


@pytest.mark.parametrize(("moved", "entered", "leaves"), [(1, 4, True), (9, 3, False)])
def test_sheets_set_aside_leave_with_enough_new_ones(
    moved: int, entered: int, *, leaves: bool
) -> None:
    may = leaving(standing(all_of(moved), all_of(entered)), GROUPS, RULES)

    assert may.all() == leaves


def test_answers_leave_with_all_criteria_of_their_factor_or_stay() -> None:
    moved = all_of(2)
    entered = numbers(*(sheet(4, "a1", "a2", "b1") for _ in range(4)))

    left = np.where(leaving(standing(moved, entered), GROUPS, RULES), moved, 0)

    assert answered(left) == {"A": 0, "B": 2, "a1": 0, "a2": 0, "a3": 0, "b1": 2}
    # Nor the sheets themselves, or the factor would have more than the unit.
    assert left[0] == 0


def test_nothing_leaves_of_a_factor_that_waits() -> None:
    of = standing(all_of(2), all_of(8), missing=numbers(sheet(4, "a1")))

    assert answered(np.where(leaving(of, GROUPS, RULES), all_of(2), 0))["A"] == 0


def test_as_many_may_have_come_back_as_went() -> None:
    # No number says that anybody moved, and a few new answers show who.
    of = standing(all_of(0), all_of(3), back=True)

    assert not leaving(of, GROUPS, RULES).any(where=GROUPS.spread(GROUPS.of_factors[None])[0])


@pytest.mark.parametrize(
    ("blocks", "moved", "leaves"),
    [
        ([12], [4], True),
        ([12], [8], True),
        ([12], [3], False),
        # Three would be left of the block, in plain sight of whoever kept the first release.
        ([12], [9], False),
        ([12, 12], [10, 2], True),
        ([12, 12], [12, 2], False),
        ([12, 12], [12, 4], True),
    ],
)
def test_sheets_of_one_release_leave_alone_where_enough_stay_of_each_block(
    blocks: list[int], moved: list[int], *, leaves: bool
) -> None:
    of_blocks, out = (np.array([all_of(n) for n in sizes]) for sizes in (blocks, moved))

    may = leaving_alone(of_blocks, out, standing(all_of(sum(moved)), all_of(0)), GROUPS, RULES)

    assert may.all() == leaves


def test_sheets_set_aside_show_when_enough() -> None:
    few, enough = numbers(sheet(4)), numbers(*(sheet(4) for _ in range(4)))

    assert not showing(few[None], GROUPS, RULES).any()
    assert showing(enough[None], GROUPS, RULES).all()


def test_rests_are_pooled_at_the_lowest_unit_where_they_are_enough() -> None:
    units = [2, 4, 5, 6]

    def pooled(*sizes: int) -> list[Pool]:
        return list(pools(np.array(sizes), units, PATHS, RULES))

    assert pooled(0, 2, 2, 3) == [Pool(2, [1, 2])]
    assert pooled(1, 2, 1, 3) == [Pool(2, [0, 1, 2])]
    assert pooled(0, 2, 1, 3) == [Pool(1, [1, 2, 3])]
    assert pooled(0, 2, 1, 0) == []


def test_a_late_sheet_counts_in_its_own_month() -> None:
    told = story(
        Round([sheet(4, month=202610) for _ in range(8)]),
        Round([sheet(4, month=202610), *(sheet(4) for _ in range(8))]),
    )
    world = World(EDITION, METHOD, PATHS, (1, 2), RULES)
    for step in told.rounds:
        world.sheets += step.sheets
        world.release()

    # One late sheet of October is shown with November's, as of several months.
    shown = {(unit, *key): int(row[0]) for (unit, key), row in world.totals().items()}
    assert shown[4, 0, 0, 0] == 17
    assert shown[4, 202610, 0, 0] == 8
    assert (4, 202611, 0, 0) not in shown


WHOLE = SliceKey(0, 0, 0)
Published = Mapping[tuple[int, SliceKey], Ints]
Differences = Mapping[tuple[object, ...], Ints]


def complements(totals: Published) -> Differences:
    """Return what is published, and all that is left of it without one part of it.

    A part of a unit's figures is a month or channel of its headline; of a unit above, the unit.
    """
    found: dict[tuple[object, ...], Ints] = dict(totals.items())
    for (unit, part), numbers in totals.items():
        for above in [unit, *PATHS[unit][:-1]]:
            for whole in {part, WHOLE} if part.channel in {0, 1, 2} else {part}:
                if (above, whole) in totals and (above, whole) != (unit, part):
                    key = above, unit, whole, part
                    found[key] = totals[above, whole] - numbers
    return found


def few_in_what_changed(rules: Rules, seed: int) -> list[int]:
    """Return the changes of fewer than the threshold, of all that is published and what it leaves.

    In sheets, and in answers to every factor and criterion; nobody is set aside.
    """
    told = by_chance(seed)
    world = World(EDITION, METHOD, PATHS, told.headline, rules)
    before: Differences = {}
    found: list[int] = []
    for step in told.rounds:
        world.sheets += step.sheets
        world.release(closed=step.closed)
        now = complements(world.totals())
        for key, numbers in now.items():
            change = numbers - before.get(key, 0)
            sizes = [int(change[0]), *GROUPS.answers(change[None])[0].tolist()]
            found += [n for n in sizes if 0 < abs(n) < THRESHOLD]
        before = now
    return found


def test_every_slice_and_its_complement_change_by_enough_people_or_not_at_all() -> None:
    # Unit by month and by channel, criterion by criterion, and what is left of the whole without.
    seeds = range(12)

    assert [seed for seed in seeds if few_in_what_changed(RULES, seed)] == []
    for off in ("in_batches", "in_slices", "by_question", "in_pools"):
        careless = replace(RULES, **{off: False})
        assert any(few_in_what_changed(careless, seed) for seed in seeds), off
