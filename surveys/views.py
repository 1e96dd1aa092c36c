"""The pages of a citizen who answers at a counter. They set no cookie and run no session."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from time import time
from typing import TypeAlias
from urllib.parse import parse_qs
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys import form_page, intake, recordings, throttle, work
from surveys.answers import AnswersError
from surveys.counter_codes import corrected
from surveys.forms import SheetForm
from surveys.intake import Refused
from surveys.openings import Opening, Place, find_place
from surveys.posted_sheets import LANGUAGE, SWITCH, read
from surveys.submissions import Sheet, channel_without_credential

Fields: TypeAlias = dict[str, list[str]]
MAX_FIELDS = 1000


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
    return form_page.blank(place, opening, ticket, language)


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
    context = {"header": form_page.header(place), "opening": place.open_on(timezone.localdate())}
    return _page(render_to_string("surveys/thanks.html", context))


def _receive(request: HttpRequest, counter: str, today: date) -> HttpResponse:
    intake.check_body(request, "application/x-www-form-urlencoded")
    posted = _posted(request)
    place = intake.place_at(counter)
    # A sheet of a campaign that is not held here is shown again on the form that is.
    opening = place.named(_first(posted, "campaign")) or place.open_on(today)
    if opening is None:
        return _closed(place, today)
    faults, sheet_id = _envelope_faults(place, posted)
    if SWITCH in posted:
        form = _filled_in(opening, posted)
        ticket = _first(posted, "ticket")
        return _page(form_page.switched(place, opening, form, sheet_id, ticket))
    try:
        answers = read(posted, opening.edition())
    except AnswersError:
        return _show_again(place, opening, posted, sheet_id, faults)
    if faults:
        return _show_again(place, opening, posted, sheet_id, faults)
    sheet = Sheet(
        id=sheet_id,
        campaign=opening.campaign,
        unit_id=place.counter.unit_id,
        counter_id=place.counter.pk,
        channel=channel_without_credential(place.counter),
        answers=answers.answers,
        comment=answers.comment,
        canary=intake.is_canary(request),
        ticket=_first(posted, "ticket"),
    )
    try:
        _slow_down(sheet, _first(posted, work.PAUSE_FIELD))
        intake.record(sheet, today=today)
    except Refused as refused:
        return _not_taken(refused, place, opening, posted, sheet_id)
    address = reverse("surveys:thanks", args=[counter])
    return HttpResponseRedirect(address, status=303, headers={"Cache-Control": "no-store"})


def _slow_down(sheet: Sheet, pause: str) -> None:
    """Refuse a sheet for some seconds in a rush (429), unless it has waited already."""
    # A canary neither waits nor uses up what people may send.
    rush = None if sheet.canary else throttle.note_sheet(sheet.counter_id, None)
    if rush and not work.is_over(pause, sheet.counter_id, sheet.id, now=int(time())):
        said = _("Very many sheets come in just now. Please send yours again in %(n)d seconds.")
        raise Refused(429, {"body": said % {"n": rush.pause}}, retry_after=rush.pause)


def _posted(request: HttpRequest) -> Fields:
    """Return the values of every posted field; Django's QueryDict takes twice the time for it."""
    text = request.body.decode(errors="replace")
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        fault = _("The sheet has more fields than any questionnaire.")
        raise Refused(400, {"body": fault}) from error


def _first(posted: Fields, name: str) -> str:
    return posted.get(name, [""])[0]


def _envelope_faults(place: Place, posted: Fields) -> tuple[list[str], UUID]:
    """Return what is wrong with campaign, questionnaire and id, and the id to go on with."""
    faults: list[str] = []
    try:
        intake.opening_named(place, _first(posted, "campaign"), _first(posted, "questionnaire"))
    except Refused as refused:
        faults += refused.faults.values()
    try:
        return faults, intake.sheet_id(_first(posted, "id"))
    except Refused as refused:
        return [*faults, *refused.faults.values()], uuid4()


def _not_taken(
    refused: Refused, place: Place, opening: Opening, posted: Fields, sheet_id: UUID
) -> HttpResponse:
    """Show what can be done about a refused sheet."""
    if refused.status == HTTPStatus.CONFLICT:
        return _ask_whether_again(place, opening, posted)
    if refused.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _ask_to_wait(refused, place, opening, posted, sheet_id)
    if "campaign" in refused.faults:
        return _closed(place, timezone.localdate())
    if fault := refused.faults.get("ticket"):
        return _show_again(place, opening, posted, sheet_id, [fault], ticket_fault=fault)
    raise refused


def _filled_in(opening: Opening, posted: Fields) -> SheetForm:
    asked = _first(posted, SWITCH) or _first(posted, LANGUAGE)
    language = form_page.language_of(opening, asked)
    spoken = recordings.spoken(opening.campaign.pk, opening.questionnaire, language)
    return SheetForm(
        opening.edition(),
        language,
        posted,
        spoken=spoken,
        short_first=opening.campaign.short_first,
    )


def _show_again(
    place: Place,
    opening: Opening,
    posted: Fields,
    sheet_id: UUID,
    faults: list[str],
    *,
    ticket_fault: str = "",
) -> HttpResponse:
    """Show what was posted with its faults; nothing was stored, so the id stays."""
    form = _filled_in(opening, posted)
    for fault in faults:
        form.add_error(None, fault)
    page = form_page.filled(
        place,
        opening,
        form,
        sheet_id,
        again=False,
        ticket=_first(posted, "ticket"),
        ticket_fault=ticket_fault,
    )
    return _page(page, 422)


def _ask_to_wait(
    refused: Refused, place: Place, opening: Opening, posted: Fields, sheet_id: UUID
) -> HttpResponse:
    """Show the answers once more, to be sent some seconds later; then they are taken."""
    form = _filled_in(opening, posted)
    form.add_error(None, refused.faults["body"])
    seconds = refused.retry_after or 0
    pause = work.pause(place.counter.pk, sheet_id, until=int(time()) + seconds)
    ticket = _first(posted, "ticket")
    page = form_page.filled(place, opening, form, sheet_id, again=False, ticket=ticket, pause=pause)
    response = _page(page, refused.status)
    response["Retry-After"] = str(seconds)
    return response


def _ask_whether_again(place: Place, opening: Opening, posted: Fields) -> HttpResponse:
    """Show the answers under a new id, with one button: the first sheet stays as it is stored."""
    form = _filled_in(opening, posted)
    ticket = _first(posted, "ticket")
    page = form_page.filled(place, opening, form, uuid4(), again=True, ticket=ticket)
    return _page(page, 409)


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
