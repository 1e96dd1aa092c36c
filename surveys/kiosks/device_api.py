"""The API of kiosks beside their sheets: pairing with a counter, and a sign of life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from surveys.answering import intake, json_body
from surveys.answering.intake import Refused
from surveys.kiosks import devices, kiosk_app, pairing_limit

MAX_QUEUE = 10_000_000
PAIRING_KEYS = ("code", "name")
HEARTBEAT_KEYS = (
    *("queue_length", "rejected", "oldest_on", "app_version", "storage_persisted", "clock"),
)


def _answered(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    if request.method != "POST":
        fault = {"method": _("Only POST is answered here.")}
        return JsonResponse({"errors": fault}, status=405, headers={"Allow": "POST"})
    try:
        intake.check_body(request, "application/json")
        return act()
    except Refused as refused:
        headers = {"Retry-After": "60"} if refused.status == 429 else {}
        return JsonResponse({"errors": refused.faults}, status=refused.status, headers=headers)


# No cookie says who is asking, so there is nothing a page of another site could misuse.
@csrf_exempt
def pair(request: HttpRequest, counter: str) -> HttpResponse:
    """Give a tablet its key for a one-time code: 201; 403 for a code that is not good."""
    return _answered(request, lambda: _pair(request, counter))


def _pair(request: HttpRequest, counter: str) -> HttpResponse:
    place = intake.place_at(counter)
    values = _read(request, PAIRING_KEYS, {"code": json_body.text, "name": json_body.text})
    name = str(values["name"]).replace("\x00", "").strip()
    if not name:
        raise Refused(422, {"name": _("Please give the kiosk a name.")})
    if not pairing_limit.may_guess(place.counter.pk):
        raise Refused(429, {"code": _("Too many wrong codes. Please wait a minute.")})
    now = timezone.now()
    try:
        device, key = devices.pair(place.counter.pk, str(values["code"]), name=name, now=now)
    except devices.CodeNotAccepted as error:
        fault = _("This code is wrong, used or too old. Please make a new one.")
        raise Refused(403, {"code": fault}) from error
    pairing_limit.was_right(place.counter.pk)
    return JsonResponse(
        {"id": str(device.pk), "key": key, "name": device.name},
        status=201,
        headers={"Cache-Control": "no-store"},
    )


@csrf_exempt
def heartbeat(request: HttpRequest) -> HttpResponse:
    """Take down what a kiosk says of itself; tell it the time and the newest app."""
    return _answered(request, lambda: _heartbeat(request))


def _heartbeat(request: HttpRequest) -> HttpResponse:
    device = intake.device_asking(request)
    if device is None:
        raise Refused(401, {"authorization": _("A device key is needed here.")})
    values = _read(
        request,
        HEARTBEAT_KEYS,
        {
            "queue_length": lambda value: json_body.whole_number(value, 0, MAX_QUEUE),
            "rejected": lambda value: json_body.whole_number(value, 0, MAX_QUEUE),
            "oldest_on": json_body.day,
            "app_version": lambda value: (
                "" if value is None else json_body.text(value).replace("\x00", "")[:40]
            ),
            "storage_persisted": _flag,
            # Milliseconds since 1970 by the device's own clock.
            "clock": lambda value: json_body.whole_number(value, -(2**53), 2**53),
        },
    )
    now = timezone.now()
    clock = values.pop("clock")
    now_ms = round(now.timestamp() * 1000)
    offset = round((clock - now_ms) / 1000) if isinstance(clock, int) else None
    report = devices.Report(**values, clock_offset_seconds=offset)
    devices.note_heartbeat(device, report, now=now)
    place = intake.place_of(device, device.counter.code)
    return JsonResponse({"time": now_ms, "app_version": kiosk_app.version(place)})


def _read(
    request: HttpRequest, known: tuple[str, ...], readers: Mapping[str, Callable[[object], object]]
) -> dict[str, Any]:
    data = json_body.parse(request.body)
    faults = {key: _("There is no such key here.") for key in data if key not in known}
    values: dict[str, Any] = {}
    for key, reader in readers.items():
        try:
            values[key] = reader(data.get(key))
        except ValueError as error:
            faults.setdefault(key, str(error))
    if faults:
        raise Refused(422, faults)
    return values


def _flag(value: object) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise json_body.WrongType(_("true or false is expected here."))
    return value
