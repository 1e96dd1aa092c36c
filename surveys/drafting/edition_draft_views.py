"""Officials' pages about drafts of editions: writing them part by part, and making an edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.drafting import (
    edition_drafts,
    edition_faults,
    edition_making,
    edition_parts,
    edition_words,
)
from surveys.drafting.edition_drafts import Changed
from surveys.drafting.edition_making import NotMade
from surveys.drafting.edition_outline import outline
from surveys.drafting.edition_parts import Address, NoSuchPart
from surveys.drafting.part_form import PartForm, flat
from surveys.drafting.questionnaire_forms import FORMS
from surveys.drafting.questionnaire_views import compared, may_change
from surveys.models import EditionDraft, Questionnaire
from surveys.officials import OfficialRequest, panel_page
from surveys.questionnaires import editions as parser
from surveys.questionnaires import languages
from surveys.questionnaires.codebook import QUESTION_KINDS
from surveys.questionnaires.edition_documents import digest
from surveys.rights.acts import Act


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


def draft_of(pk: int) -> EditionDraft:
    rows = EditionDraft.objects.select_related("made_by", "changed_by")
    return get_object_or_404(rows, pk=pk)


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
    context = {
        "draft": row,
        "outline": outline(row.document, edition_words.parts_with_faults(row.document)),
        "faults": wrong,
        "digest": digest(row.document),
        "kinds": [(kind, edition_words.KINDS[kind]) for kind in QUESTION_KINDS],
        "may_change": may_change(request),
        "removed": edition_drafts.removed(row),
        **({} if wrong or base is None else compared(base.parsed(), parser.parse(row.document))),
    }
    return render(request, "surveys/officials/draft.html", context)


def _base(row: EditionDraft) -> Questionnaire | None:
    code, _at, number = row.base.partition("@")
    return Questionnaire.objects.filter(code=code, edition=int(number or 0)).first()


@panel_page(Act.MANAGE_QUESTIONNAIRES, nation=True)
@require_http_methods(["GET", "POST"])
def part(request: OfficialRequest, draft: int, part: str) -> HttpResponse:
    """Show one part of a draft in all languages, and take changes to it."""
    row = draft_of(draft)
    try:
        at = edition_parts.address(part)
        node = edition_parts.part(row.document, at)
    except NoSuchPart:
        raise Http404 from None
    known = node.get("kind") if at.kind == "question" and node else None
    kind = str(known or request.GET.get("kind", ""))
    if request.method == "GET":
        form = FORMS[at.kind](row.document, at, node, kind=kind)
        return _part_page(request, row, at, form, digest(node))
    was, act = request.POST.get("was", ""), request.POST.get("act", "save")
    form = FORMS[at.kind](row.document, at, node, request.POST.dict(), kind=kind)
    try:
        if act == "delete" and at.kind != "head":
            edition_drafts.change(row, at, was, None, by=request.actor)
            messages.success(request, _("The part is taken away."))
            return redirect("officials:draft", row.pk)
        if form.is_valid():
            errors = edition_drafts.change(row, at, was, form.part(), by=request.actor)
            if not errors:
                messages.success(request, _("Saved."))
                return redirect(_after(row, at, form, act))
            form.refuse(errors)
    except Changed as changed:
        return _conflict(request, changed.draft, at, form, kind)
    return _part_page(request, row, at, form, was, status=422)


def _after(row: EditionDraft, at: Address, form: PartForm, act: str) -> str:
    if act.startswith("row-"):
        code = form.cleaned_data.get("code", "")
        here = Address("scale", scale=code) if at.kind == "scale" and not at.scale else at
        return reverse("officials:draft_part", args=[row.pk, str(here)])
    return f"{reverse('officials:draft', args=[row.pk])}#{at}"


def _conflict(
    request: OfficialRequest, row: EditionDraft, at: Address, form: PartForm, kind: str
) -> HttpResponse:
    """Show what was typed beside what stands there now; to save once more is then a decision."""
    try:
        node = edition_parts.part(row.document, at)
    except NoSuchPart:
        node = None
    # Another part may have moved here: what was typed must not replace that.
    same = at.kind in {"head", "scale"} or (
        node is not None and node.get("code") == request.POST.get("code_was")
    )
    conflict = {
        "by": row.changed_by,
        "now": list(flat(node)) if same else [],
        "same": same,
    }
    return _part_page(
        request, row, at, form, digest(node) if same else "", status=409, conflict=conflict
    )


def _part_page(
    request: OfficialRequest,
    row: EditionDraft,
    at: Address,
    form: PartForm,
    was: str,
    *,
    status: int = 200,
    conflict: Mapping[str, object] | None = None,
) -> HttpResponse:
    try:
        node = edition_parts.part(row.document, at)
    except NoSuchPart:
        node = None
    context = {
        "draft": row,
        "at": at,
        "form": form,
        "was": was,
        "code_was": node.get("code", "") if isinstance(node, dict) else "",
        "is_new": node is None,
        "kind": edition_words.KINDS.get(form.kind, ""),
        "conflict": conflict,
        "may_change": may_change(request),
    }
    return render(request, "surveys/officials/draft_part.html", context, status=status)


@panel_page(Act.MANAGE_QUESTIONNAIRES, nation=True)
@require_POST
def move(request: OfficialRequest, draft: int) -> HttpResponse:
    """Move a section or question by one: "s0q1 -1 <digest>" is the value of the button."""
    row = draft_of(draft)
    part, by, was = (request.POST.get("move", "") + "  ").split(" ")[:3]
    places = 1 if by == "1" else -1
    try:
        at = edition_parts.address(part)
        edition_drafts.move(row, at, was, places, by=request.actor)
    except (Changed, NoSuchPart):
        said = _("Nothing was moved: the draft has changed meanwhile. Please look again.")
        messages.warning(request, said)
        return redirect("officials:draft", row.pk)
    return redirect(f"{reverse('officials:draft', args=[row.pk])}#{at}")


@panel_page(Act.MANAGE_QUESTIONNAIRES, nation=True)
@require_POST
def put_back(request: OfficialRequest, draft: int) -> HttpResponse:
    """Put back what was taken away last."""
    row = draft_of(draft)
    try:
        back = edition_drafts.put_back(row, by=request.actor)
    except Changed:
        said = _("Nothing was put back: the draft has changed meanwhile.")
        messages.warning(request, said)
        return redirect("officials:draft", row.pk)
    messages.success(request, _("%(code)s is back where it was.") % {"code": back.code})
    return redirect(f"{reverse('officials:draft', args=[row.pk])}#{back.at}")


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
