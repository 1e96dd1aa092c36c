"""The API for devices and other programs that bring a citizen's sheet: one address, PUT."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from surveys.answering import intake, json_body, sheet_body, throttle, work
from surveys.answering.intake import Refused
from surveys.models import Device
from surveys.submissions import Outcome

STATUS = {Outcome.STORED: 201, Outcome.ALREADY_STORED: 200}
WORK_HEADER = "Proof-Of-Work"


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
        headers = {"Retry-After": str(refused.retry_after)} if refused.retry_after else {}
        said = {"errors": refused.faults} | ({"work": refused.work} if refused.work else {})
        return JsonResponse(said, status=refused.status, headers=headers)
    return JsonResponse({"id": response_id.lower()}, status=STATUS[outcome])


def _receive(request: HttpRequest, counter: str, response_id: str) -> Outcome:
    intake.check_body(request, "application/json")
    device = intake.device_asking(request)
    place = intake.place_of(device, counter) if device else intake.place_at(counter)
    canary = intake.is_canary(request)
    sheet_id = intake.sheet_id(response_id)
    # A canary neither waits nor uses up what people may send.
    if not canary:
        _slow_down(request, place.counter.pk, device, sheet_id)
    body = sheet_body.read(json_body.parse(request.body))
    today = timezone.localdate()
    sheet = sheet_body.sheet(body, sheet_id, place, device, today, canary=canary)
    return intake.record(sheet, today=today, by_device=device is not None)


def _slow_down(
    request: HttpRequest, counter_id: int, device: Device | None, sheet_id: UUID
) -> None:
    """Ask a device to wait in a rush, and anybody else to work or wait."""
    rush = throttle.note_sheet(counter_id, device)
    if rush is None:
        return
    done = request.headers.get(WORK_HEADER, "")
    if device is None and done and work.is_done(done, counter_id, sheet_id):
        return
    raise Refused(
        429,
        {"body": _("Too many sheets at once. Please send again a little later.")},
        retry_after=rush.next_minute,
        work=None if device else work.challenge(counter_id, sheet_id),
    )
