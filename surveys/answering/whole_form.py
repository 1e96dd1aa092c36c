"""The whole form on one page. Blank, it is the same at every counter of a campaign, so it is kept.

Rendering some 170 options takes longer than all the rest of a submission. What is kept is
found by all that it says, so that a change shows at once; the names of the counter, and the id of
the sheet, which differs from one person to the next, are put in for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from uuid import UUID, uuid4

from crispy_forms.utils import render_crispy_form
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString

from surveys.answering import form_page, paged_form
from surveys.answering.form_page import FormPage, Header
from surveys.answering.forms import SheetForm
from surveys.answering.openings import Opening, Place, edition_of
from surveys.answering.paged_form import Receipt
from surveys.counters import receipt_codes, ticket_codes
from surveys.voice.recordings import Spoken

# Stand for what is put into a page that is kept; random, so that no text can hold them by chance.
ID_TO_COME = str(uuid4())
NAMES_TO_COME = {
    name: str(uuid4()) for name in ("counter_code", "counter_name", "unit_name", "above")
}
TICKET_TO_COME = str(uuid4())
CODE_TO_COME, DIGEST_TO_COME = str(uuid4()), str(uuid4())


def blank(place: Place, opening: Opening, ticket: str = "", language: str = "") -> bytes:
    """Return the page with nothing chosen, and with an id that nobody else gets.

    Args:
        ticket: what the QR code of a one-time ticket brought along; anything may stand there.
        language: that of the questions as asked for; anything may stand there.
    """
    asked = form_page.page_of(place, opening, form_page.language_of(opening, language))
    # Only what can be a code is put into the page.
    told = {ID_TO_COME: str(uuid4()), TICKET_TO_COME: ticket_codes.corrected(ticket) or ""}
    told |= {stands: getattr(asked.header, name) for name, stands in NAMES_TO_COME.items()}
    if asked.receipts:
        receipt = Receipt.made(receipt_codes.new_code())
        told |= {CODE_TO_COME: receipt.code, DIGEST_TO_COME: receipt.digest}
    page = _blank(replace(asked, header=_to_come(asked.header)))
    for stands, value in told.items():
        page = page.replace(stands.encode(), escape(value).encode())
    return page


def _to_come(header: Header) -> Header:
    """Return a header that any counter shares of which the same is known and not known."""
    names = {name: at for name, at in NAMES_TO_COME.items() if getattr(header, name)}
    return replace(header, **names)


def switched(place: Place, opening: Opening, form: SheetForm, sheet_id: UUID, ticket: str) -> str:
    """Return the whole form in another language, with the answers given so far."""
    context = {
        "questions": render_crispy_form(form),
        "ticket": ticket,
        "receipt": paged_form.receipt_of(form),
        "first": paged_form.place_of(form, 1),
        "enter": 2,
    }
    return _render(form_page.page_of(place, opening, form.language), str(sheet_id), context)


@lru_cache(maxsize=64)  # 60 kB each
def _blank(page: FormPage) -> bytes:
    edition = edition_of(page.campaign_id, page.questionnaire)
    form = SheetForm(edition, page.language, short_first=page.short > 0)
    context = {
        "questions": blank_questions(page),
        "ticket": TICKET_TO_COME,
        "receipt": Receipt(CODE_TO_COME, DIGEST_TO_COME),
        "first": paged_form.place_of(form, 1),
        "enter": 2,
    }
    return _render(page, ID_TO_COME, context).encode()


def blank_questions(page: FormPage) -> SafeString:
    """Return the questions with nothing chosen, as they stand inside the form."""
    return _blank_questions(
        page.campaign_id,
        page.questionnaire,
        page.language,
        page.header.language,
        page.spoken,
        short_first=page.short > 0,
    )


@lru_cache(maxsize=32)
def _blank_questions(
    campaign_id: int,
    questionnaire: str,
    language: str,
    _around: str,
    spoken: Spoken,
    *,
    short_first: bool,
) -> SafeString:
    edition = edition_of(campaign_id, questionnaire)
    form = SheetForm(edition, language, spoken=spoken, short_first=short_first)
    return SafeString(render_crispy_form(form))


def _render(page: FormPage, sheet_id: str, context: Mapping[str, object]) -> str:
    context = {**context, **form_page.context_of(page), "sheet_id": sheet_id}
    return render_to_string("surveys/respond.html", context).strip()
