"""All faults of a document at once, told in words; the parser alone says what a fault is."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings

from surveys.drafting import edition_words
from surveys.drafting.edition_faults import faults
from surveys.questionnaires.definitions import DefinitionError
from tests.surveys.definitions import changed
from tests.surveys.made_editions import AS_FOUND, documents
from tests.surveys.test_editions import FAULTS
from tests.tiny_edition import EDITION


@settings(AS_FOUND, max_examples=40)
@given(documents())
def test_an_edition_has_none(definition: dict[str, Any]) -> None:
    assert faults(definition) == []


@pytest.mark.parametrize(("place", "value", "_message"), FAULTS)
def test_what_the_parser_refuses_has_a_fault_that_is_told(
    place: str, value: object, _message: str
) -> None:
    found = faults(changed(EDITION, place, value))

    assert found
    with override("en"):
        for one in found:
            assert edition_words.told(one) != one.fault, "told in the parser's words"
            assert edition_words.where(EDITION, one.place)


def test_each_part_is_judged_by_itself_and_at_its_place() -> None:
    broken = changed(EDITION, "sections[0].questions[1].scale", "gone")
    broken = changed(broken, "sections[3].questions[0].options[2].text", {"en": "x"})
    broken = changed(broken, "scales.hai_long_5[0].points", 9)
    broken = changed(broken, "title.vi", " ")

    assert [one.place for one in faults(broken)] == [
        "title.vi",
        "scales.hai_long_5",
        "sections[0].questions[1].scale",
        "sections[3].questions[0].options[2].text",
    ]


def test_a_code_used_twice_is_found_when_all_else_is_sound() -> None:
    broken = changed(EDITION, "sections[1].questions[0].code", "c01")

    assert [one.place for one in faults(broken)] == ["sections[1].questions[0].code"]


def test_an_unknown_fault_is_told_as_the_parser_says_it() -> None:
    assert edition_words.told(DefinitionError("x", "something new")) == "something new"
