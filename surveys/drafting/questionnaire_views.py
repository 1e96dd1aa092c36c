"""Officials' pages about questionnaires: the editions, their files, and how citizens see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crispy_forms.utils import render_crispy_form
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.answering import paged_form
from surveys.answering.asking import short_questions
from surveys.answering.forms import SheetForm
from surveys.drafting import edition_drafts, edition_uploads, edition_words
from surveys.models import Campaign, EditionDraft, Questionnaire
from surveys.officials import OfficialRequest, panel_page
from surveys.questionnaires import edition_differences, languages, xlsform_writing
from surveys.questionnaires.definitions import BASE_LANGUAGE
from surveys.questionnaires.edition_documents import document_of, to_yaml
from surveys.questionnaires.editions import Edition
from surveys.rights.acts import Act

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Spoken:
    """A language of an edition and whether its texts are reviewed."""

    code: str
    reviewed: bool

    @property
    def name(self) -> str:
        return languages.name(self.code)


@dataclass(frozen=True)
class Listed:
    """An edition in the list; `used_by` campaigns have frozen it."""

    row: Questionnaire
    edition: Edition
    used_by: int

    @property
    def languages(self) -> list[Spoken]:
        return languages_of(self.edition)


def languages_of(edition: Edition) -> list[Spoken]:
    """Return the languages of an edition, Vietnamese first."""
    codes = sorted(edition.languages, key=lambda code: (code != BASE_LANGUAGE, code))
    return [Spoken(code, edition.languages[code] == "reviewed") for code in codes]


def may_change(request: OfficialRequest) -> bool:
    """Return whether the reader may change what all units ask."""
    return request.rights.reach(Act.MANAGE_QUESTIONNAIRES).everywhere


# Every unit of the nation asks by the same editions.
@panel_page(Act.SEE_QUESTIONNAIRES, change=Act.MANAGE_QUESTIONNAIRES, nation=True)
@require_http_methods(["GET", "POST"])
def editions(request: OfficialRequest) -> HttpResponse:
    """List editions and drafts; take a file as a new draft."""
    fault = ""
    if request.method == "POST":
        try:
            document = edition_uploads.document_of(request.FILES.get("file"))
        except edition_uploads.NotTaken as error:
            fault = str(error)
        else:
            draft = edition_drafts.begin(document, by=request.actor)
            messages.success(request, _("The file is a draft now. Nothing is asked by it yet."))
            return redirect("officials:draft", draft.pk)
    used: dict[int, int] = {}
    for questionnaire in Campaign.objects.values_list("questionnaire_id", flat=True):
        used[questionnaire] = used.get(questionnaire, 0) + 1
    rows = Questionnaire.objects.order_by("code", "-edition")
    context = {
        "editions": [Listed(row, row.parsed(), used.get(row.pk, 0)) for row in rows],
        "drafts": EditionDraft.objects.select_related("changed_by").order_by("-changed_at"),
        "fault": fault,
        "may_change": may_change(request),
    }
    page = "surveys/officials/questionnaires.html"
    return render(request, page, context, status=422 if fault else 200)


@panel_page(Act.SEE_QUESTIONNAIRES)
@require_safe
def edition(request: OfficialRequest, reference: str) -> HttpResponse:
    """Show all that an edition asks, and what differs from the one before it."""
    row = row_of(reference)
    edition = row.parsed()
    earlier = Questionnaire.objects.filter(code=row.code, edition__lt=row.edition)
    before = earlier.order_by("-edition").first()
    context = {
        "row": row,
        "edition": edition,
        "languages": languages_of(edition),
        "used_by": request.rights.reach(Act.SEE_CAMPAIGNS).campaigns().filter(questionnaire=row),
        "used": edition_drafts.is_used(row),
        "kinds": edition_words.KINDS,
        "may_change": may_change(request),
        **compared(before.parsed() if before else None, edition),
    }
    return render(request, "surveys/officials/questionnaire.html", context)


def compared(old: Edition | None, new: Edition) -> Mapping[str, object]:
    """Return what a page says of the differences to an earlier edition, nothing without one."""
    if old is None:
        return {}
    return {
        "before": old,
        "differences": edition_differences.differences(old, new),
        "factors": edition_differences.factor_changes(old, new),
    }


@panel_page(Act.MANAGE_QUESTIONNAIRES, nation=True)
@require_POST
def new_draft(request: OfficialRequest, reference: str) -> HttpResponse:
    """Begin the next edition, or the same one again while no campaign uses it."""
    row = row_of(reference)
    same = request.POST.get("same") == "1"
    if same and edition_drafts.is_used(row):
        said = _("%(edition)s is used by a campaign and cannot change. This is the next edition.")
        messages.warning(request, said % {"edition": row})
        same = False
    begin = edition_drafts.same_edition if same else edition_drafts.next_edition
    return redirect("officials:draft", begin(row, by=request.actor).pk)


@panel_page(Act.SEE_QUESTIONNAIRES)
@require_safe
def yaml_file(request: OfficialRequest, reference: str) -> HttpResponse:
    return as_yaml(row_of(reference).parsed())


@panel_page(Act.SEE_QUESTIONNAIRES)
@require_safe
def xlsform_file(request: OfficialRequest, reference: str) -> HttpResponse:
    return as_xlsform(row_of(reference).parsed())


@panel_page(Act.SEE_QUESTIONNAIRES)
@require_safe
def preview(request: OfficialRequest, reference: str, language: str) -> HttpResponse:
    return as_citizens_see_it(request, row_of(reference).parsed(), language)


def as_yaml(edition: Edition) -> HttpResponse:
    content = to_yaml(document_of(edition))
    return _file(content.encode(), "application/yaml", edition, "yaml")


def as_xlsform(edition: Edition) -> HttpResponse:
    return _file(xlsform_writing.workbook(edition), XLSX, edition, "xlsx")


def _file(content: bytes, kind: str, edition: Edition, suffix: str) -> HttpResponse:
    name = f"{edition.code}-{edition.number}.{suffix}"
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def as_citizens_see_it(
    request: OfficialRequest, edition: Edition, language: str, back: str = ""
) -> HttpResponse:
    """Show the questions as citizens see them: one at a time, or as without a script.

    That is page by page (?trang=1), or all at once (?tat-ca=1). There is nothing that could send.
    """
    if language not in edition.languages:
        raise Http404
    short = bool(request.GET.get("rut-gon")) and bool(short_questions(edition))
    around = language if language in dict(settings.LANGUAGES) else BASE_LANGUAGE
    context: dict[str, object] = {
        "edition": edition,
        "language": language,
        "languages": languages_of(edition),
        "draft": edition.languages[language] != "reviewed",
        "has_short": bool(short_questions(edition)),
        "short": short,
        "one_by_one": "tat-ca" not in request.GET and "trang" not in request.GET,
        "back": back or reverse("officials:questionnaire", args=[edition.reference]),
        "header": None,
    }
    with override(around):
        context["title"] = edition.title.get(language) or edition.title[BASE_LANGUAGE]
        form = SheetForm(edition, language, short_first=short)
        if (asked := request.GET.get("trang", "")).isdecimal():
            page = max(1, min(int(asked[:3]), len(form.parts)))
            form = SheetForm(edition, language, short_first=short, page=page)
            context["at"] = paged_form.place_of(form, page)
        context["questions"] = render_crispy_form(form)
        return render(request, "surveys/officials/preview.html", context)


def row_of(reference: str) -> Questionnaire:
    """Return the edition of a reference such as sipas-22@1, or answer that there is none."""
    code, _at, number = reference.partition("@")
    if "\x00" in reference or not (number.isascii() and number.isdigit() and len(number) < 5):
        raise Http404
    row = Questionnaire.objects.filter(code=code, edition=int(number)).first()
    if row is None:
        raise Http404
    return row


def draft_of(pk: int) -> EditionDraft:
    rows = EditionDraft.objects.select_related("made_by", "changed_by")
    return get_object_or_404(rows, pk=pk)
