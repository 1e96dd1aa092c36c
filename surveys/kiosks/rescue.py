"""The queue of a kiosk that never reaches the network again, brought in by an official.

The file was opened in the official's browser. It holds the key of its device, so its sheets
are taken as that device's own, also when the device has been revoked: by the same rules and
the same writer as if they had come by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from surveys.answering import intake, json_body, sheet_body
from surveys.answering.intake import Refused
from surveys.answering.openings import Place
from surveys.kiosks.devices import device_with_key
from surveys.models import Device
from surveys.submissions import Outcome


@dataclass
class Rescue:
    """What became of the sheets of a file; `refused` counts them by their reason."""

    device: Device
    stored: int = 0
    known: int = 0
    refused: dict[str, int] = field(default_factory=dict)


def bring_in(content: bytes, *, devices: QuerySet[Device], today: date) -> Rescue:
    """Store the sheets of an opened file; the same file again changes nothing.

    Args:
        devices: those whose queue may be brought in by who asks.

    Raises:
        Refused: it is no such file, or not of a device of ours.
    """
    data = json_body.parse(content)
    key, sheets = data.get("key"), data.get("sheets")
    device = device_with_key(key) if isinstance(key, str) else None
    if device is None or not devices.filter(pk=device.pk).exists():
        raise Refused(422, {"file": _("The file is not of a kiosk that was paired here.")})
    if not isinstance(sheets, list):
        raise Refused(422, {"file": _("The file holds no queue.")})
    place = intake.place_of(device, device.counter.code)
    rescue = Rescue(device)
    for sheet in sheets:
        try:
            outcome = _store(sheet, device, place, today)
        except Refused as refused:
            reason = str(refused)
            rescue.refused[reason] = rescue.refused.get(reason, 0) + 1
        else:
            rescue.stored += outcome is Outcome.STORED
            rescue.known += outcome is Outcome.ALREADY_STORED
    return rescue


def _store(sheet: object, device: Device, place: Place, today: date) -> Outcome:
    if not isinstance(sheet, dict) or not isinstance(sheet.get("body"), Mapping):
        raise Refused(422, {"file": _("A line of the file is no sheet.")})
    sheet_id = intake.sheet_id(str(sheet.get("id")))
    body = sheet_body.read(sheet["body"])
    made = sheet_body.sheet(body, sheet_id, place, device, today)
    return intake.record(made, today=today, by_device=True)
