from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from surveys.answering.answers import Answer, AnswersError, decode, encode
from surveys.questionnaires import editions
from surveys.questionnaires.editions import Edition, Question
from tests.make import EDITION
from tests.surveys.definitions import changed

TINY = editions.parse(EDITION)
WITH_ESCAPES = editions.parse(
    changed(
        changed(EDITION, "sections[3].questions[0].dont_know", True),
        "sections[3].questions[0].not_applicable",
        True,
    )
)

BLANK: dict[str, Answer] = {code: None for code, q in TINY.questions.items() if q.kind != "text"}


def options(number: int) -> list[dict[str, Any]]:
    return [{"text": {"vi": str(i), "en": str(i)}} for i in range(number)]


@st.composite
def any_edition(draw: st.DrawFn) -> Edition:
    """Return editions with every kind of question, every width and every escape."""
    questions: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 6))):
        question: dict[str, Any] = {
            "code": f"q{number}",
            "kind": draw(st.sampled_from(["rating", "choice", "multiple"])),
            "text": {"vi": "Câu hỏi", "en": "Question"},
            "dont_know": draw(st.booleans()),
            "not_applicable": draw(st.booleans()),
        }
        if question["kind"] == "rating":
            question["scale"] = "hai_long_5"
        else:
            question["options"] = options(draw(st.integers(2, 34)))
        if question["kind"] == "multiple" and draw(st.booleans()):
            question["max"] = draw(st.integers(1, len(question["options"])))
        questions.append(question)
    section = {"code": "phan", "kind": "facts", "title": {"vi": "P", "en": "P"}}
    return editions.parse({**EDITION, "sections": [{**section, "questions": questions}]})


def any_answer(question: Question) -> st.SearchStrategy[Answer]:
    position = st.integers(1, len(question.options))
    chosen: st.SearchStrategy[Answer] = position
    if question.kind == "multiple":
        most = question.max or len(question.options)
        chosen = st.lists(position, min_size=1, max_size=most, unique=True).map(sorted)
    return st.one_of(st.none(), chosen, *map(st.just, question.escapes))


@st.composite
def an_edition_and_values(draw: st.DrawFn) -> tuple[Edition, dict[str, Answer]]:
    edition = draw(any_edition())
    asked = [q for q in edition.questions.values() if draw(st.booleans())]
    return edition, {question.code: draw(any_answer(question)) for question in asked}


@given(an_edition_and_values())
def test_what_is_encoded_is_read_back_and_fits_the_code_book(
    given_: tuple[Edition, dict[str, Answer]],
) -> None:
    edition, values = given_

    answers = encode(edition, values)

    assert decode(edition, answers) == values
    assert re.search(edition.answers_pattern, answers)
    assert len(answers) == len(edition.columns)


@given(st.data())
def test_a_string_is_read_only_as_it_would_be_written(data: st.DataObject) -> None:
    # A multiple choice half answered, with nothing chosen or too much, has no meaning.
    edition = data.draw(st.sampled_from([TINY, WITH_ESCAPES]))
    answers = "".join(data.draw(st.sampled_from(column.codes)) for column in edition.columns)

    try:
        values = decode(edition, answers)
    except ValueError:
        return

    assert encode(edition, values) == answers


@pytest.mark.parametrize(
    ("values", "answers"),
    [
        ({}, "........"),
        (BLANK, "--------"),
        ({**BLANK, "m1": []}, "--------"),
        ({**BLANK, "m1": ()}, "--------"),
        ({"c01": 1, "c02": 5, "c03": 3, "f1": 2, "m1": [3, 1], "p1": 1}, "15321011"),
        ({"c01": "?"}, "?......."),
    ],
)
def test_each_character_is_one_column(values: dict[str, object], answers: str) -> None:
    assert encode(TINY, values) == answers


def test_do_not_know_fills_every_column_of_a_multiple_choice() -> None:
    assert encode(WITH_ESCAPES, {"m1": "?"}) == "....???."
    assert encode(WITH_ESCAPES, {"m1": "x"}) == "....xxx."


@pytest.mark.parametrize(
    ("code", "value", "fault"),
    [
        ("c09", 1, "no question with this code"),
        ("y_kien", "Tốt", "no question with this code"),
        ("c01", 0, "from 1 to 5"),
        ("c01", 6, "from 1 to 5"),
        ("c01", -1, "from 1 to 5"),
        ("c01", 10**30, "from 1 to 5"),
        ("c01", True, "position of an option"),
        ("c01", 3.0, "position of an option"),
        ("c01", float("nan"), "position of an option"),
        ("c01", [3], "position of an option"),
        ("c01", {"3": 3}, "position of an option"),
        ("c01", "3", "not one of the options"),
        ("c01", "", "not one of the options"),
        ("c01", "x", "not one of the options"),
        ("c01", "?x", "not one of the options"),
        ("c02", "?", "not one of the options"),
        ("c02", "\0", "not one of the options"),
        ("m1", "?", "not one of the options"),
        ("m1", "12", "not one of the options"),
        ("m1", 2, "list of options"),
        ("m1", {1: 1}, "list of options"),
        ("m1", [1, 1], "named twice"),
        ("m1", [1, 2, 3], "at most 2"),
        ("m1", [4], "from 1 to 3"),
        ("m1", [0], "from 1 to 3"),
        ("m1", [None], "position of an option"),
        ("m1", [True], "position of an option"),
        ("m1", [[1]], "position of an option"),
        ("m1", ["1"], "position of an option"),
    ],
)
def test_a_value_that_is_no_answer_is_refused(code: str, value: object, fault: str) -> None:
    with translation.override("en"), pytest.raises(AnswersError) as refused:
        encode(TINY, {**BLANK, code: value})

    assert set(refused.value.faults) == {code}
    assert fault in refused.value.faults[code]


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(AnswersError) as refused:
        encode(TINY, {"c01": 9, "c02": 1, "m1": 7, "ghost": 1})

    assert set(refused.value.faults) == {"c01", "m1", "ghost"}


@pytest.mark.parametrize(
    "answers",
    [
        "",
        "-------",
        "---------",
        "6-------",
        "x-------",
        "-?------",
        "----2---",
        "----1-1-",
        "----1.0-",
        "----000-",
        "----111-",
        "-------\0",
    ],
)
def test_a_string_that_does_not_fit_the_edition_is_not_read(answers: str) -> None:
    with pytest.raises(ValueError, match=r"expected 8|no answer is written"):
        decode(TINY, answers)
