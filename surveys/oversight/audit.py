"""The only place that writes the audit log, and the one that proves it was not changed.

Each entry holds SHA-256 of the hash before it and of its own canonical JSON. Changing, taking
out or moving an entry breaks the chain there; cutting off its end is seen only by who kept a
later number and hash (`manage.py check_audit` prints them).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from ipaddress import ip_address, ip_network
from typing import Any

from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from surveys.models import AuditEntry, Campaign, Unit
from surveys.oversight.deeds import Deed

# "audit" as a number: whoever writes waits for the one before to end its transaction.
LOCK = 0x6175646974
FIRST = bytes(32)
BATCH = 2000
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Actor:
    """Who does something, and from where; no user: a command, or someone not signed in."""

    user: User | None
    name: str
    address: str = ""


COMMAND = Actor(None, "manage.py")


def shortened(address: str) -> str:
    """Return the network of an address: enough to see a stranger, too little to trace a person.

    An IPv4 address without its last number (/24), an IPv6 address to /48; "" if it is none.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    parsed = mapped or parsed
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))


def record(
    deed: Deed,
    *,
    by: Actor,
    to: Model | None = None,
    unit: Unit | int | None = None,
    campaign: Campaign | int | None = None,
    before: Facts | None = None,
    after: Facts | None = None,
    reason: str = "",
) -> AuditEntry:
    """Write that something was done, in the transaction that does it.

    Call it last: until the transaction ends no other entry can be written. Never give it what
    ties a sheet, an answer or a comment to a time.

    Args:
        to: what it was done to; its table, key and name are kept.
        unit: where it belongs, for who may read the entry. None: only the nation's.
        before, after: what changed, as JSON can hold it.
    """
    entry = AuditEntry(
        user=by.user,
        who=by.name[:150],
        address=by.address,
        deed=deed.value,
        table=to._meta.label if to is not None else "",
        key=str(to.pk) if to is not None else "",
        name=_text(str(to))[:200] if to is not None else "",
        unit_id=unit.pk if isinstance(unit, Unit) else unit,
        campaign_id=campaign.pk if isinstance(campaign, Campaign) else campaign,
        reason=_text(reason),
        before=_plain(before),
        after=_plain(after),
    )
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # A statement of its own after the lock: it sees what the writer before committed.
        last = AuditEntry.objects.order_by("-number").first()
        entry.number = last.number + 1 if last else 1
        entry.previous_hash = bytes(last.hash) if last else FIRST
        entry.at = timezone.now()
        entry.hash = chained(entry)
        entry.save(force_insert=True)
    return entry


def chained(entry: AuditEntry) -> bytes:
    """Return the hash an entry must have."""
    return hashlib.sha256(bytes(entry.previous_hash) + canonical(entry)).digest()


def canonical(entry: AuditEntry) -> bytes:
    """Return all an entry says as JSON: keys in order, no spaces, UTF-8, time in UTC."""
    told = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "user": entry.user_id,
        "who": entry.who,
        "address": entry.address,
        "deed": entry.deed,
        "table": entry.table,
        "key": entry.key,
        "name": entry.name,
        "unit": entry.unit_id,
        "campaign": entry.campaign_id,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Verdict:
    """What a check of the chain found. `broken`: the number of the first entry that is wrong."""

    entries: int
    last_hash: str
    broken: int | None = None


def check(*, kept_number: int | None = None, kept_hash: str = "") -> Verdict:
    """Prove the chain from its first entry on.

    Args:
        kept_number, kept_hash: an entry someone wrote down elsewhere, which must still be there.
    """
    previous, number = FIRST, 0
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=BATCH):
        number += 1
        good = entry.number == number and bytes(entry.previous_hash) == previous
        if not good or bytes(entry.hash) != chained(entry):
            return Verdict(number - 1, previous.hex(), broken=number)
        previous = bytes(entry.hash)
        if number == kept_number and previous.hex() != kept_hash.lower():
            return Verdict(number, previous.hex(), broken=number)
    if kept_number is not None and kept_number > number:
        return Verdict(number, previous.hex(), broken=number + 1)
    return Verdict(number, previous.hex())


def _plain(facts: Facts | None) -> Any:
    """Return facts as they come back from the database: only what JSON knows."""
    if facts is None:
        return None
    return json.loads(_text(json.dumps(facts, cls=DjangoJSONEncoder, ensure_ascii=False)))


def _text(text: str) -> str:
    """Return a text that PostgreSQL can hold."""
    clean = text.replace("\x00", "").replace("\\u0000", "")
    return clean.encode(errors="replace").decode()
