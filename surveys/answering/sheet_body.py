"""The body of a sheet as the API takes it: read, and made the sheet it is at a counter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from surveys.answering import intake, json_body
from surveys.answering.answers import AnswersError, encode
from surveys.answering.intake import Refused
from surveys.answering.openings import Place
from surveys.counters.receipt_codes import DIGEST
from surveys.kiosks import device_days
from surveys.models import Channel, Device
from surveys.submissions import Sheet, channel_without_credential

REQUIRED = ("campaign", "questionnaire", "answers")
KEYS = (*REQUIRED, "comment", "seconds", "answered_on", "clock_ahead_days", "ticket", "receipt")
# A clock may stand at 1970 or at 2106; further off is no clock.
MAX_AHEAD_DAYS = 60_000


@dataclass(frozen=True)
class Body:
    """The body of a PUT, every value of its type; the answers are not yet checked."""

    campaign: str
    questionnaire: str
    answers: Mapping[str, object]
    comment: str
    seconds: int | None
    answered_on: date | None
    clock_ahead_days: int | None
    ticket: str
    receipt: bytes


def read(data: Mapping[str, object]) -> Body:
    """Return the body, or refuse it (422) with the faults by key."""
    faults = {key: _("There is no such key here.") for key in data if key not in KEYS}
    faults |= {key: _("This key is missing.") for key in REQUIRED if key not in data}
    values: dict[str, Any] = {}
    for key, reader in READERS.items():
        try:
            values[key] = reader(data.get(key))
        except ValueError as error:
            faults.setdefault(key, str(error))
    if faults:
        raise Refused(422, faults)
    return Body(**values)


def sheet(
    body: Body,
    sheet_id: UUID,
    place: Place,
    device: Device | None,
    today: date,
    *,
    canary: bool = False,
) -> Sheet:
    """Return the sheet a body is at a counter; refuse (422) what does not fit the campaign.

    Args:
        device: who proved itself by a key: its channel is kiosk and its day counts. None: the
            channel is that of a citizen's own phone.
    """
    opening = intake.opening_named(place, body.campaign, body.questionnaire)
    if device is None and body.clock_ahead_days is not None:
        raise Refused(422, {"clock_ahead_days": _("Only a device with a key may say this.")})
    try:
        answers = encode(opening.edition(), body.answers)
    except AnswersError as error:
        raise Refused(422, error.faults) from error
    answered_on, corrected = body.answered_on, False
    if device is not None:
        day = device_days.answered(
            body.answered_on,
            ahead_days=body.clock_ahead_days,
            ahead_seconds_now=device.clock_offset_seconds,
            opens_on=opening.campaign.opens_on,
            today=today,
        )
        answered_on, corrected = (day.on if body.answered_on else None), day.corrected
    return Sheet(
        id=sheet_id,
        campaign=opening.campaign,
        unit_id=place.counter.unit_id,
        counter_id=place.counter.pk,
        channel=Channel.KIOSK if device else channel_without_credential(place.counter),
        answers=answers,
        seconds=body.seconds,
        comment=body.comment,
        answered_on=answered_on,
        day_corrected=corrected,
        canary=canary,
        ticket=body.ticket,
        receipt=body.receipt,
    )


def _answers(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        fault = _("An object is expected here: an answer by the code of its question.")
        raise json_body.WrongType(fault)
    return value


def _comment(value: object) -> str:
    return "" if value is None else intake.text_to_keep(json_body.text(value))


def _ticket(value: object) -> str:
    return "" if value is None else json_body.text(value)


def _receipt(value: object) -> bytes:
    if value is None:
        return b""
    if not DIGEST.fullmatch(json_body.text(value)):
        raise ValueError(_("A SHA-256 in hexadecimal is expected here, in small letters."))
    return bytes.fromhex(str(value))


def _seconds(value: object) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise json_body.WrongType(_("A whole number of seconds from 0 is expected here."))
    return value


def _ahead_days(value: object) -> int | None:
    return json_body.whole_number(value, -MAX_AHEAD_DAYS, MAX_AHEAD_DAYS)


READERS = {
    "campaign": json_body.text,
    "questionnaire": json_body.text,
    "answers": _answers,
    "comment": _comment,
    "seconds": _seconds,
    "answered_on": json_body.day,
    "clock_ahead_days": _ahead_days,
    "ticket": _ticket,
    "receipt": _receipt,
}
