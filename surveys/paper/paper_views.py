"""Officials' pages about paper: batches, the keying screen, the second entry, closing."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.answering.forms import in_language
from surveys.models import PaperBatch
from surveys.officials import OfficialRequest, panel_page
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.paper import paper_batches
from surveys.paper.paper_batches import BatchClosed, DifferencesLeft, OtherNumber
from surveys.paper.paper_entry_forms import BatchForm
from surveys.paper.paper_keys import keys_of, words_of
from surveys.rights.acts import Act

ON_A_PAGE = 50


@panel_page(Act.SEE_PAPER)
@require_safe
def batches(request: OfficialRequest) -> HttpResponse:
    """List the batches: those open, the oldest first, and the latest that were closed."""
    found = request.reach.batches().select_related("campaign", "counter", "keyed_by")
    is_open = found.filter(closed_at__isnull=True).annotate(keyed=Count("sheets"))
    closed = found.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")
    only_closed = "dong" in request.GET
    number = request.GET.get("page")
    context = {
        "open_page": Paginator(is_open.order_by("opened_at", "pk"), ON_A_PAGE).get_page(
            None if only_closed else number
        ),
        "closed_page": Paginator(closed, ON_A_PAGE).get_page(number if only_closed else None),
        "only_closed": only_closed,
        "may_key": request.rights.has(Act.KEY_PAPER),
    }
    return render(request, "surveys/officials/batches.html", context)


@panel_page(Act.KEY_PAPER)
@require_http_methods(["GET", "POST"])
def new_batch(request: OfficialRequest) -> HttpResponse:
    form = BatchForm(request.POST or None, reach=request.reach)
    if request.method == "POST" and form.is_valid():
        form.instance.keyed_by_id = request.official.pk
        with transaction.atomic():
            begun = form.save()
            told = {"handed_out": begun.handed_out, "collected": begun.collected}
            _record(request, Deed.OPEN_BATCH, begun, told)
        return redirect("officials:batch", begun.pk)
    status = 422 if form.is_bound else 200
    return render(request, "surveys/officials/new_batch.html", {"form": form}, status=status)


@panel_page(Act.SEE_PAPER)
@require_safe
def batch(request: OfficialRequest, batch: PaperBatch) -> HttpResponse:
    """Show the next sheet to who keys the batch, and how it stands to anyone else."""
    place = paper_batches.next_place(batch)
    if may_key(request, batch) and place <= batch.collected:
        return redirect("officials:sheet", batch.pk, place)
    return redirect("officials:batch_state", batch.pk)


@panel_page(Act.SEE_PAPER)
@require_safe
def state(request: OfficialRequest, batch: PaperBatch) -> HttpResponse:
    """Say what is keyed, what is to be checked, what differs; from here a batch is closed."""
    return _state(request, batch)


def _state(
    request: OfficialRequest, found: PaperBatch, *, other: int | None = None
) -> HttpResponse:
    reach = request.rights.reach(Act.KEY_PAPER)
    context = {
        "may_key": reach.batches().filter(pk=found.pk).exists(),
        "batch": found,
        "sheets": found.sheets.order_by("position"),
        "mine": may_key(request, found),
        "next": paper_batches.next_place(found),
        "to_check": paper_batches.to_check(found),
        "differing": len(paper_batches.sheets_that_differ(found)),
        "other": other,
    }
    status = 200 if other is None else 422
    return render(request, "surveys/officials/batch.html", context, status=status)


@panel_page(Act.KEY_PAPER)
@require_http_methods(["GET", "POST"])
def differing(request: OfficialRequest, batch: PaperBatch) -> HttpResponse:
    """List where two entries differ, and write the right answer into both."""
    found = batch
    if found.closed_at is not None:
        return say_closed(request, found)
    if request.method == "POST":
        chosen = {}
        for name, value in request.POST.items():
            place, _dot, code = name.partition(".")
            if place.isascii() and place.isdigit() and len(place) < 6:
                chosen[int(place), code] = str(value)
        try:
            with transaction.atomic():
                paper_batches.settle(found, chosen)
                _record(request, Deed.SETTLE_BATCH, found, {"settled": len(chosen)})
        except BatchClosed:
            return say_closed(request, found)
        if not paper_batches.sheets_that_differ(found):
            return redirect("officials:batch_state", found.pk)
        return redirect("officials:differing", found.pk)
    language = get_language() or "vi"
    lines = [
        {
            "name": f"{sheet.position}.{difference.question.code}",
            "position": sheet.position,
            "text": in_language(difference.question.text, language),
            "first": _in_words(difference.question.code, sheet.answers, found),
            "second": _in_words(difference.question.code, sheet.second_answers, found),
        }
        for sheet, all_found in paper_batches.sheets_that_differ(found)
        for difference in all_found
    ]
    context = {"batch": found, "lines": lines}
    return render(request, "surveys/officials/differing.html", context)


@panel_page(Act.KEY_PAPER)
@require_POST
def close(request: OfficialRequest, batch: PaperBatch) -> HttpResponse:
    found = batch
    given = request.POST.get("confirmed", "")
    confirmed = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else None
    try:
        with transaction.atomic():
            stored = paper_batches.close_batch(found, confirmed=confirmed)
            _record(request, Deed.CLOSE_BATCH, found, {"stored": stored})
    except BatchClosed:
        return say_closed(request, found)
    except DifferencesLeft:
        messages.warning(request, _("Two entries of a sheet still differ."))
        return redirect("officials:differing", found.pk)
    except OtherNumber as error:
        return _state(request, found, other=error.keyed)
    messages.success(request, _("The batch is closed: %(n)d sheets stored.") % {"n": stored})
    return redirect("officials:batches")


def _record(request: OfficialRequest, deed: Deed, found: PaperBatch, after: dict[str, int]) -> None:
    audit.record(
        deed,
        by=request.actor,
        to=found,
        unit=found.counter.unit_id,
        campaign=found.campaign_id,
        after=after,
    )


def may_key(request: HttpRequest, found: PaperBatch) -> bool:
    return found.keyed_by_id == request.user.pk and found.closed_at is None


def say_closed(request: HttpRequest, found: PaperBatch) -> HttpResponse:
    messages.warning(request, _("This batch is closed; its sheets are stored."))
    return redirect("officials:batch_state", found.pk)


def _in_words(code: str, answers: str, found: PaperBatch) -> str:
    edition = found.campaign.questionnaire.parsed()
    words = words_of(edition.questions[code], get_language() or "vi")
    keys = keys_of(edition, answers).get(code, "")
    return "; ".join(words[key] for key in keys) or _("blank")
