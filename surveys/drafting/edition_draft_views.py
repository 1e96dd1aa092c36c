"""Officials' pages about drafts of editions: what each has and lacks, and making an edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.drafting import (
    edition_drafts,
    edition_faults,
    edition_making,
    edition_words,
)
from surveys.drafting.edition_drafts import Changed
from surveys.drafting.edition_making import NotMade
from surveys.drafting.edition_outline import outline
from surveys.drafting.questionnaire_views import compared, draft_of, may_change
from surveys.models import EditionDraft, Questionnaire
from surveys.officials import OfficialRequest, panel_page
from surveys.questionnaires import editions as parser
from surveys.questionnaires import languages
from surveys.questionnaires.codebook import QUESTION_KINDS
from surveys.questionnaires.edition_documents import digest
from surveys.questionnaires.editions import Edition
from surveys.rights.acts import Act
from surveys.voice import recordings


@dataclass(frozen=True)
class Wrong:
    """Something that is wrong with a draft: where, in words, and the part to mend.

    With `texts` it is that a reviewed language lacks texts, and that is its code.
    """

    where: str
    words: str
    part: str
    language: str = ""
    texts: str = ""


def faults_of(document: Mapping[str, Any]) -> list[Wrong]:
    """Return what is wrong, the missing texts of a language as one thing."""
    found: dict[object, Wrong] = {}
    for error in edition_faults.faults(document):
        place, language = error.place, edition_words.missing_language(error)
        words, part = edition_words.told(error), edition_words.part_of(place)
        if language:
            name = languages.name(language)
            found.setdefault(language, Wrong("", words, part, name, language))
        else:
            found[place] = Wrong(edition_words.where(document, place), words, part)
    return list(found.values())


# Every unit of the nation asks by the same editions.
@panel_page(Act.SEE_QUESTIONNAIRES)
@require_safe
def draft(request: OfficialRequest, draft: int) -> HttpResponse:
    """Show a draft with all that is wrong with it, and where each part is changed."""
    row = draft_of(draft)
    wrong = faults_of(row.document)
    base = _base(row)
    context: dict[str, object] = {
        "draft": row,
        "outline": outline(row.document, edition_words.parts_with_faults(row.document)),
        "faults": wrong,
        "digest": digest(row.document),
        "kinds": [(kind, edition_words.KINDS[kind]) for kind in QUESTION_KINDS],
        "may_change": may_change(request),
        "removed": edition_drafts.removed(row),
    }
    if not wrong:
        edition = parser.parse(row.document)
        context["recorded"] = {code: recorded(edition, code) for code in edition.languages}
        context |= compared(base.parsed() if base else None, edition)
    return render(request, "surveys/officials/draft.html", context)


def recorded(edition: Edition, language: str) -> int:
    """Return how many texts of a language have a voice already, from editions before."""
    return sum(line.current for line in recordings.lines(edition, language))


def _base(row: EditionDraft) -> Questionnaire | None:
    code, _at, number = row.base.partition("@")
    return Questionnaire.objects.filter(code=code, edition=int(number or 0)).first()


@panel_page(Act.MANAGE_QUESTIONNAIRES, nation=True)
@require_POST
def make_edition(request: OfficialRequest, draft: int) -> HttpResponse:
    row = draft_of(draft)
    try:
        made = edition_making.make_edition(row, request.POST.get("was", ""), by=request.actor)
    except Changed:
        said = _("No edition was made: the draft has changed meanwhile. Please look again.")
        messages.warning(request, said)
        return redirect("officials:draft", row.pk)
    except NotMade as error:
        messages.warning(request, str(error))
        return redirect("officials:draft", row.pk)
    messages.success(request, _("The edition is made. Campaigns can choose it now."))
    return redirect("officials:questionnaire", str(made))


@panel_page(Act.MANAGE_QUESTIONNAIRES, nation=True)
@require_http_methods(["GET", "POST"])
def remove(request: OfficialRequest, draft: int) -> HttpResponse:
    row = draft_of(draft)
    if request.method == "POST" and request.POST.get("was") == digest(row.document):
        edition_drafts.remove(row, by=request.actor)
        messages.success(request, _("The draft is removed."))
        return redirect("officials:questionnaires")
    context = {"draft": row, "digest": digest(row.document), "may_change": may_change(request)}
    return render(request, "surveys/officials/remove_draft.html", context)
