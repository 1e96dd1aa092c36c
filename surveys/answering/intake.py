"""What both doors ask of a citizen's sheet: the form's POST (views) and a device's PUT (api)."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, UnreadablePostError
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from surveys import submissions
from surveys.answering.openings import Opening, Place, find_place
from surveys.counters import counter_codes
from surveys.counters.tickets import Fault, TicketNotTaken
from surveys.kiosks.devices import device_with_key
from surveys.models import Channel, Device
from surveys.quality import arrivals
from surveys.submissions import COMMENT_LENGTH, Outcome, Sheet

log = logging.getLogger(__name__)
NOT_STORED_SECONDS = 60  # after which a sheet may be stored that could not be


class Refused(Exception):
    """A sheet that is not taken: the status of the reply, and what is wrong by field."""

    def __init__(
        self,
        status: int,
        faults: Mapping[str, str],
        *,
        retry_after: int | None = None,
        work: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__("; ".join(f"{field}: {fault}" for field, fault in faults.items()))
        self.status = status
        self.faults = dict(faults)
        self.retry_after = retry_after  # seconds
        self.work = work  # what to do instead of waiting (surveys.answering.work)


class NotATextError(ValueError):
    """A text that cannot be stored; the message says why."""


def check_body(request: HttpRequest, content_type: str) -> None:
    """Refuse a body that is too large (413), of another type (415) or broken off (400)."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    try:
        # Read here, so that it cannot fail later. What says beforehand that it is too large
        # is not read.
        request.body  # noqa: B018
    except RequestDataTooBig as error:
        limit = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 1024
        fault = _("The sheet is too large: at most %(kb)d kB.") % {"kb": limit}
        raise Refused(413, {"body": fault}) from error
    except UnreadablePostError as error:
        raise Refused(400, {"body": _("The sheet did not arrive whole.")}) from error
    if request.content_type != content_type or charset.lower() not in {"utf-8", "utf8"}:
        fault = _("The sheet must be sent as %(type)s, UTF-8.") % {"type": content_type}
        raise Refused(415, {"body": fault})


def place_at(counter_code: str) -> Place:
    """Return the counter and its campaigns; refuse an unknown (404) or closed (410) counter."""
    place = find_place(counter_code)
    if place is None:
        mistyped = counter_codes.corrected(counter_code) is None
        fault = (
            _("The code is not right: a character is wrong, missing or in another place.")
            if mistyped
            else _("There is no counter with this code.")
        )
        raise Refused(404, {"counter": fault})
    if not place.counter.active:
        raise Refused(410, {"counter": _("This counter no longer takes answers.")})
    return place


def device_asking(request: HttpRequest) -> Device | None:
    """Return the device whose key came with a request, None without one; refuse a bad key (401).

    A sheet sent with a bad key is never taken as a citizen's own: the device must know.
    """
    scheme, key = _credential(request)
    if scheme != "device":
        return None
    device = device_with_key(key)
    if device is None or device.revoked_at is not None:
        fault = _("This device key is not known or no longer good. Please pair the kiosk again.")
        raise Refused(401, {"authorization": fault})
    return device


def is_canary(request: HttpRequest) -> bool:
    """Return whether a sheet comes from our own canary; refuse a bad key (401).

    No key, no canary: where the site has none, nobody is.
    """
    scheme, key = _credential(request)
    if scheme != "canary":
        return False
    if not settings.CANARY_KEY or not constant_time_compare(key, settings.CANARY_KEY):
        raise Refused(401, {"authorization": _("This is not the key of the canary.")})
    return True


def _credential(request: HttpRequest) -> tuple[str, str]:
    """Return scheme, in small letters, and key; both empty without any."""
    # Not by `request.headers`, which makes every header ready first.
    scheme, _space, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return scheme.lower(), key.strip()


def place_of(device: Device, counter_code: str) -> Place:
    """Return the counter a device stands at, also if it is switched off: sheets may be on the way.

    It must be the counter of the address (403).
    """
    place = find_place(counter_code)
    if place is None or place.counter.pk != device.counter_id:
        raise Refused(403, {"counter": _("This device is paired with another counter.")})
    return place


