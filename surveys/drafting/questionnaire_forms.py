"""The forms for the parts of a draft: what is typed → the part as the document holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from surveys.drafting import edition_parts, edition_words
from surveys.drafting.part_form import PartForm
from surveys.questionnaires import languages
from surveys.questionnaires.codebook import QUESTION_KINDS, SECTION_KINDS
from surveys.questionnaires.definitions import DRAFT

REMOVE = "remove"


class HeadForm(PartForm):
    """Code, number, title and languages."""

    def add_fields(self) -> None:
        self.fields["code"] = forms.CharField(
            label=_("Code of the questionnaire"),
            required=False,
            help_text=_("Small letters, digits and hyphens, such as sipas-22."),
        )
        self.fields["edition"] = forms.IntegerField(
            label=_("Number of the edition"), required=False
        )
        self.add_texts("title", _("Title"), lines=1)
        statuses = [*edition_words.STATUSES.items(), (REMOVE, _("remove with its texts"))]
        for code in self.languages:
            self.fields[f"languages.{code}"] = forms.ChoiceField(
                label=languages.name(code), choices=statuses[: 2 if code == "vi" else 3]
            )
        self.fields["new_language"] = forms.CharField(
            label=_("Add a language"),
            required=False,
            help_text=_("Its code: %(known)s.") % {"known": _known_languages(self.languages)},
        )

    @property
    def status_fields(self) -> list[BoundField]:
        return [self[f"languages.{code}"] for code in self.languages]

    def part(self) -> dict[str, Any]:
        statuses = {code: self.cleaned_data[f"languages.{code}"] for code in self.languages}
        statuses = {code: status for code, status in statuses.items() if status != REMOVE}
        if new := self.cleaned_data["new_language"].strip():
            statuses.setdefault(new, DRAFT)
        title = {code: text for code, text in self.texts("title").items() if code in statuses}
        part: dict[str, Any] = {"code": self.cleaned_data["code"].strip()}
        if self.cleaned_data["edition"] is not None:
            part["edition"] = self.cleaned_data["edition"]
        return {**part, "title": title, "languages": statuses}


def _known_languages(taken: Sequence[str]) -> str:
    known = (f"{code} ({name})" for code, name in languages.NAMES.items() if code not in taken)
    return ", ".join(known)


class SectionForm(PartForm):
    def add_fields(self) -> None:
        self.fields["code"] = _code_field()
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind"), choices=[(kind, edition_words.KINDS[kind]) for kind in SECTION_KINDS]
        )
        self.add_texts("title", _("Title"), lines=1)

    def part(self) -> dict[str, Any]:
        title = self.texts("title")
        kept = {key: self.cleaned_data[key].strip() for key in ("code", "kind")}
        return {**kept, **({"title": title} if title else {})}


class ScaleForm(PartForm):
    rows_at = ""

    def add_fields(self) -> None:
        if not self.at.scale:
            self.fields["code"] = _code_field()
        self.add_rows()

    def part(self) -> tuple[str, list[dict[str, Any]]]:
        return self.at.scale or self.cleaned_data["code"].strip(), self.row_parts()


class QuestionForm(PartForm):
    """A question of one kind; which kind cannot be changed."""

    def __init__(
        self, document: Mapping[str, Any], *args: Any, kind: str = "", **kwargs: Any
    ) -> None:
        kind = kind if kind in QUESTION_KINDS else "rating"
        self.rows_at = "options" if kind in {"choice", "multiple"} else None
        super().__init__(document, *args, kind=kind, **kwargs)

    def add_fields(self) -> None:
        self.fields["code"] = _code_field()
        self.add_texts("text", _("Question"))
        if self.kind == "rating":
            scales = [(code, code) for code in edition_parts.scales(self.document)]
            self.fields["scale"] = forms.ChoiceField(label=_("Scale"), choices=scales)
        if self.kind == "multiple":
            self.fields["max"] = forms.IntegerField(
                label=_("At most so many answers"),
                required=False,
                help_text=_("Empty: as many as there are."),
            )
        self.fields["wording"] = forms.ChoiceField(
            label=_("Wording"),
            required=False,
            choices=[("", _("not said")), *edition_words.WORDINGS.items()],
        )
        if self.kind != "text":
            self._add_flags()
        if self.rows_at:
            self.add_rows()

    def _add_flags(self) -> None:
        for name, label in (
            ("short", _("Asked in the short form that comes first")),
            ("dont_know", _("Offers “Don't know, no opinion”")),
            ("not_applicable", _("Offers “Does not apply to me”")),
        ):
            self.fields[name] = forms.BooleanField(label=label, required=False)

    def part(self) -> dict[str, Any]:
        given = self.cleaned_data
        part: dict[str, Any] = {"code": given["code"].strip(), "kind": self.kind}
        kept = ("scale", "max", "wording", "short", "dont_know", "not_applicable")
        part |= {key: given[key] for key in kept if given.get(key)}
        if given.get("max") == 0:
            part["max"] = 0
        part["text"] = self.texts("text")
        return part | ({"options": self.row_parts()} if self.rows_at else {})


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=_("Code"),
        required=False,
        help_text=_(
            "Small letters, digits and _, such as c01. Figures of two editions are compared by"
            " code: keep it while it asks the same."
        ),
    )


FORMS: Mapping[str, type[PartForm]] = {
    "head": HeadForm,
    "section": SectionForm,
    "question": QuestionForm,
    "scale": ScaleForm,
}
