"""The page of a draft's texts: Vietnamese and another language side by side."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys.drafting import edition_drafts, edition_parts, edition_words
from surveys.drafting.edition_drafts import Changed
from surveys.drafting.part_form import clean_text
from surveys.drafting.questionnaire_views import may_change
from surveys.models import EditionDraft
from surveys.officials import OfficialRequest, panel_page
from surveys.questionnaires import languages
from surveys.questionnaires.definitions import BASE_LANGUAGE, LONGEST_TEXT, is_plain
from surveys.rights.acts import Act

Way = tuple[str | int, ...]
TYPED, WAS = "moi:", "cu:"


@dataclass
class TextLine:
    """A text in Vietnamese and in the language that is written, as it was shown and as typed."""

    way: Way
    where: str
    base: str
    was: str
    typed: str
    faults: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "/".join(map(str, self.way))

    @property
    def typed_name(self) -> str:
        return TYPED + self.name

    @property
    def was_name(self) -> str:
        return WAS + self.name


# Every unit of the nation asks by the same editions.
@panel_page(Act.MANAGE_QUESTIONNAIRES, nation=True)
@require_http_methods(["GET", "POST"])
def draft_texts(request: OfficialRequest, draft: int, language: str) -> HttpResponse:
    row = get_object_or_404(EditionDraft, pk=draft)
    if language not in edition_parts.languages(row.document):
        raise Http404
    lines = _lines(row, language)
    status, changed = 200, None
    if request.method == "POST":
        _take(request, lines)
        status = 422
        if not any(line.faults for line in lines):
            try:
                written = _write(request, row, language, lines)
            except Changed as error:
                changed, status = error.draft, 409
            else:
                messages.success(request, _("Texts written: %(n)d.") % {"n": written})
                return redirect("officials:draft", row.pk)
    context = {
        "draft": row,
        "language": language,
        "name": languages.name(language),
        "is_base": language == BASE_LANGUAGE,
        "lines": lines,
        "missing": sum(not line.typed for line in lines),
        "changed": changed,
        "may_change": may_change(request),
    }
    return render(request, "surveys/officials/draft_texts.html", context, status=status)


def _lines(row: EditionDraft, language: str) -> list[TextLine]:
    found = []
    for way, texts in edition_parts.texts(row.document):
        text = str(texts.get(language) or "")
        where = edition_words.where(row.document, _place(way))
        found.append(TextLine(way, where, str(texts.get(BASE_LANGUAGE) or ""), text, text))
    return found


def _place(way: Way) -> str:
    """Return a way as faults call places: sections[0].questions[1].text."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in way)
    return "".join(steps).removeprefix(".")


def _take(request: OfficialRequest, lines: list[TextLine]) -> None:
    for line in lines:
        line.was = request.POST.get(line.was_name, "").replace("\r\n", "\n")
        line.typed = clean_text(request.POST.get(line.typed_name, line.was))
        if line.typed and not is_plain(line.typed):
            line.faults.append(
                _("There is an invisible character that no file can hold. Please type it anew.")
            )
        if len(line.typed) > LONGEST_TEXT:
            line.faults.append(_("At most %(n)s characters are taken.") % {"n": LONGEST_TEXT})


def _write(
    request: OfficialRequest, row: EditionDraft, language: str, lines: list[TextLine]
) -> int:
    new = {line.way: (line.was, line.typed) for line in lines if line.typed != clean_text(line.was)}
    return edition_drafts.translate(row, language, new, request.actor)
