"""The form without the site around it: what is read from a post, and what is shown."""

from __future__ import annotations

from copy import deepcopy

import pytest
from crispy_forms.utils import render_crispy_form
from django.utils.translation import override

from surveys.answering.answers import AnswersError
from surveys.answering.forms import SheetForm
from surveys.answering.posted_sheets import Posted, read
from surveys.questionnaires import editions
from tests import make
from tests.answering import SHIPPED, shipped

EDITION = editions.parse(make.EDITION)


def test_a_post_becomes_an_answer_string_and_a_comment() -> None:
    posted = {
        "id": ["…"],
        "campaign": ["…"],
        "questionnaire": ["…"],
        "c01": ["?"],
        "c03": ["5"],
        "m1": ["3", "1"],
        "y_kien": [" Nhanh "],
    }

    assert read(posted, EDITION) == Posted(answers="?-5-101-", comment="Nhanh")


def test_nothing_posted_is_a_sheet_of_blanks() -> None:
    assert read({}, EDITION) == Posted(answers="--------", comment="")


def test_every_fault_is_told_at_once() -> None:
    posted = {"c01": ["7"], "c02": ["1", "2"], "m1": ["1", "2", "3"], "y_kien": ["\x00"], "z": [""]}

    with pytest.raises(AnswersError) as raised:
        read(posted, EDITION)

    assert set(raised.value.faults) == {"c01", "c02", "m1", "y_kien", ""}


def test_a_multiple_choice_is_options_or_a_don_t_know() -> None:
    definition = deepcopy(dict(make.EDITION))
    definition["sections"][3]["questions"][0]["dont_know"] = True
    edition = editions.parse(definition)

    assert read({"m1": ["?"]}, edition).answers == "----???-"
    with pytest.raises(AnswersError):
        read({"m1": ["1", "?"]}, edition)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_group_has_a_legend_its_words_above_and_one_anchor(name: str) -> None:
    edition = editions.parse(shipped(name))

    html = render_crispy_form(SheetForm(edition, "vi"))

    groups = [q for q in edition.questions.values() if q.kind != "text"]
    assert html.count("<fieldset") == html.count("<legend") == len(groups)
    for question in groups:
        assert html.count(f'id="cau-{question.code}"') == 1
    assert html.count('<section class="part"') == len(edition.sections)


def test_faults_stand_between_the_question_and_its_options() -> None:
    form = SheetForm(EDITION, "vi", {"c01": ["9"]})

    html = render_crispy_form(form)

    fault = html.index('id="cau-c01-error"')
    assert html.index("Nơi ngồi chờ") < fault < html.index('id="cau-c01"')
    assert 'aria-describedby="phan-1-lead cau-c01-error"' in html


def test_a_form_shows_the_answers_it_was_given() -> None:
    form = SheetForm(EDITION, "vi", {"c01": ["2"], "m1": ["1", "3"], "y_kien": ["Chậm"]})

    html = render_crispy_form(form)

    assert form.is_valid()
    assert html.count(" checked") == 3
    assert "Chậm</textarea>" in html


def test_a_text_without_translation_is_marked_as_vietnamese() -> None:
    definition = deepcopy(dict(make.EDITION))
    del definition["sections"][0]["questions"][0]["text"]["en"]
    edition = editions.parse(definition)

    with override("en"):
        html = render_crispy_form(SheetForm(edition, "en"))

    assert html.count('lang="vi"') == 1
    assert "Nơi ngồi chờ đủ chỗ" in html


def test_numbers_in_attributes_are_plain() -> None:
    # The site writes 2000 as "2.000" for readers.
    assert 'maxlength="2000"' in render_crispy_form(SheetForm(EDITION, "vi"))
