"""The API for devices and other programs that bring a citizen's sheet: one address, PUT."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from surveys import intake
from surveys.answers import AnswersError, encode
from surveys.intake import Refused
from surveys.submissions import Outcome, Sheet, channel_without_credential

REQUIRED = ("campaign", "questionnaire", "answers")
KEYS = (*REQUIRED, "comment", "seconds", "answered_on")
STATUS = {Outcome.STORED: 201, Outcome.ALREADY_STORED: 200}


# No cookie says who is asking, so there is nothing a page of another site could misuse.
@csrf_exempt
def put_response(request: HttpRequest, counter: str, response_id: str) -> HttpResponse:
    """Store one sheet: 201 stored, 200 already stored, else the faults by field or question."""
    if request.method != "PUT":
        fault = {"method": _("Sheets are sent by PUT.")}
        return JsonResponse({"errors": fault}, status=405, headers={"Allow": "PUT"})
    try:
        outcome = _receive(request, counter, response_id)
    except Refused as refused:
        return JsonResponse({"errors": refused.faults}, status=refused.status)
    return JsonResponse({"id": response_id.lower()}, status=STATUS[outcome])


def _receive(request: HttpRequest, counter: str, response_id: str) -> Outcome:
    intake.check_body(request, "application/json")
    place = intake.place_at(counter)
    sheet_id = intake.sheet_id(response_id)
    body = _body(_parse(request.body))
    opening = intake.opening_named(place, body.campaign, body.questionnaire)
    try:
        answers = encode(opening.edition(), body.answers)
    except AnswersError as error:
        raise Refused(422, error.faults) from error
    sheet = Sheet(
        id=sheet_id,
        campaign=opening.campaign,
        unit_id=place.counter.unit_id,
        counter_id=place.counter.pk,
        channel=channel_without_credential(place.counter),
        answers=answers,
        seconds=body.seconds,
        comment=body.comment,
        answered_on=body.answered_on,
    )
    return intake.record(sheet, today=timezone.localdate())


class DoubledKey(ValueError):
    """An object of the body names a key twice: which one is meant, nobody can know."""


def _parse(body: bytes) -> object:
    try:
        return json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except DoubledKey as error:
        raise Refused(400, {"body": _("A key stands twice: %(key)s") % {"key": error}}) from error
    # A RecursionError is nesting no sheet needs; a ValueError is everything else that is no
    # JSON, bytes that are no UTF-8 and whole numbers of thousands of digits among it.
    except (ValueError, RecursionError) as error:
        raise Refused(400, {"body": _("The body is not JSON in UTF-8.")}) from error


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        raise DoubledKey(next(key for key in keys if keys.count(key) > 1))
    return found


def _refuse_constant(name: str) -> object:
    """Refuse NaN and Infinity, which Python would read."""
    raise ValueError(f"{name} is not JSON")


@dataclass(frozen=True)
class Body:
    """The body of a PUT, every value of its type; the answers are not yet checked."""

    campaign: str
    questionnaire: str
    answers: Mapping[str, object]
    comment: str
    seconds: int | None
    answered_on: date | None


class WrongType(ValueError):
    """A value of the body is not what its key asks for; the message says what that is."""


def _body(data: object) -> Body:
    if not isinstance(data, dict):
        raise Refused(422, {"body": _("A JSON object is expected.")})
    faults = {key: _("There is no such key here.") for key in data if key not in KEYS}
    faults |= {key: _("This key is missing.") for key in REQUIRED if key not in data}
    values: dict[str, Any] = {}
    for key, read in READERS.items():
        try:
            values[key] = read(data.get(key))
        except ValueError as error:
            faults.setdefault(key, str(error))
    if faults:
        raise Refused(422, faults)
    return Body(**values)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise WrongType(_("A text is expected here."))
    return value


def _answers(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise WrongType(_("An object is expected here: an answer by the code of its question."))
    return value


def _comment(value: object) -> str:
    return "" if value is None else intake.text_to_keep(_text(value))


def _seconds(value: object) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise WrongType(_("A whole number of seconds from 0 is expected here."))
    return value


def _day(value: object) -> date | None:
    if value is None:
        return None
    fault = _("A day is expected here, written YYYY-MM-DD.")
    try:
        day = date.fromisoformat(_text(value))
    except ValueError as error:
        raise WrongType(fault) from error
    # Python also reads 20261122 and 2026-W47-7.
    if day.isoformat() != value:
        raise WrongType(fault)
    return day


READERS = {
    "campaign": _text,
    "questionnaire": _text,
    "answers": _answers,
    "comment": _comment,
    "seconds": _seconds,
    "answered_on": _day,
}
