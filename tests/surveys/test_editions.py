from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import surveys
from surveys.questionnaires import editions
from surveys.questionnaires.editions import EditionError
from tests.make import EDITION
from tests.surveys.definitions import ABSENT, changed

DATA = Path(surveys.__file__).parent / "data" / "questionnaires"
SHIPPED = sorted(DATA.glob("*.yaml"))

LEVEL = {"text": {"vi": "Tệ", "en": "Bad"}, "points": 1}
OPTION = {"text": {"vi": "Một", "en": "One"}}
TEXT_QUESTION = {"code": "them", "kind": "text", "text": {"vi": "Góp ý", "en": "Comment"}}

FAULTS: list[tuple[str, object, str]] = [
    # place changed, value, message
    ("code", "Sipas 22", 'code: at most 50 characters like .* are needed, not "Sipas 22"'),
    ("code", ABSENT, "code: is missing"),
    ("edition", 0, "edition: a whole number from 1 to 999 is needed, not 0"),
    ("edition", True, "edition: a whole number .* not True"),
    ("edition", "1", 'edition: a whole number .* not "1"'),
    ("sectons", [], "sectons: there is no such key; known: code, edition"),
    ("title", {"en": "Form"}, 'title: the text in "vi" is missing'),
    ("title", "Phiếu", "title: a text per language is needed"),
    ("title", {"vi": "Phiếu", "fr": "F"}, 'title: the language "fr" is not among `languages`'),
    ("title", {"vi": "  "}, "title.vi: a text is needed"),
    ("languages", {"en": "draft"}, "languages: Vietnamese .* is missing"),
    ("languages", {"vi": "done"}, "languages.vi: draft or reviewed is needed"),
    ("languages", {"vi": "reviewed", "Tiếng Anh": "draft"}, "languages.Tiếng Anh: is no language"),
    ("languages", ABSENT, "languages: is missing"),
    ("scales", {"Thang": [LEVEL]}, "scales.Thang: a scale's code is like"),
    ("scales.hai_long_5", [], "scales.hai_long_5: at least one entry"),
    ("scales.hai_long_5", [LEVEL], "scales.hai_long_5: a scale has 2 to 9 levels, not 1"),
    ("scales.hai_long_5[1].points", 1, "scales.hai_long_5: the worst level comes first"),
    ("scales.hai_long_5[1].points", 2.5, r"scales.hai_long_5\[1\].points: a whole number"),
    ("scales.hai_long_5[1].text", {"en": "x"}, r"scales.hai_long_5\[1\].text: the text in"),
    ("sections", [], "sections: at least one entry"),
    ("sections", {"a": 1}, "sections: a list is needed"),
    ("sections[0]", "tiep_can", r"sections\[0\]: a mapping is needed"),
    ("sections[1].code", "tiep_can", r"sections\[1\].code: stands already at sections\[0\]"),
    ("sections[0].kind", "block", r"sections\[0\].kind: one of factor, facts"),
    ("sections[0].questions", [], r"sections\[0\].questions: at least one entry"),
    (
        "sections[0].questions[1].scale",
        "hai_long_7",
        r'sections\[0\].questions\[1\].scale: there is no scale "hai_long_7"',
    ),
    ("sections[0].questions[1].code", "c01", r"questions\[1\].code: stands already at sections"),
    ("sections[1].questions[0].code", "c01", r"code: stands already at sections\[0\].questions"),
    ("sections[0].questions[0].code", "unit_code", r'code: "unit_code" is a column'),
    ("sections[0].questions[0].code", "campaign", r'code: "campaign" is a column'),
    ("sections[0].questions[0].code", "questionnaire", r'code: "questionnaire" is a column'),
    ("sections[0].questions[0].code", "ticket", r'code: "ticket" is a column'),
    ("sections[0].questions[0].kind", "stars", r"kind: one of rating, choice, multiple, text"),
    ("sections[0].questions[0].max", 2, r"max: a rating question has no such key"),
    ("sections[0].questions[0].wording", "copied", "wording: one of verbatim, reconstructed"),
    ("sections[0].questions[0].dont_know", "yes", "dont_know: true or false is needed"),
    ("sections[0].questions[0]", TEXT_QUESTION, r"questions\[0\].kind: text questions, and only"),
    ("sections[5].kind", "facts", r"sections\[5\].questions\[0\].kind: text questions"),
    ("sections[2].kind", "factor", r"sections\[2\].questions: a factor needs at least one rating"),
    ("sections[2].questions[0].options", [OPTION], r"options: 2 to 34 options are needed"),
    ("sections[2].questions[0].options", [OPTION] * 35, r"options: 2 to 34 options are needed"),
    ("sections[2].questions[0].scale", "hai_long_5", "scale: a choice question has no such key"),
    ("sections[3].questions[0].max", 4, "max: a whole number from 1 to 3 is needed, not 4"),
    ("sections[5].questions[0].options", [OPTION], "options: a text question has no such key"),
]


@pytest.mark.parametrize(("place", "value", "message"), FAULTS)
def test_a_fault_is_refused_and_its_place_named(place: str, value: object, message: str) -> None:
    with pytest.raises(EditionError, match=f"^(.*\\.)?{message}"):
        editions.parse(changed(EDITION, place, value))


def test_a_reviewed_language_must_be_complete_and_a_draft_need_not() -> None:
    without = changed(EDITION, "sections[0].questions[0].text", {"vi": "Đủ chỗ ngồi"})

    assert editions.parse(without).questions["c01"].text == {"vi": "Đủ chỗ ngồi"}
    with pytest.raises(EditionError, match=r'questions\[0\]\.text: the text in "en" is missing'):
        editions.parse(changed(without, "languages.en", "reviewed"))


