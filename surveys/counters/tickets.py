"""One-time tickets: issuing a batch, and what a sheet must bring to a campaign that asks for one.

The codes are made, printed and forgotten. A spent ticket leaves a keyed digest and its batch;
what is stored beside it says neither serial nor time (docs/threat-model.md).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError
from django.db.models import Count

from surveys.counters import ticket_codes
from surveys.counters.ticket_codes import MOST_BATCHES, MOST_TICKETS, Scope
from surveys.models import Campaign, Counter, SpentTicket, TicketBatch

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

# A ticket is good on its day and the next: handed out as the office closes, used at home.
GRACE = timedelta(days=1)
# Who sends a form again after that wants more tickets, not the same.
SECOND_CLICK = timedelta(seconds=15)


class Fault(Enum):
    """Why a sheet's ticket is not taken."""

    MISSING = "missing"
    MISTYPED = "mistyped"
    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"
    OTHER_DAY = "other day"
    SPENT = "spent"


class TicketNotTaken(Exception):
    """The sheet needs a good ticket, and brought none."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class CannotIssue(Exception):
    """These tickets cannot be made; the message is the reason, in English, for operators."""


@dataclass(frozen=True)
class Spending:
    """What is stored when a ticket is spent."""

    digest: bytes
    batch_id: int


@dataclass(frozen=True)
class BatchLine:
    """A batch and how many of its tickets came back with a sheet.

    None while fewer have than the campaign's threshold: of three people who were served, the
    one who did not answer would be known.
    """

    batch: TicketBatch
    spent: int | None

    @property
    def percent(self) -> float | None:
        """The response rate, 0 to 100."""
        return None if self.spent is None else 100 * self.spent / self.batch.issued


@dataclass(frozen=True)
class Asking:
    """A form as it was shown once: whoever sends it twice asks for one batch."""

    key: UUID
    now: datetime


class AskedBefore(Exception):
    """The form was sent before: with other contents, or longer ago than a second click is."""


def issue(
    campaign: Campaign,
    counter: Counter,
    *,
    day: date,
    number: int,
    made_by: User,
    asking: Asking | None = None,
) -> list[str]:
    """Store a batch of tickets and return their codes, which nobody can ask for again.

    But for a second click: within SECOND_CLICK the same form gives the same codes, since a
    browser shows only what the last click brought.

    In an order made by chance: who notes to whom the n-th slip went learns no serial.

    Raises:
        CannotIssue: the campaign takes no tickets or has no tree with the counter's unit, the
            day is outside its open days, or the number outside 1 to MOST_TICKETS.
        AskedBefore: see there.
        ImproperlyConfigured: there is no TICKET_KEY.
    """
    key = _key()
    if not campaign.tickets:
        raise CannotIssue(f"campaign {campaign} takes sheets without tickets")
    if not campaign.units.filter(unit=counter.unit_id).exists():
        raise CannotIssue(f"campaign {campaign} does not ask about the unit of {counter.code}")
    if not campaign.opens_on <= day <= campaign.closes_on:
        raise CannotIssue(f"{day} is outside {campaign.opens_on} to {campaign.closes_on}")
    if not 0 < number <= MOST_TICKETS:
        raise CannotIssue(f"a batch has 1 to {MOST_TICKETS} tickets, not {number}")
    batch = _batch(
        asking, campaign=campaign, counter=counter, day=day, issued=number, made_by=made_by
    )
    if batch.pk >= MOST_BATCHES:
        raise CannotIssue(f"the codes can tell {MOST_BATCHES - 1} batches apart, not more")
    codes = [ticket_codes.code(key, _scope(batch), serial) for serial in range(number)]
    secrets.SystemRandom().shuffle(codes)
    return codes


def _batch(asking: Asking | None, **said: Any) -> TicketBatch:
    if asking is None:
        return TicketBatch.objects.create(**said)
    # The unique key decides between two clicks at once: the second waits here for the first.
    batch, is_new = TicketBatch.objects.get_or_create(
        asked_as=asking.key, defaults={**said, "asked_at": asking.now}
    )
    if not is_new:
        same = all(getattr(batch, name) == value for name, value in said.items())
        if not same or batch.asked_at is None or asking.now - batch.asked_at > SECOND_CLICK:
            raise AskedBefore
    return batch


def spending(typed: str, *, campaign_id: int, counter_id: int, day: date) -> Spending:
    """Return what to store with a sheet of a campaign, counter and day that brings a code.

    Whether it is spent already only storing it tells.

    Raises:
        TicketNotTaken: no code, not ours, or not for this sheet.
        ImproperlyConfigured: there is no TICKET_KEY.
    """
    if not typed.strip():
        raise TicketNotTaken(Fault.MISSING)
    claim = ticket_codes.read(typed)
    if claim is None:
        raise TicketNotTaken(Fault.MISTYPED)
    batch = TicketBatch.objects.filter(pk=claim.batch_id).first()
    key = _key()
    if (
        batch is None
        or claim.serial >= batch.issued
        or not ticket_codes.is_genuine(key, _scope(batch), claim)
    ):
        raise TicketNotTaken(Fault.UNKNOWN)
    if (batch.campaign_id, batch.counter_id) != (campaign_id, counter_id):
        raise TicketNotTaken(Fault.ELSEWHERE)
    if not batch.day <= day <= batch.day + GRACE:
        raise TicketNotTaken(Fault.OTHER_DAY)
    return Spending(ticket_codes.digest(key, _scope(batch), claim.serial), batch.pk)


def was_spent(error: IntegrityError) -> bool:
    """Return whether the database refused a sheet because its ticket is spent."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "table_name", None) == SpentTicket._meta.db_table


def with_spent(batches: QuerySet[TicketBatch]) -> QuerySet[TicketBatch]:
    """Return the batches with `n_spent`; n_spent / issued is the response rate of a batch."""
    return batches.annotate(n_spent=Count("spent"))


def line(batch: TicketBatch) -> BatchLine:
    """Return what is shown of a batch of `with_spent`, whose campaign is at hand."""
    spent = int(getattr(batch, "n_spent", 0))
    return BatchLine(batch, spent if spent >= batch.campaign.threshold else None)


def _scope(batch: TicketBatch) -> Scope:
    return Scope(batch.pk, batch.campaign_id, batch.counter_id, batch.day)


def _key() -> str:
    if not settings.TICKET_KEY:
        raise ImproperlyConfigured("TICKET_KEY is not set: a long random text that stays the same.")
    return str(settings.TICKET_KEY)
