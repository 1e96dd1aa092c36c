"""Officials' pages that write a draft of an edition, part by part."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from surveys.drafting import edition_drafts, edition_parts, edition_words
from surveys.drafting.edition_drafts import Changed
from surveys.drafting.edition_parts import Address, NoSuchPart
from surveys.drafting.part_form import PartForm, flat
from surveys.drafting.questionnaire_forms import FORMS
from surveys.drafting.questionnaire_views import draft_of, may_change
from surveys.models import EditionDraft
from surveys.officials import OfficialRequest, panel_page
from surveys.questionnaires.edition_documents import digest
from surveys.rights.acts import Act


# Every unit of the nation asks by the same editions.
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
