"""The pages of a citizen who answers at a counter. They set no cookie and run no session."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys.answering import form_page, intake, receiving, whole_form
from surveys.answering.intake import Refused
from surveys.answering.openings import Opening, Place, find_place
from surveys.answering.posted_sheets import LANGUAGE
from surveys.answering.receiving import Closed, Shown
from surveys.counters.counter_codes import corrected


# No cookie says who is asking, so there is nothing a page of another site could misuse.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: HttpRequest, counter: str) -> HttpResponse:
    today = timezone.localdate()
    try:
        if request.method == "POST":
            return _receive(request, counter, today)
        if moved := _as_printed(request, counter):
            return moved
        place = intake.place_at(counter)
        opening = place.open_on(today)
        if opening is None:
            return _closed(place, today)
        return _page(_blank(request, place, opening))
    except Refused as refused:
        return _refuse(refused, counter)


def _blank(request: HttpRequest, place: Place, opening: Opening) -> bytes:
    ticket, language = (request.GET.get(name, "") for name in ("v", LANGUAGE))
    return whole_form.blank(place, opening, ticket, language)


def _as_printed(request: HttpRequest, typed: str) -> HttpResponse | None:
    """Lead someone who typed capitals or other hyphens to the counter; None: nothing to mend."""
    code = corrected(typed)
    if code is None or code == typed or find_place(typed) or not find_place(code):
        return None
    query = request.META["QUERY_STRING"]
    address = reverse("surveys:respond", args=[code]) + (f"?{query}" if query else "")
    return HttpResponseRedirect(address, headers={"Cache-Control": "no-store"})


@require_http_methods(["GET", "HEAD"])
def thanks(request: HttpRequest, counter: str) -> HttpResponse:
    try:
        place = intake.place_at(counter)
    except Refused as refused:
        return _refuse(refused, counter)
    return _thank(place)


def _thank(place: Place, receipt: str = "") -> HttpResponse:
    opening = place.open_on(timezone.localdate())
    context = {"header": form_page.header(place), "opening": opening, "receipt": receipt}
    return _page(render_to_string("surveys/thanks.html", context))


def _receive(request: HttpRequest, counter: str, today: date) -> HttpResponse:
    outcome = receiving.receive(request, counter, today)
    if isinstance(outcome, Closed):
        return _closed(outcome.place, today)
    if isinstance(outcome, Shown):
        response = _page(outcome.content, outcome.status)
        if outcome.retry_after:
            response["Retry-After"] = str(outcome.retry_after)
        return response
    if outcome.receipt:
        # Not in an address, which is kept in logs and histories; sent again, it is shown again.
        return _thank(intake.place_at(counter), outcome.receipt)
    address = reverse("surveys:thanks", args=[counter])
    return HttpResponseRedirect(address, status=303, headers={"Cache-Control": "no-store"})


def _closed(place: Place, today: date) -> HttpResponse:
    """Say when answers were or will be taken here."""
    past = [o.campaign for o in place.openings if o.campaign.closes_on < today]
    coming = [o.campaign for o in place.openings if o.campaign.opens_on > today]
    context = {
        "header": form_page.header(place),
        "past": max(past, key=lambda campaign: campaign.closes_on, default=None),
        "coming": min(coming, key=lambda campaign: campaign.opens_on, default=None),
    }
    return _page(render_to_string("surveys/closed.html", context), 410 if past else 404)


def _refuse(refused: Refused, counter: str) -> HttpResponse:
    context = {
        "header": None,
        "counter": counter,
        "status": refused.status,
        "faults": list(refused.faults.values()),
        "may_start_anew": "counter" not in refused.faults,
    }
    return _page(render_to_string("surveys/refused.html", context), refused.status)


def _page(content: str | bytes, status: int = 200) -> HttpResponse:
    # Neither the browser nor anything on the way keeps it: the id is for one person only, and
    # the next person at a shared device must not find the answers of the last.
    return HttpResponse(content, status=status, headers={"Cache-Control": "no-store"})