def sheet_id(text: str) -> UUID:
    """Return the id a device or the page gave the sheet; only a random one is taken."""
    try:
        given = UUID(text)
    except ValueError:
        given = None
    if given is None or str(given) != text.lower() or given.version != 4:
        raise Refused(422, {"id": _("The id of the sheet is not a UUID of version 4.")})
    return given


def opening_named(place: Place, slug: str, questionnaire: str) -> Opening:
    """Return the campaign a sheet names, open or not; it must be asked at this counter."""
    opening = place.named(slug)
    if opening is None:
        raise Refused(422, {"campaign": _("No campaign of this name is held at this counter.")})
    if opening.questionnaire != questionnaire:
        raise Refused(
            422,
            {
                "questionnaire": _("The campaign asks the questionnaire %(reference)s.")
                % {"reference": opening.questionnaire}
            },
        )
    return opening


def text_to_keep(text: str) -> str:
    """Return a citizen's own words as they are stored: composed letters, plain line ends.

    Raises:
        NotATextError: too long, or with characters that no UTF-8 text can hold.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise NotATextError(_("The text has a character that cannot be stored."))
    if len(text) > COMMENT_LENGTH:
        raise NotATextError(
            _("Please write at most %(max)d characters; these are %(given)d.")
            % {"max": COMMENT_LENGTH, "given": len(text)}
        )
    return text


def record(sheet: Sheet, *, today: date, by_device: bool = False) -> Outcome:
    """Store the sheet, or refuse it (409, 410, 422, 503) with the reason in words.

    Args:
        by_device: it came with the key of a device, by whose rules its day is judged.
    """
    write = submissions.record_device_response if by_device else submissions.record_response
    try:
        outcome = write(sheet, today=today)
    except submissions.ContentDiffers as error:
        raise Refused(
            409, {"id": _("A sheet with this id is already stored and says something else.")}
        ) from error
    except submissions.IdNoLongerAccepted as error:
        raise Refused(410, {"id": _("The id of this sheet is no longer accepted.")}) from error
    except TicketNotTaken as error:
        raise Refused(422, {"ticket": _ticket_fault(error.fault)}) from error
    except submissions.DayNotAccepted as error:
        raise Refused(
            422,
            {
                "answered_on": _("Without a device key the day can only be today, %(today)s.")
                % {"today": today.isoformat()}
            },
        ) from error
    except submissions.CampaignNotOpen as error:
        raise Refused(
            410,
            {
                "campaign": _("The campaign takes answers from %(first)s to %(last)s.")
                % {
                    "first": date_format(sheet.campaign.opens_on, "SHORT_DATE_FORMAT"),
                    "last": date_format(sheet.campaign.closes_on, "SHORT_DATE_FORMAT"),
                }
            },
        ) from error
    except OperationalError as error:
        # A full disk, a database that stops: not the sheet's fault, and no page of ours either.
        words = str(error).partition("\n")[0]
        log.error("No sheet can be stored: %s", words)  # noqa: TRY400 - its words say all
        fault = _("Your sheet cannot be stored just now. Please send it again a little later.")
        raise Refused(503, {"body": fault}, retry_after=NOT_STORED_SECONDS) from error
    if outcome is Outcome.STORED:
        _note_arrival(sheet, today=today)
    return outcome


def _note_arrival(sheet: Sheet, *, today: date) -> None:
    """Count what a kiosk sends on the day it was answered, by the hour.

    A sheet that waited since another day says nothing of when people came.
    """
    if sheet.channel == Channel.KIOSK and sheet.answered_on == today and not sheet.canary:
        arrivals.note(sheet.counter_id, now=timezone.localtime())


def _ticket_fault(fault: Fault) -> str:
    return {
        Fault.MISSING: _("This survey asks for a ticket. Please enter the code on your slip."),
        Fault.MISTYPED: _(
            "The ticket's code is not right: a character is wrong, missing or in another place."
        ),
        Fault.UNKNOWN: _("This ticket is not one of ours. Please ask at the counter."),
        Fault.ELSEWHERE: _("This ticket is for another counter or another survey."),
        Fault.OTHER_DAY: _("This ticket is good only on the day printed on it and the next."),
        Fault.SPENT: _("This ticket has been used. Each ticket is good for one sheet."),
    }[fault]
