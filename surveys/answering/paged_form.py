"""The form without a script: a page for each part, then one to look the answers over.

Nothing of it is kept on the server or in the browser: every page carries the answers of the
others in hidden fields, and only the button of the last one sends. Pages are numbered from 1;
the one after the last part is the review.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from crispy_forms.utils import render_crispy_form
from django.forms.widgets import ChoiceWidget
from django.template.loader import render_to_string

from surveys.answering import form_page
from surveys.answering.forms import Part, SheetForm
from surveys.answering.openings import Opening, Place
from surveys.answering.posted_sheets import HERE, RECEIPT, REVIEWED, SHORT, SKIP, TURN
from surveys.counters import receipt_codes


@dataclass(frozen=True)
class Turn:
    """A press of a button that leads from page to page."""

    here: int
    to: int
    skipped: bool


@dataclass(frozen=True)
class PlaceOnPages:
    """How far a page is: it asks the questions `first` to `last` of `questions`."""

    page: int
    part: Part
    parts: int
    first: int
    last: int
    questions: int
    left: int  # questions after the short part, on its last page; else 0

    @property
    def following(self) -> int:
        return self.page + 1


@dataclass(frozen=True)
class Fault:
    """What is wrong with an answer, and where it can be mended."""

    number: int
    words: str
    anchor: str
    page: int


@dataclass(frozen=True)
class Answered:
    """A question as the review shows it."""

    number: int
    text: str
    lang: str
    answer: str


@dataclass(frozen=True)
class Receipt:
    """A receipt code as a form carries it, and in hexadecimal what is stored of it."""

    code: str
    digest: str

    @classmethod
    def made(cls, code: str) -> Receipt:
        return cls(code, receipt_codes.digest(code).hex())


def receipt_of(form: SheetForm) -> Receipt | None:
    """Return the receipt code that was posted, if it is one."""
    code = receipt_codes.corrected(form.posted.get(RECEIPT, [""])[0])
    return Receipt.made(code) if code else None


def review_page(form: SheetForm) -> int:
    return len(form.parts) + 1


def page_posted(form: SheetForm, posted: Mapping[str, list[str]]) -> int:
    """Return the page that was posted; the whole form counts as its first."""
    here = _number(posted.get(HERE))
    return 1 if here is None else _page_of(form, here)


def number_asked_for(posted: Mapping[str, list[str]]) -> int | None:
    """Return the number on the button that was pressed; None when the sheet is sent."""
    return _number(posted.get(SKIP) or posted.get(TURN))


def turn_to(form: SheetForm, number: int, posted: Mapping[str, list[str]]) -> Turn:
    """Return where a button leads that has any number on it."""
    return Turn(page_posted(form, posted), _page_of(form, number), SKIP in posted)


def left_blank(form: SheetForm, page: int) -> dict[str, list[str]]:
    """Return what was posted without the answers of a page."""
    blank = {question.code for question in part_on(form, page).questions}
    return {name: values for name, values in form.posted.items() if name not in blank}


def _number(given: list[str] | None) -> int | None:
    if not given or not given[0].isascii() or not given[0].isdigit() or len(given[0]) > 3:
        return None
    return int(given[0])


def _page_of(form: SheetForm, number: int) -> int:
    return max(1, min(number, review_page(form)))


def part_on(form: SheetForm, page: int) -> Part:
    return form.parts[min(page, len(form.parts)) - 1]


def place_of(form: SheetForm, page: int) -> PlaceOnPages:
    """Return what a page says of how far one is; of the review, that all is behind."""
    part = part_on(form, page)
    counts = [len(one.questions) for one in form.parts]
    before = sum(counts[: part.number - 1])
    ends_short = part.short and not form.parts[min(part.number, len(counts) - 1)].short
    return PlaceOnPages(
        page=page,
        part=part,
        parts=len(counts),
        first=before + 1,
        last=before + counts[part.number - 1],
        questions=sum(counts),
        left=sum(counts[part.number :]) if ends_short and page <= len(counts) else 0,
    )


def faults_of(form: SheetForm) -> list[Fault]:
    """Return the faults of the answers, in the order of the pages."""
    return [
        Fault(
            number=form.asked[question.code].number,
            words=str(form.errors[question.code][0]),
            anchor=form[question.code].auto_id,
            page=part.number,
        )
        for part in form.parts
        for question in part.questions
        if question.code in form.errors
    ]


def rendered(
    place: Place,
    opening: Opening,
    form: SheetForm,
    sheet_id: UUID,
    page: int,
    *,
    refused: bool = False,
    again: bool = False,
    ticket_fault: str = "",
    pause: str = "",
) -> str:
    """Return a page with the answers so far; those of other pages go along unseen.

    Args:
        refused: it says what is wrong, in a box above.
        again: nothing is wrong; it asks whether to send them once more, as a sheet of its own.
        pause: proves that it has been asked to wait (surveys.answering.work).
    """
    facts = form_page.page_of(place, opening, form.language)
    at_review = page == review_page(form)
    reviewed = at_review or REVIEWED in form.posted
    following = review_page(form) if reviewed else page + 1
    shown = set() if at_review else {question.code for question in part_on(form, page).questions}
    context = {
        **form_page.context_of(facts),
        "sheet_id": sheet_id,
        "at": place_of(form, page),
        "at_review": at_review,
        "following": following,
        "enter": None if at_review else following,
        "reviewed": reviewed,
        "questions": "" if at_review else render_crispy_form(form),
        "carried": list(_carried(form, shown)),
        "review": list(_review(form)) if at_review else [],
        "short_alone": at_review and SHORT in form.posted,
        "faults": faults_of(form) if refused else [],
        "other_faults": form.non_field_errors() if refused else [],
        "refused": refused,
        "again": again,
        "ticket": form.posted.get("ticket", [""])[0],
        "ticket_fault": ticket_fault,
        "pause": pause,
        # One code, one sheet.
        "receipt": Receipt.made(receipt_codes.new_code()) if again else receipt_of(form),
    }
    return render_to_string("surveys/paged.html", context).strip()


def _carried(form: SheetForm, shown: set[str]) -> Iterator[tuple[str, str]]:
    for code in form.asked:
        if code not in shown:
            yield from ((code, value) for value in form.posted.get(code, []) if value)


def _review(form: SheetForm) -> Iterator[tuple[Part, list[Answered]]]:
    for part in form.parts:
        if part.short or SHORT not in form.posted:
            yield part, [_answered(form, question.code) for question in part.questions]


def _answered(form: SheetForm, code: str) -> Answered:
    field = form.asked[code]
    given = form.posted.get(code, [])
    if isinstance(field.widget, ChoiceWidget):
        chosen = [str(words) for value, words in field.widget.choices if value in given]
    else:
        chosen = [value.strip() for value in given]
    answer = "; ".join(one for one in chosen if one)
    return Answered(field.number, str(field.label), field.lang, answer)
