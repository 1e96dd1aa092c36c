"""A citizen's sheet as an HTML form: the questions of an edition, in the order they are asked.

It is built only to be shown: blank once per edition and language (surveys.answering.form_page), or
again with the faults beside the answers, of which surveys.answering.posted_sheets is the only
judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from crispy_forms.utils import render_field
from django import forms
from django.template import Context
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from surveys.answering.answers import AnswersError
from surveys.answering.asking import Stretch, stretches
from surveys.answering.posted_sheets import read
from surveys.questionnaires.editions import DONT_KNOW, NOT_APPLICABLE, Edition, Question
from surveys.submissions import COMMENT_LENGTH

LEADS: Mapping[str, Promise | str] = {
    "factor": gettext_lazy("How satisfied are you with each of the following?"),
    "facts": gettext_lazy("What was it like this time?"),
    "expectations": gettext_lazy("What should be better?"),
    "profile": gettext_lazy(
        "These answers only serve to compare groups of people. They do not tell who you are."
    ),
    "comment": gettext_lazy(
        "Please write no name, phone number or identity number, neither yours nor anyone else's."
    ),
}
ESCAPES: Mapping[str, Promise | str] = {
    DONT_KNOW: gettext_lazy("Don't know, no opinion"),
    NOT_APPLICABLE: gettext_lazy("Does not apply to me"),
}
# As the places of recordings call them.
ESCAPE_NAMES = {DONT_KNOW: "dont_know", NOT_APPLICABLE: "not_applicable"}


def in_language(text: Mapping[str, str], language: str) -> str:
    """Return a text of an edition in a language, else in Vietnamese."""
    return text.get(language) or text["vi"]


def lang_of(text: Mapping[str, str], language: str) -> str:
    """Return the language `in_language` finds, empty when it is that of the page.

    A text is read aloud in the language it is in.
    """
    found = language if text.get(language) else "vi"
    return "" if found == get_language() else found


@dataclass(frozen=True)
class Heard:
    """A clip that speaks a question, or one of its options: then `value` is that of the field."""

    address: str
    words: str
    value: str = ""


class QuestionField(forms.Field):
    """One question. It takes whatever comes: `read` judges the sheet as a whole."""

    def __init__(
        self, question: Question, number: int, language: str, lead: str, spoken: Mapping[str, str]
    ) -> None:
        super().__init__(
            required=False,
            label=in_language(question.text, language),
            help_text=hint(question),
            widget=_widget(question, language),
        )
        self.number = number
        self.lead = lead  # the id of the words above the section, which belong to every question
        self.max = question.max
        self.lang = lang_of(question.text, language)
        self.heard = _heard(question, self.widget, str(self.label), spoken)


def _heard(
    question: Question, widget: forms.Widget, label: str, spoken: Mapping[str, str]
) -> list[Heard]:
    """Return the clips of a question and of its options."""
    found = [Heard(spoken[question.code], label)] if question.code in spoken else []
    for value, words in getattr(widget, "choices", ()):
        if address := spoken.get(f"{question.code}.{ESCAPE_NAMES.get(value, value)}"):
            found.append(Heard(address, words, value))
    return found


def hint(question: Question) -> str:
    if question.kind != "multiple":
        return ""
    if question.max is None:
        return _("You may choose several.")
    return _("You may choose up to %(max)d.") % {"max": question.max}


def _widget(question: Question, language: str) -> forms.Widget:
    if question.kind == "text":
        return forms.Textarea(attrs={"maxlength": COMMENT_LENGTH, "rows": 5})
    choices = [
        (str(position), in_language(option.text, language))
        for position, option in enumerate(question.options, start=1)
    ]
    choices += [(code, str(ESCAPES[code])) for code in question.escapes]
    if question.kind == "multiple":
        return forms.CheckboxSelectMultiple(choices=choices)
    return forms.RadioSelect(choices=choices)


class Part:
    """A section of the edition on the page: "Part 2 of 6", its title and its questions.

    A layout object of crispy forms, for which to have `render` is enough.
    """

    def __init__(self, stretch: Stretch, number: int, count: int, language: str) -> None:
        section = stretch.section
        self.short = stretch.short
        self.number = number
        self.count = count
        self.title = in_language(section.title, language) if section.title else ""
        self.lang = lang_of(section.title, language)
        self.lead = LEADS[section.kind]
        self.anchor = _anchor(number)
        self.questions = section.questions

    def render(self, form: SheetForm, context: Context, template_pack: str) -> str:
        questions = [
            render_field(
                question.code,
                form,
                context,
                template=f"{template_pack}/{'text' if question.kind == 'text' else 'choices'}.html",
                template_pack=template_pack,
            )
            for question in self.questions
        ]
        return render_to_string(
            f"{template_pack}/part.html", {"part": self, "questions": questions}
        )


def _anchor(number: int) -> str:
    return f"phan-{number}"


class SheetForm(forms.Form):
    """All questions of an edition in one language: nothing required, nothing preselected.

    The words around them are in the language of the page, which may be another. `spoken` is the
    address of the clip of each place that has one, such as ("c01.3", "/am-thanh/….mp3"). With a
    `page` only the part of that number is shown, none for a number beyond them.
    """

    def __init__(
        self,
        edition: Edition,
        language: str,
        posted: Mapping[str, list[str]] | None = None,
        *,
        spoken: Iterable[tuple[str, str]] = (),
        short_first: bool = False,
        page: int | None = None,
    ) -> None:
        super().__init__(
            None if posted is None else MultiValueDict(posted),
            auto_id="cau-%s",
            use_required_attribute=False,
        )
        self.edition = edition
        self.language = language
        self.posted = posted or {}
        clips = dict(spoken)
        asked = stretches(edition, short_first=short_first)
        self.asked: dict[str, QuestionField] = {}
        for part, stretch in enumerate(asked, start=1):
            for question in stretch.section.questions:
                self.asked[question.code] = QuestionField(
                    question, len(self.asked) + 1, language, f"{_anchor(part)}-lead", clips
                )
        self.fields.update(self.asked)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.parts = [
            Part(stretch, number, len(asked), language)
            for number, stretch in enumerate(asked, start=1)
        ]
        self.helper.layout = Layout(*(part for part in self.parts if page in {None, part.number}))

    def clean(self) -> None:
        try:
            read(self.posted, self.edition)
        except AnswersError as error:
            for field, fault in error.faults.items():
                self.add_error(field or None, fault)