def test_a_sheet_has_one_comment() -> None:
    second = {"code": "nua", "kind": "comment", "questions": [TEXT_QUESTION]}
    definition = {**EDITION, "sections": [*EDITION["sections"], second]}

    with pytest.raises(EditionError, match=r"sections\[6\].*one comment, asked at sections\[5\]"):
        editions.parse(definition)


def test_an_edition_of_comments_alone_is_refused() -> None:
    with pytest.raises(EditionError, match="at least one question that is no text"):
        editions.parse({**EDITION, "sections": EDITION["sections"][5:]})


@pytest.mark.parametrize("definition", [None, [], "text", 3])
def test_what_is_no_mapping_is_refused(definition: object) -> None:
    with pytest.raises(EditionError, match="a mapping is needed"):
        editions.parse(definition)


@given(
    place=st.sampled_from(sorted({place for place, _, _ in FAULTS})),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=5,
    ),
)
def test_whatever_stands_in_a_place_is_read_or_refused(place: str, value: object) -> None:
    try:
        editions.parse(changed(EDITION, place, value))
    except EditionError as error:
        assert error.fault  # noqa: PT017 - any other exception fails the test


def test_columns_lie_side_by_side() -> None:
    edition = editions.parse(EDITION)

    assert [(c.question.code, c.option, c.codes) for c in edition.columns] == [
        ("c01", None, "12345-.?"),
        ("c02", None, "12345-."),
        ("c03", None, "12345-."),
        ("f1", None, "12-."),
        ("m1", 1, "10-."),
        ("m1", 2, "10-."),
        ("m1", 3, "10-."),
        ("p1", None, "12-."),
    ]
    assert [c.offset for c in edition.columns] == [0, 8, 15, 22, 26, 30, 34, 38]
    assert edition.counts_width == 42
    assert [c.position for c in edition.columns] == list(range(8))
    assert [c.option for c in edition.columns_of["m1"]] == [1, 2, 3]


def test_the_pattern_takes_what_columns_know_and_nothing_else() -> None:
    edition = editions.parse(EDITION)
    fits = re.compile(edition.answers_pattern).search

    for several in ("010", "111", "001", "---", "..."):
        assert fits(f"?5-.{several}1"), several
    for string in (
        "?5-.010",
        "?5-.0001",  # a multiple choice answered with nothing
        "?5-.1-01",  # half answered
        "?5-..0-1",
        "?5-.01011",
        "x5-.0101",
        "65-.0101",
        "?5-.2101",
        "",
        "?5-.0101\n",
        "1\n?5-.0101",
    ):
        assert not fits(string), string


def test_an_option_past_the_ninth_is_a_letter_and_never_x() -> None:
    options = [OPTION] * 34
    edition = editions.parse(changed(EDITION, "sections[2].questions[0].options", options))

    codes = edition.columns_of["f1"][0].codes
    assert codes == "123456789abcdefghijklmnopqrstuvwyz-."


def test_points_of_all_scales_share_a_denominator() -> None:
    three = [{"text": {"vi": str(p), "en": str(p)}, "points": p} for p in (0, 1, 3)]
    definition = changed(EDITION, "scales.ba", three)
    definition = changed(definition, "sections[1].questions[0].scale", "ba")

    assert editions.parse(EDITION).common_denominator == 4
    assert editions.parse(definition).common_denominator == 12


def test_the_same_definition_is_parsed_once() -> None:
    assert editions.parse_cached(dict(EDITION)) is editions.parse_cached(dict(EDITION))


def shipped(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_edition_is_marked_translated_and_blank_of_defaults(path: Path) -> None:
    edition = editions.parse(shipped(path.name))

    assert f"{edition.code}.yaml" == path.name
    for question in edition.questions.values():
        assert question.wording in editions.WORDINGS, question.code
        assert set(question.text) == {"vi", "en"}, question.code
        for option in question.options:
            assert set(option.text) == {"vi", "en"}, question.code
    for section in edition.sections:
        assert set(section.title) == {"vi", "en"}, section.code
    kinds = [section.kind for section in edition.sections]
    assert kinds == sorted(kinds, key=editions.SECTION_KINDS.index)
    assert kinds[-1] == "comment"


def test_sipas_has_five_factors_and_22_criteria() -> None:
    edition = editions.parse(shipped("sipas-22.yaml"))

    assert [(s.code, len(s.questions)) for s in edition.factors] == [
        ("tiep_can", 4),
        ("thu_tuc", 5),
        ("cong_chuc", 6),
        ("ket_qua", 3),
        ("gop_y", 4),
    ]
    assert [q.code for q in edition.criteria] == [f"c{i:02}" for i in range(1, 23)]
    verbatim = [q.code for q in edition.criteria if q.wording == "verbatim"]
    assert verbatim == ["c05", "c09", "c10", "c12", "c13", "c15", "c22"]
    assert all(q.dont_know for q in edition.criteria)
    assert edition.questions["m1"].max == 3
    # The form says it itself.
    assert all("3" not in text for text in edition.questions["m1"].text.values())
    assert len(edition.questions["m1"].options) == 10


def test_the_counter_form_has_three_levels_worst_first() -> None:
    edition = editions.parse(shipped("quay-3-muc.yaml"))

    levels = [option.text["vi"] for option in edition.scales["hai_long_3"]]
    assert levels == ["Không hài lòng", "Hài lòng", "Rất hài lòng"]
    assert edition.criteria[-1].text["vi"] == "Đánh giá tổng thể dịch vụ"
