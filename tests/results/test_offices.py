"""Exported sheets name a unit only with all of its sheets, each of them in a crowd."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from results.bundles.offices import Who, named_units

TOP = 2
# Two districts under a province, each with communes; the nation is 1.
PATHS = {
    2: [1, 2],
    **{district: [1, 2, district] for district in (3, 4)},
    **{commune: [1, 2, 3 + commune % 2, commune] for commune in range(10, 16)},
}
whos = st.sampled_from([("202611", "kiosk"), ("202612", "kiosk"), ("", "")])
sheets = st.lists(st.tuples(st.sampled_from(sorted(PATHS)), whos), max_size=60)


@given(sheets=sheets, threshold=st.integers(2, 5))
def test_whoever_is_named_with_a_unit_stands_in_a_crowd(
    sheets: list[tuple[int, tuple[str, ...]]], threshold: int
) -> None:
    # What is published already stands in crowds in the province.
    enough = {who for who, n in Counter(who for _unit, who in sheets).items() if n >= threshold}
    sheets = [(unit, who) for unit, who in sheets if who in enough]
    crowds: dict[int, Counter[Who]] = {}
    for unit, who in sheets:
        crowds.setdefault(unit, Counter())[who] += 1

    names = named_units(crowds, PATHS, TOP, threshold)

    # One name for each unit: with all of its sheets or with none; itself or one above.
    assert names.keys() == crowds.keys()
    assert all(name in PATHS[unit] for unit, name in names.items())
    together = Counter((names[unit], who) for unit, who in sheets)
    assert all(n >= threshold for n in together.values())


def test_a_unit_whose_sheets_differ_goes_to_the_unit_above() -> None:
    one, other = ("202611",), ("202612",)
    crowds: dict[int, Counter[Who]] = {
        11: Counter({one: 5}),
        13: Counter({one: 3, other: 2}),
        15: Counter({one: 2, other: 3}),
        10: Counter({one: 3}),
        2: Counter({other: 4}),
    }

    assert named_units(crowds, PATHS, TOP, 3) == {11: 11, 13: 4, 15: 4, 10: 10, 2: 2}


def test_few_left_at_the_top_are_joined_by_the_smallest_unit() -> None:
    crowds: dict[int, Counter[Who]] = {
        10: Counter({("",): 4}),
        11: Counter({("",): 9}),
        2: Counter({("",): 1}),
    }

    assert named_units(crowds, PATHS, TOP, 3) == {10: 2, 11: 11, 2: 2}


def test_a_unit_that_withholds_a_question_goes_to_the_top_and_is_not_named() -> None:
    crowds: dict[int, Counter[Who]] = {unit: Counter({("",): 4}) for unit in (10, 11, 13)}

    assert named_units(crowds, PATHS, TOP, 3, unnamed={10, 13}) == {10: 2, 11: 11, 13: 2}
