"""What differs between editions, and which factors stay comparable."""

from __future__ import annotations

from typing import Any

import pytest

from surveys.questionnaires import editions
from surveys.questionnaires.edition_differences import differences, factor_changes
from surveys.questionnaires.editions import Edition
from tests.surveys.definitions import changed
from tests.tiny_edition import EDITION

C01 = "sections[0].questions[0]"


def edition(*changes: tuple[str, object]) -> Edition:
    definition: Any = EDITION
    for place, value in changes:
        definition = changed(definition, place, value)
    return editions.parse(definition)


OLD = edition()


def test_the_same_edition_differs_in_nothing() -> None:
    assert differences(OLD, edition(("edition", 2))) == []
    assert {one.comparable for one in factor_changes(OLD, OLD)} == {"same"}


@pytest.mark.parametrize(
    ("place", "value", "what", "comparable"),
    [
        (f"{C01}.text", {"vi": "Đủ ghế"}, [("reworded", "c01")], "reworded"),
        (f"{C01}.dont_know", False, [("answers", "c01")], "changed"),
        (f"{C01}.code", "c09", [("added", "c09"), ("removed", "c01")], "changed"),
        # A translation is not what is asked.
        (f"{C01}.text.en", "Seats", [], "same"),
        ("sections[0].title.vi", "Đi lại", [], "same"),
    ],
)
def test_what_happened_to_a_criterion_decides_about_its_factor(
    place: str, value: object, what: list[tuple[str, str]], comparable: str
) -> None:
    new = edition((place, value))

    assert [(one.what, one.code) for one in differences(OLD, new)] == what
    assert [one.comparable for one in factor_changes(OLD, new)] == [comparable, "same"]


def test_other_points_of_a_scale_change_every_factor_that_uses_it() -> None:
    new = edition(("scales.hai_long_5[4].points", 10))

    assert {one.comparable for one in factor_changes(OLD, new)} == {"changed"}


def test_a_factor_is_new_or_gone() -> None:
    new = edition(("sections[1].code", "khac_han"))

    found = [(one.code, one.comparable) for one in factor_changes(OLD, new)]

    assert found == [("tiep_can", "same"), ("khac_han", "new"), ("cong_chuc", "gone")]
    assert [one.what for one in differences(OLD, new)] == ["moved"]
