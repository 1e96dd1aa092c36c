"""What a browser posted from the form of surveys.answering.forms: read, and judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.answering.answers import AnswersError, encode
from surveys.answering.asking import short_questions
from surveys.answering.intake import NotATextError, text_to_keep
from surveys.answering.work import PAUSE_FIELD
from surveys.questionnaires.editions import Edition, Question

# What the page sends beside the answers.
LANGUAGE = "ngon-ngu"  # of the questions; with a hyphen no question has this code
SWITCH = "doi-ngon-ngu"  # pressed to read on in that language: nothing is sent yet
SHORT = "gui-phan-ngan"  # pressed to send the short part alone
# Of the form without a script (answering.paged_form), which sends nothing until its last page.
HERE = "o-trang"  # the page that was posted
TURN = "sang-trang"  # pressed to go to that page
SKIP = "bo-qua-trang"  # pressed to go to that page and to leave this one blank
REVIEWED = "da-xem-lai"  # the review has been reached: what is changed leads back to it
RECEIPT = "ma-bien-nhan"  # the code that goes with the sheet
PAGING = {HERE, TURN, SKIP, REVIEWED}
ENVELOPE = {
    *("id", "campaign", "questionnaire", "ticket", LANGUAGE, SWITCH, SHORT, RECEIPT, PAUSE_FIELD),
    *PAGING,
}


@dataclass(frozen=True)
class Posted:
    """What a citizen chose, as it is stored, and what he or she wrote."""

    answers: str
    comment: str


def read(posted: Mapping[str, list[str]], edition: Edition) -> Posted:
    """Return the answers of a posted form: every question was asked, a blank is a blank.

    Of a short part sent alone only its questions were asked, unless others are answered too.

    Args:
        posted: the values of every field by its name.

    Raises:
        AnswersError: faults by the name of the field; "" for the page as a whole.
    """
    faults: dict[str, str] = {}
    values: dict[str, object] = {}
    comment = ""
    for code, question in _asked(posted, edition).items():
        given = posted.get(code, [])
        if question.kind != "multiple" and len(given) > 1:
            faults[code] = _("Please choose only one.")
        elif question.kind != "text":
            values[code] = _value(question, given)
        elif given:
            try:
                comment = text_to_keep(given[0]).strip()
            except NotATextError as error:
                faults[code] = str(error)
    if strangers := posted.keys() - edition.questions.keys() - ENVELOPE:
        faults[""] = _("The questionnaire has no question %(names)s.") % {
            "names": ", ".join(f"“{name[:40]}”" for name in sorted(strangers)[:5])
        }
    try:
        answers = encode(edition, values)
    except AnswersError as error:
        raise AnswersError({**faults, **error.faults}) from error
    if faults:
        raise AnswersError(faults)
    return Posted(answers, comment)


def _asked(posted: Mapping[str, list[str]], edition: Edition) -> Mapping[str, Question]:
    short = {question.code: question for question in short_questions(edition)}
    rest = edition.questions.keys() - short.keys()
    answered = any(value.strip() for code in rest for value in posted.get(code, []))
    return edition.questions if SHORT not in posted or answered or not short else short


def _value(question: Question, given: list[str]) -> object:
    """Return what `encode` takes; what is no number stays a text, for it to judge."""
    values = [
        int(value) if value.isascii() and value.isdigit() and len(value) < 4 else value
        for value in given
    ]
    if question.kind == "multiple" and not (len(given) == 1 and given[0] in question.escapes):
        return values
    return values[0] if values else None
