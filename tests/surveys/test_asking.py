"""The short part of an edition: marked, asked first, read as posted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from surveys.answering import asking
from surveys.answering.posted_sheets import read
from surveys.models import Campaign
from surveys.questionnaires import editions
from surveys.questionnaires.editions import EditionError
from tests import make
from tests.answering import SHIPPED, shipped
from tests.surveys.definitions import changed
from tests.surveys.test_load_campaign import CAMPAIGN, load


def edition_with_short(*places: tuple[int, int]) -> Any:
    definition: Any = make.EDITION
    for section, question in places:
        definition = changed(
            definition, f"sections[{section}].questions[{question}].short", value=True
        )
    return definition


def codes(stretches: tuple[asking.Stretch, ...]) -> list[list[str]]:
    return [[question.code for question in one.section.questions] for one in stretches]


def test_the_short_part_comes_first_and_nothing_twice() -> None:
    edition = editions.parse(edition_with_short((0, 1), (2, 0)))

    asked = asking.stretches(edition, short_first=True)

    rest = [["c01"], ["c03"], ["m1"], ["p1"], ["y_kien"]]
    assert codes(asked) == [["c02"], ["f1"], *rest]
    assert [one.short for one in asked] == [True, True, False, False, False, False, False]
    plain = asking.stretches(edition, short_first=False)
    assert codes(plain) == [["c01", "c02"], ["c03"], ["f1"], ["m1"], ["p1"], ["y_kien"]]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_editions_have_a_short_part_of_one_or_two_criteria(name: str) -> None:
    edition = editions.parse(shipped(name))
    short = asking.short_questions(edition)

    assert 1 <= len(short) <= 2
    assert all(question in edition.criteria for question in short)


def test_a_comment_is_no_short_question() -> None:
    definition = changed(make.EDITION, "sections[5].questions[0].short", value=True)

    with pytest.raises(EditionError, match="short"):
        editions.parse(definition)


@pytest.mark.parametrize(
    ("posted", "answers"),
    [
        ({"c02": ["1"], "gui-phan-ngan": ["1"]}, ".1......"),
        ({"gui-phan-ngan": ["1"]}, ".-......"),
        ({"c02": ["1"], "y_kien": [" "], "gui-phan-ngan": ["1"]}, ".1......"),
        ({"c02": ["1"], "p1": ["2"], "gui-phan-ngan": ["1"]}, "-1-----2"),
        ({"c02": ["1"], "y_kien": ["Tốt"], "gui-phan-ngan": ["1"]}, "-1------"),
        ({"c02": ["1"]}, "-1------"),
    ],
)
def test_of_a_short_part_sent_alone_the_rest_was_not_asked(
    posted: dict[str, list[str]], answers: str
) -> None:
    edition = editions.parse(edition_with_short((0, 1)))

    assert read(posted, edition).answers == answers


@pytest.mark.django_db
def test_a_campaign_says_so_in_its_file(tmp_path: Path) -> None:
    make.commune("Xã Một", code="19001", parent=make.province("Thái Nguyên", code="19"))
    make.questionnaire({**edition_with_short((0, 1)), "edition": 2})
    make.questionnaire()
    make.method()
    wanted = {**CAMPAIGN, "scope": ["19"], "short_first": True, "auto_advance": True}

    with pytest.raises(CommandError, match=r"short_first.*tiny@1"):
        load(tmp_path, wanted)
    load(tmp_path, {**wanted, "questionnaire": "tiny@2"})

    campaign = Campaign.objects.get()
    assert (campaign.short_first, campaign.auto_advance) == (True, True)
