"""Units are drawn by a lot that anybody can repeat, and stand for all people of their stratum."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from surveys.sampling.drawing import Framed, drawn

UNITS = [Framed(f"{n:05}", 1000 + 100 * n) for n in range(10)]


def test_the_first_by_the_hash_of_lot_and_code_are_drawn() -> None:
    found = drawn({"đô thị": UNITS}, 3, lot="58 213")["đô thị"]

    by_hand = sorted(UNITS, key=lambda u: sha256(f"58 213|{u.code}".encode()).hexdigest())
    assert [unit.code for unit in found] == [unit.code for unit in by_hand[:3]]
    others = drawn({"đô thị": UNITS}, 3, lot="58 214")["đô thị"]
    assert {unit.code for unit in others} != {unit.code for unit in found}


def test_those_drawn_stand_for_all_in_proportion_to_their_own() -> None:
    """Of 100 + 200 + 400 people those drawn hold 300: the parts are as 1 to 2, 700 together."""
    units = [Framed("a", 100), Framed("b", 200), Framed("c", 400)]
    lot = next(
        str(n)
        for n in range(100)
        if {unit.code for unit in drawn({1: units}, 2, lot=str(n))[1]} == {"a", "b"}
    )

    people = {unit.code: unit.people for unit in drawn({1: units}, 2, lot=lot)[1]}

    assert people == {"a": 233, "b": 467}  # 233 1/3 and 466 2/3


def test_a_stratum_of_too_few_is_asked_whole() -> None:
    assert sorted(drawn({1: UNITS[:2]}, 5, lot="x")[1], key=lambda u: u.code) == UNITS[:2]


def test_no_unit_is_drawn_more_often_than_others() -> None:
    """2,000 lots of 3 out of 10: each unit 600 times, give or take five standard errors."""
    often = Counter(
        unit.code for n in range(2_000) for unit in drawn({1: UNITS}, 3, lot=f"lot {n}")[1]
    )

    assert all(abs(often[unit.code] - 600) < 5 * (2_000 * 0.3 * 0.7) ** 0.5 for unit in UNITS)
