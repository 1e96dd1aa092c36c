"""The only writer of single responses: a form's POST and a device's PUT both end here.

Nothing here touches the message broker: whether an answer is accepted depends on PostgreSQL
alone. Bulk writers (surveys.bulk) COPY into the same table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from surveys.answering.prepared import rows_of
from surveys.counters import tickets
from surveys.counters.tickets import Fault, TicketNotTaken
from surveys.free_text.masking import masked
from surveys.models import Campaign, Channel, Counter, Response

# Upper ends of the bands of time taken, in seconds; band 0 is "not measured", 5 is "more".
SECONDS_BANDS = (30, 60, 120, 300)
COMMENT_LENGTH = 2000
# A device may have been without network: its sheets are taken this long after closing.
LATE_FOR = timedelta(days=30)


class Outcome(Enum):
    STORED = "stored"
    ALREADY_STORED = "already stored"


class ContentDiffers(Exception):
    """A sheet with this id is stored, and says something else."""


class IdNoLongerAccepted(Exception):
    """A sheet with this id was stored on an earlier day; whether it said the same is not told.

    Else anyone who saw an id could try all contents until one is confirmed.
    """


class CampaignNotOpen(Exception):
    """The campaign takes no answers on this day, or not about this unit."""


class DayNotAccepted(Exception):
    """A day was given that only a known device may give."""


@dataclass(frozen=True)
class Sheet:
    """An answer sheet as it came in, its answers already checked against the edition.

    `answered_on` is the day the device says, or None; without a device key it can only be the
    server's own day. `day_corrected`: the clock of a device with a key was wrong, and the day
    was worked out (surveys.kiosks.device_days).
    """

    id: UUID
    campaign: Campaign
    unit_id: int
    counter_id: int
    channel: Channel
    answers: str
    seconds: int | None = None
    comment: str = ""
    answered_on: date | None = None
    day_corrected: bool = False
    # Sent by our own canary (surveys.proofs.canary): stored apart, never counted, spends no ticket.
    canary: bool = False
    # The code of a one-time ticket as typed; only a campaign that asks for tickets reads it.
    ticket: str = ""
    # The digest of a receipt code (surveys.counters.receipt_codes), no part of the content:
    # only a campaign that gives receipts keeps it.
    receipt: bytes = b""


def seconds_band(seconds: int | None) -> int:
    """Return the band (1-5) a time falls in, 0 for not measured."""
    if seconds is None:
        return 0
    return 1 + sum(seconds >= end for end in SECONDS_BANDS)


def month_of(day: date) -> int:
    """Return year and month as one number: 202611."""
    return day.year * 100 + day.month


def channel_without_credential(counter: Counter) -> Channel:
    """Return the channel of a sheet that came with no device key and no signed-in official."""
    return Channel.ONLINE if counter.kind == Counter.Kind.LINK else Channel.PHONE


# One statement, so one commit: the sheet, comment and receipt only if the sheet is new, and
# (by trigger) the mark of its cell. ON CONFLICT is the judge between two simultaneous copies.
_SHEET_AND_COMMENT = """
WITH sheet AS (
    INSERT INTO surveys_response
           (id, campaign_id, unit_id, counter_id, answered_on, channel, seconds_band, late,
            day_corrected, answers)
    VALUES (%(id)s, %(campaign)s, %(unit)s, %(counter)s, %(day)s, %(channel)s, %(band)s,
            %(late)s, %(day_corrected)s, %(answers)s)
        ON CONFLICT (id) DO NOTHING
    RETURNING campaign_id, unit_id
), comment AS (
    INSERT INTO surveys_comment (id, campaign_id, unit_id, month, text)
    SELECT gen_random_uuid(), campaign_id, unit_id, %(month)s, %(comment)s
      FROM sheet WHERE %(comment)s <> ''
)
"""
_COUNT = "SELECT count(*) FROM sheet"
# Only a new sheet leaves a receipt. Two with the same code, which no page of ours gives, share it.
_RECEIPT = """, receipt AS (
    INSERT INTO surveys_receipt (digest, campaign_id)
    SELECT %(receipt)s, campaign_id FROM sheet
        ON CONFLICT (digest) DO NOTHING
)
"""
# Only a new sheet spends its ticket. A digest that is there already ends the whole statement.
_SPENT = """, spent AS (
    INSERT INTO surveys_spentticket (digest, batch_id)
    SELECT %(digest)s, %(ticket_batch)s FROM sheet
)
"""


# No comment and no mark: all that is left of a canary's sheet is what it chose.
INSERT_CANARY = """
WITH sheet AS (
    INSERT INTO surveys_canarysheet (id, campaign_id, counter_id, sent_on, answers)
    VALUES (%(id)s, %(campaign)s, %(counter)s, %(day)s, %(answers)s)
        ON CONFLICT (id) DO NOTHING
    RETURNING id
)
SELECT count(*) FROM sheet
"""


def record_response(sheet: Sheet, *, today: date) -> Outcome:
    """Store one sheet, once, committed when this returns.

    The same id again with the same content changes nothing and is ALREADY_STORED. Content is
    campaign, counter, channel, day and answers, never comment or time taken. Which campaigns
    are held at the counter is the caller's to ask (surveys.answering.openings); the open days are
    checked here, and that the unit stands in the campaign's tree by the database.

    Raises:
        ContentDiffers: the id is stored with other content.
        IdNoLongerAccepted: the id is stored since before yesterday.
        DayNotAccepted: `answered_on` is neither absent nor today.
        CampaignNotOpen: today is outside the campaign's open days.
        TicketNotTaken: the campaign asks for tickets, and this one is not good.
    """
    if sheet.answered_on not in {None, today} or not (
        sheet.campaign.opens_on <= today <= sheet.campaign.closes_on
    ):
        # Sent yesterday, the reply lost on the way, sent again after midnight: still stored.
        if (known := _stored(sheet, today=today)) is not None:
            return known
        if sheet.answered_on not in {None, today}:
            raise DayNotAccepted
        raise CampaignNotOpen
    return _write(sheet, today=today, day=today, known_on=today)


def record_device_response(sheet: Sheet, *, today: date) -> Outcome:
    """Store one sheet of a device with a key, once, committed when this returns.

    Its day is taken as worked out (surveys.kiosks.device_days). A sheet of the open days that
    arrives after closing is late, and taken for LATE_FOR; an id may be asked for again at any
    time, because only the device that made it knows the key.

    Raises:
        ContentDiffers: the id is stored with other content.
        CampaignNotOpen: the day is outside the open days or to come, or it is too late.
        TicketNotTaken: the campaign asks for tickets, and this one is not good.
    """
    day = sheet.answered_on or today
    campaign = sheet.campaign
    if (
        not campaign.opens_on <= day <= min(campaign.closes_on, today)
        or today > campaign.closes_on + LATE_FOR
    ):
        if (known := _stored(sheet, today=None)) is not None:
            return known
        raise CampaignNotOpen
    return _write(sheet, today=today, day=day, known_on=None)


def _write(sheet: Sheet, *, today: date, day: date, known_on: date | None) -> Outcome:
    """Store a sheet under a day, or say that it is stored.

    Args:
        known_on: see `today` of `_stored`.
    """
    try:
        new = _insert(sheet, today=today, day=day)
    except TicketNotTaken:
        # The reply was lost and the sheet is sent again: this sheet spent its ticket.
        if (known := _stored(sheet, today=known_on)) is None:
            raise
        return known
    return Outcome.STORED if new else _known(sheet, today=known_on)


def _insert(sheet: Sheet, *, today: date, day: date) -> bool:
    """Store a sheet under a day; False when its id is taken."""
    values = {
        "id": sheet.id,
        "campaign": sheet.campaign.pk,
        "unit": sheet.unit_id,
        "counter": sheet.counter_id,
        "day": day,
        "channel": int(sheet.channel),
        "band": seconds_band(sheet.seconds),
        "late": today > sheet.campaign.closes_on,
        "day_corrected": sheet.day_corrected,
        "answers": sheet.answers,
        # Of today, not of the sheet: in a month that was read already it would stand alone.
        "month": month_of(today),
        "comment": masked(sheet.comment.strip())[:COMMENT_LENGTH],
    }
    if sheet.canary:
        return _executed(INSERT_CANARY, values)
    statement = _SHEET_AND_COMMENT
    if sheet.campaign.receipts and sheet.receipt:
        statement, values = statement + _RECEIPT, {**values, "receipt": sheet.receipt}
    if not sheet.campaign.tickets:
        return _executed(statement + _COUNT, values)
    spent = tickets.spending(
        sheet.ticket, campaign_id=sheet.campaign.pk, counter_id=sheet.counter_id, day=day
    )
    try:
        with transaction.atomic():
            return _executed(
                statement + _SPENT + _COUNT,
                {**values, "digest": spent.digest, "ticket_batch": spent.batch_id},
            )
    except IntegrityError as error:
        if tickets.was_spent(error):
            raise TicketNotTaken(Fault.SPENT) from error
        raise


def _executed(statement: str, values: Mapping[str, Any]) -> bool:
    # May run twice: what the first time stored, the second finds.
    return bool(rows_of(statement, values)[0][0])


def _known(sheet: Sheet, *, today: date | None) -> Outcome:
    known = _stored(sheet, today=today)
    # Only a deletion by hand between the two statements leaves nothing to find.
    if known is None:
        raise ContentDiffers
    return known


def _stored(sheet: Sheet, *, today: date | None) -> Outcome | None:
    """Compare with what is stored under the id; None when nothing is.

    Args:
        today: the id may be asked for only today and tomorrow; None: at any time.
    """
    try:
        stored = Response.objects.get(pk=sheet.id)
    except Response.DoesNotExist:
        return None
    # We keep days, not times, so "24 hours" is: the day it was stored and the next.
    if today is not None and stored.answered_on < today - timedelta(days=1):
        raise IdNoLongerAccepted
    # A day that was worked out may come out otherwise the next time; the rest cannot.
    same_day = sheet.answered_on in {None, stored.answered_on} or stored.day_corrected
    same = (
        stored.campaign_id == sheet.campaign.pk
        and stored.counter_id == sheet.counter_id
        and stored.channel == sheet.channel
        and stored.answers == sheet.answers
        and same_day
    )
    if not same:
        raise ContentDiffers
    return Outcome.ALREADY_STORED
