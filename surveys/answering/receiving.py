"""What a citizen's browser posts: a turn of the page, another language, or a sheet to store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from time import time
from typing import TypeAlias
from urllib.parse import parse_qs
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.utils.translation import gettext as _

from surveys.answering import form_page, intake, paged_form, throttle, whole_form, work
from surveys.answering.answers import AnswersError
from surveys.answering.forms import SheetForm
from surveys.answering.intake import Refused
from surveys.answering.openings import Opening, Place
from surveys.answering.paged_form import Turn
from surveys.answering.posted_sheets import HERE, LANGUAGE, RECEIPT, SWITCH, Posted, read
from surveys.counters import receipt_codes, receipts
from surveys.models import Response
from surveys.submissions import Outcome as Recorded
from surveys.submissions import Sheet, channel_without_credential
from surveys.voice import recordings

Fields: TypeAlias = dict[str, list[str]]
MAX_FIELDS = 1000


@dataclass(frozen=True)
class Shown:
    """A page in reply; nothing was stored."""

    content: str
    status: int = 200
    retry_after: int = 0  # seconds


@dataclass(frozen=True)
class Closed:
    """Nothing is asked here, or not any more."""

    place: Place


@dataclass(frozen=True)
class Stored:
    """The sheet is committed; `receipt` is the code to keep, empty when there is none."""

    receipt: str = ""


Outcome: TypeAlias = Shown | Closed | Stored


@dataclass(frozen=True)
class _Post:
    """What came, and where."""

    place: Place
    opening: Opening
    fields: Fields
    sheet_id: UUID
    faults: list[str]  # of campaign, questionnaire and id

    def first(self, name: str) -> str:
        return self.fields.get(name, [""])[0]

    def form(self, page: int | None = None, fields: Fields | None = None) -> SheetForm:
        """Return the form in the language of the questions, filled in with what came."""
        asked = self.first(SWITCH) or self.first(LANGUAGE)
        campaign = self.opening.campaign
        language = form_page.language_of(self.opening, asked)
        return SheetForm(
            self.opening.edition(),
            language,
            self.fields if fields is None else fields,
            spoken=recordings.spoken(campaign.pk, self.opening.questionnaire, language),
            short_first=campaign.short_first,
            page=page,
        )


def receive(request: HttpRequest, counter: str, today: date) -> Outcome:
    """Store a sheet, or show the page that was asked for.

    Raises:
        Refused: there is nothing to show beside the answers.
    """
    intake.check_body(request, "application/x-www-form-urlencoded")
    fields = _posted(request)
    place = intake.place_at(counter)
    # A sheet of a campaign that is not held here is shown again on the form that is.
    opening = place.named(fields.get("campaign", [""])[0]) or place.open_on(today)
    if opening is None:
        return Closed(place)
    post = _judged(place, opening, fields)
    number = paged_form.number_asked_for(fields)
    if SWITCH in fields or number is not None:
        return _page_asked_for(post, number)
    try:
        answers = read(fields, opening.edition())
    except AnswersError:
        return _show_again(post)
    return _show_again(post) if post.faults else _store(request, post, answers, today)


def _page_asked_for(post: _Post, number: int | None) -> Outcome:
    if Response.objects.filter(pk=post.sheet_id).exists():
        return Stored()  # a page out of the browser's history: the next person must not see it
    form = post.form()
    if number is None or SWITCH in post.fields:
        return _in_other_language(post, form)
    return _turned(post, form, paged_form.turn_to(form, number, post.fields))


def _store(request: HttpRequest, post: _Post, answers: Posted, today: date) -> Outcome:
    receipt = _receipt(request, post)
    sheet = Sheet(
        id=post.sheet_id,
        campaign=post.opening.campaign,
        unit_id=post.place.counter.unit_id,
        counter_id=post.place.counter.pk,
        channel=channel_without_credential(post.place.counter),
        answers=answers.answers,
        comment=answers.comment,
        canary=intake.is_canary(request),
        ticket=post.first("ticket"),
        receipt=receipt_codes.digest(receipt) if receipt else b"",
    )
    try:
        _slow_down(sheet, post.first(work.PAUSE_FIELD))
        outcome = intake.record(sheet, today=today)
    except Refused as refused:
        return _not_taken(refused, post)
    if receipt and outcome is not Recorded.STORED:
        # Sent again: perhaps under another code than the first time.
        kept = receipts.is_kept(sheet.campaign.pk, sheet.receipt)
        return Stored(receipt if kept else "")
    return Stored(receipt)


def _receipt(request: HttpRequest, post: _Post) -> str:
    """Return the receipt code that came with a sheet; empty where none is given."""
    if not post.opening.campaign.receipts or intake.is_canary(request):
        return ""
    return receipt_codes.corrected(post.first(RECEIPT)) or ""


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


def _judged(place: Place, opening: Opening, fields: Fields) -> _Post:
    """Return what came with the faults of its envelope, and with an id to go on with."""
    post = _Post(place, opening, fields, uuid4(), [])
    try:
        intake.opening_named(place, post.first("campaign"), post.first("questionnaire"))
    except Refused as refused:
        post.faults.extend(refused.faults.values())
    try:
        sheet_id = intake.sheet_id(post.first("id"))
    except Refused as refused:
        post.faults.extend(refused.faults.values())
        return post
    return _Post(place, opening, fields, sheet_id, post.faults)


def _in_other_language(post: _Post, form: SheetForm) -> Shown:
    if HERE not in post.fields:
        ticket = post.first("ticket")
        return Shown(whole_form.switched(post.place, post.opening, form, post.sheet_id, ticket))
    return _page(post, paged_form.page_posted(form, post.fields))


def _page(post: _Post, page: int, fields: Fields | None = None) -> Shown:
    form = post.form(page, fields)
    return Shown(paged_form.rendered(post.place, post.opening, form, post.sheet_id, page))


def _turned(post: _Post, form: SheetForm, turn: Turn) -> Shown:
    """Turn the page; not past a fault, of which the next page would say nothing."""
    if post.faults:
        return _show_again(post)
    if turn.skipped:
        return _page(post, turn.to, paged_form.left_blank(form, turn.here))
    wrong = next((fault.page for fault in paged_form.faults_of(form)), turn.to)
    if wrong <= turn.here < turn.to:
        return _show_again(post)
    return _page(post, turn.to)


def _not_taken(refused: Refused, post: _Post) -> Shown | Closed:
    """Show what can be done about a refused sheet."""
    if refused.status == HTTPStatus.CONFLICT:
        return _ask_whether_again(post)
    if refused.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return _ask_to_wait(refused, post)
    if "campaign" in refused.faults:
        return Closed(post.place)
    if fault := refused.faults.get("ticket"):
        post.faults.append(fault)
        return _show_again(post, ticket_fault=fault)
    raise refused


def _show_again(post: _Post, *, ticket_fault: str = "") -> Shown:
    """Show the first page with a fault; nothing was stored, so the id stays."""
    form = post.form()
    review = paged_form.review_page(form)
    page = next((fault.page for fault in paged_form.faults_of(form)), review)
    form = post.form(page)
    for fault in post.faults:
        form.add_error(None, fault)
    content = paged_form.rendered(
        post.place,
        post.opening,
        form,
        post.sheet_id,
        page,
        refused=True,
        ticket_fault=ticket_fault,
    )
    return Shown(content, 422)


def _ask_to_wait(refused: Refused, post: _Post) -> Shown:
    """Show the answers once more, to be sent some seconds later; then they are taken."""
    page = paged_form.review_page(post.form())
    form = post.form(page)
    form.add_error(None, refused.faults["body"])
    seconds = refused.retry_after or 0
    pause = work.pause(post.place.counter.pk, post.sheet_id, until=int(time()) + seconds)
    content = paged_form.rendered(
        post.place, post.opening, form, post.sheet_id, page, refused=True, pause=pause
    )
    return Shown(content, refused.status, seconds)


def _ask_whether_again(post: _Post) -> Shown:
    """Show the answers under a new id, with one button: the first sheet stays as it is stored."""
    page = paged_form.review_page(post.form())
    form = post.form(page)
    content = paged_form.rendered(post.place, post.opening, form, uuid4(), page, again=True)
    return Shown(content, 409)
