"""A questionnaire on paper, of any edition and language."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import override

from surveys.answering.forms import ESCAPES, LEADS, hint, in_language
from surveys.print.typesetting import typeset
from surveys.questionnaires.definitions import BASE_LANGUAGE, REVIEWED
from surveys.questionnaires.editions import OPTION_CODES, Edition, Question, Section


@dataclass(frozen=True)
class PaperOffice:
    """Where a form will be filled in: printed on it, so that nobody has to write it.

    Args:
        unit: the office assessed, with the unit above it.
        campaign: the title of the campaign in the language of the form.
        simulated: the campaign only tries the system out.
    """

    unit: str
    counter: str = ""
    campaign: str = ""
    simulated: bool = False


BLANK = PaperOffice("")


def paper_form_pdf(edition: Edition, language: str, office: PaperOffice = BLANK) -> bytes:
    """Return the form on A4 pages; each says edition, language and page: sipas-22@1 · vi · 2/4.

    What the edition does not say in the language is printed in Vietnamese. The words around the
    questions are Vietnamese too where the site does not speak the language.

    Raises:
        CannotPrint: a text has a letter that the typeface lacks.
    """
    with override(language):
        numbers = {code: number for number, code in enumerate(edition.questions, start=1)}
        values = {
            "language": language.partition("-")[0],
            "title": in_language(edition.title, language),
            "code": f"{edition.reference} · {language}",
            "running": office.campaign,
            "footer": office.counter,
            "office": office.unit,
            "trial": _("A trial: its figures are made up and judge no office.")
            if office.simulated
            else "",
            "words": _words(edition, language),
            "sections": [
                _section(section, before, language, numbers)
                for before, section in pairwise((None, *edition.sections))
                if section is not None
            ],
        }
    return typeset("paper-form.typ", values)


def _words(edition: Edition, language: str) -> dict[str, str]:
    draft = edition.languages.get(language) != REVIEWED and language != BASE_LANGUAGE
    return {
        "pile": _("No. in the pile"),
        "office": _("Office:"),
        "day": _("Day:"),
        "privacy-title": _("Anonymous and voluntary."),
        "privacy": _(
            "Please write no name, phone number or identity number on this sheet. It only serves"
            " to measure how satisfied people are, so that the office can serve better. Leave"
            " blank whatever you do not want to answer."
        ),
        "how-title": _("How to answer:"),
        "how": _("Put a cross in the box of your answer."),
        "mend": _("If a box is wrong, fill it completely and cross another."),
        "draft": _("This translation is a draft; the Vietnamese text is the one that counts.")
        if draft
        else "",
        "thanks": _("Thank you. Please put this sheet into the box at the counter."),
    }


def _section(
    section: Section, before: Section | None, language: str, numbers: dict[str, int]
) -> dict[str, object]:
    said = before is not None and before.kind == section.kind
    return {
        "title": in_language(section.title, language) if section.title else "",
        "lead": "" if said else str(LEADS[section.kind]),
        "questions": [_question(q, language, numbers[q.code]) for q in section.questions],
    }


def _question(question: Question, language: str, number: int) -> dict[str, object]:
    # Where options are many, who keys the sheet reads the key off the paper. Levels of a scale
    # stay words: a number beside them would be read as a mark.
    marked = question.kind in {"choice", "multiple"}
    options = [
        {"mark": mark if marked else "", "text": in_language(option.text, language)}
        for mark, option in zip(OPTION_CODES, question.options, strict=False)
    ]
    options += [{"mark": "", "text": str(ESCAPES[code])} for code in question.escapes]
    return {
        "number": number,
        "kind": question.kind,
        "text": in_language(question.text, language),
        "hint": hint(question),
        "options": options,
        "escapes": len(question.escapes),
    }
