"""Kiosks: paired by a one-time code, known by a key, revoked by an official.

A key is 256 random bits; only its digest is kept, so a copy of the table opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from surveys.counters.counter_codes import ALPHABET, SEPARATORS
from surveys.models import Counter, Device, PairingCode

KEY_PREFIX = "hl_"
CODE_LENGTH = 8
CODE_LASTS = timedelta(minutes=10)
NAME_LENGTH = 100


class CodeNotAccepted(Exception):
    """The pairing code is unknown, used, expired or of another counter; which, is not told."""


@dataclass(frozen=True)
class Report:
    """What a kiosk says of itself in a heartbeat."""

    queue_length: int | None
    rejected: int | None
    oldest_on: date | None
    app_version: str
    storage_persisted: bool | None
    clock_offset_seconds: int | None


def make_pairing_code(counter: Counter, *, made_by_id: int, now: datetime) -> str:
    """Return a new one-time code for a counter, as it is read out: abcd-2345.

    Args:
        made_by_id: the official who makes it.
    """
    PairingCode.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    plain = "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
    PairingCode.objects.create(
        code_digest=_code_digest(plain),
        counter=counter,
        made_by_id=made_by_id,
        expires_at=now + CODE_LASTS,
    )
    return f"{plain[:4]}-{plain[4:]}"


def pair(counter_id: int, code: str, *, name: str, now: datetime) -> tuple[Device, str]:
    """Return a new device of a counter and its key, which is told this once.

    Raises:
        CodeNotAccepted: the code does not pair a device with this counter now.
    """
    digest = _code_digest(SEPARATORS.sub("", code).lower())
    with transaction.atomic():
        # The update is the judge: of two tablets with one code, one changes the row.
        live = PairingCode.objects.filter(
            code_digest=digest, counter_id=counter_id, used_at=None, expires_at__gt=now
        )
        if not live.update(used_at=now):
            raise CodeNotAccepted
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        device = Device.objects.create(
            counter_id=counter_id,
            name=name.strip()[:NAME_LENGTH],
            key_digest=key_digest(key),
            paired_by_id=PairingCode.objects.get(code_digest=digest).made_by_id,
            paired_at=now,
        )
    return device, key


def device_with_key(key: str) -> Device | None:
    """Return the device that proves itself by this key, also if it is revoked."""
    return Device.objects.filter(key_digest=key_digest(key)).first()


def key_digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def revoke(device: Device, *, now: datetime) -> None:
    """Take no sheet by the key of this device from now on; what it sent stays."""
    Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=now)


def note_heartbeat(device: Device, report: Report, *, now: datetime) -> None:
    """Keep what a kiosk last said of itself, and when."""
    Device.objects.filter(pk=device.pk).update(
        seen_at=now,
        queue_length=report.queue_length,
        rejected=report.rejected,
        oldest_on=report.oldest_on,
        app_version=report.app_version,
        storage_persisted=report.storage_persisted,
        clock_offset_seconds=report.clock_offset_seconds,
    )


def _code_digest(plain: str) -> str:
    """Return the digest of a short code, of no use without our secret."""
    return salted_hmac("surveys.devices.code", plain, algorithm="sha256").hexdigest()
