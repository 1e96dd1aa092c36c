"""The keying screen: one paper sheet, first entry or second."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from surveys.answering.answers import AnswersError
from surveys.answering.intake import NotATextError, text_to_keep
from surveys.models import KeyedSheet, PaperBatch
from surveys.officials import OfficialRequest, panel_page
from surveys.paper import paper_batches
from surveys.paper.paper_batches import BatchClosed, SecondRefused
from surveys.paper.paper_keys import (
    escape_keys,
    keyed_questions,
    keys_of,
    option_keys,
    read_keys,
)
from surveys.paper.paper_views import may_key, say_closed
from surveys.rights.acts import Act
from surveys.submissions import COMMENT_LENGTH


@panel_page(Act.KEY_PAPER)
@require_http_methods(["GET", "POST"])
def sheet(request: OfficialRequest, batch: PaperBatch, position: int) -> HttpResponse:
    """Key one sheet. Only who began the batch sees the first entry: the second is blind."""
    found = batch
    if found.closed_at is not None:
        return say_closed(request, found)
    if not may_key(request, found):
        raise PermissionDenied
    known = found.sheets.filter(position=position).first()
    if known is None and position != paper_batches.next_place(found):
        raise Http404
    if request.method == "GET":
        return _screen(request, found, position, _typed(found, known))
    try:
        return _changed(request, found, position)
    except BatchClosed:
        return say_closed(request, found)


def _changed(request: HttpRequest, found: PaperBatch, position: int) -> HttpResponse:
    """Keep or remove the sheet a form was posted for."""
    if "_remove" in request.POST:
        paper_batches.remove_sheet(found, position)
        return redirect("officials:batch", found.pk)
    try:
        answers = read_keys(found.campaign.questionnaire.parsed(), request.POST.dict())
        comment = text_to_keep(request.POST.get("_comment", ""))
    except AnswersError as error:
        return _screen(request, found, position, request.POST.dict(), error.faults)
    except NotATextError as error:
        return _screen(request, found, position, request.POST.dict(), {"_comment": str(error)})
    paper_batches.save_sheet(found, position, answers, comment)
    return redirect("officials:batch", found.pk)


@panel_page(Act.KEY_PAPER)
@require_http_methods(["GET", "POST"])
def second(request: OfficialRequest, batch: PaperBatch) -> HttpResponse:
    """Key the next sheet of the sample again, without seeing the first entry."""
    found = batch
    if found.closed_at is not None:
        return say_closed(request, found)
    if may_key(request, found):
        raise PermissionDenied
    waiting = paper_batches.to_check(found)
    if request.method == "GET":
        if not waiting:
            return redirect("officials:batch_state", found.pk)
        return _screen(request, found, waiting[0], {}, twice=True)
    typed = request.POST.dict()
    place = typed.get("_position", "")
    position = int(place) if place.isascii() and place.isdigit() and len(place) < 6 else 0
    try:
        answers = read_keys(found.campaign.questionnaire.parsed(), typed)
        paper_batches.save_second(found, position, answers, by_id=request.user.pk or 0)
    except AnswersError as error:
        return _screen(request, found, position, typed, error.faults, twice=True)
    except SecondRefused:
        messages.warning(request, _("This sheet does not wait for a second entry any more."))
    except BatchClosed:
        return say_closed(request, found)
    return redirect("officials:second", found.pk)


def _typed(found: PaperBatch, known: KeyedSheet | None) -> dict[str, str]:
    if known is None:
        return {}
    keys = keys_of(found.campaign.questionnaire.parsed(), known.answers)
    return {**keys, "_comment": known.comment}


def _screen(
    request: HttpRequest,
    found: PaperBatch,
    position: int,
    typed: dict[str, str],
    faults: dict[str, str] | None = None,
    *,
    twice: bool = False,
) -> HttpResponse:
    faults = faults or {}
    edition = found.campaign.questionnaire.parsed()
    context = {
        "batch": found,
        "position": position,
        "questions": keyed_questions(edition, get_language() or "vi", typed, faults),
        "comment": typed.get("_comment", ""),
        "comment_fault": faults.get("_comment", ""),
        "has_comment": len(edition.columns_of) < len(edition.questions) and not twice,
        "comment_length": COMMENT_LENGTH,
        "keys": option_keys(edition),
        "escapes": escape_keys(edition),
        "several": any(question.kind == "multiple" for question in edition.questions.values()),
        "faults": faults,
        "twice": twice,
        "known": not twice and found.sheets.filter(position=position).exists(),
    }
    status = 422 if faults else 200
    return render(request, "surveys/officials/keying.html", context, status=status)
