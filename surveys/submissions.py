"""The only writer of single responses: a form's POST and a device's PUT both end here.

Nothing here touches the message broker: whether an answer is accepted depends on PostgreSQL
alone. Bulk writers (surveys.response_import, surveys.simulation) COPY into the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from uuid import UUID, uuid4

from django.db import connection

from surveys.models import Campaign, Channel, Counter, Response

# Upper ends of the bands of time taken, in seconds; band 0 is "not measured", 5 is "more".
SECONDS_BANDS = (30, 60, 120, 300)
COMMENT_LENGTH = 2000


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
    server's own day.
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


# One statement, so one commit: the sheet, the comment only if the sheet is new, and (by
# trigger) the mark of its cell. ON CONFLICT is the judge between two simultaneous copies.
INSERT = """
WITH sheet AS (
    INSERT INTO surveys_response
           (id, campaign_id, unit_id, counter_id, answered_on, channel, seconds_band, answers)
    VALUES (%(id)s, %(campaign)s, %(unit)s, %(counter)s, %(day)s, %(channel)s, %(band)s,
            %(answers)s)
        ON CONFLICT (id) DO NOTHING
    RETURNING campaign_id, unit_id
), comment AS (
    INSERT INTO surveys_comment (id, campaign_id, unit_id, month, text)
    SELECT %(comment_id)s, campaign_id, unit_id, %(month)s, %(comment)s
      FROM sheet WHERE %(comment)s <> ''
)
SELECT count(*) FROM sheet
"""


def record_response(sheet: Sheet, *, today: date) -> Outcome:
    """Store one sheet, once, committed when this returns.

    The same id again with the same content changes nothing and is ALREADY_STORED. Content is
    campaign, counter, channel, day and answers, never comment or time taken. Which campaigns
    are held at the counter is the caller's to ask (surveys.openings); the open days are
    checked here, and that the unit stands in the campaign's tree by the database.

    Raises:
        ContentDiffers: the id is stored with other content.
        IdNoLongerAccepted: the id is stored since before yesterday.
        DayNotAccepted: `answered_on` is neither absent nor today.
        CampaignNotOpen: today is outside the campaign's open days.
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
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            {
                "id": sheet.id,
                "campaign": sheet.campaign.pk,
                "unit": sheet.unit_id,
                "counter": sheet.counter_id,
                "day": today,
                "channel": int(sheet.channel),
                "band": seconds_band(sheet.seconds),
                "answers": sheet.answers,
                "comment_id": uuid4(),
                "month": month_of(today),
                "comment": sheet.comment.strip()[:COMMENT_LENGTH],
            },
        )
        row = cursor.fetchone()
    if row is not None and row[0]:
        return Outcome.STORED
    known = _stored(sheet, today=today)
    # Only a deletion by hand between the two statements leaves nothing to find.
    if known is None:
        raise ContentDiffers
    return known


def _stored(sheet: Sheet, *, today: date) -> Outcome | None:
    """Compare with what is stored under the id; None when nothing is."""
    try:
        stored = Response.objects.get(pk=sheet.id)
    except Response.DoesNotExist:
        return None
    # We keep days, not times, so "24 hours" is: the day it was stored and the next.
    if stored.answered_on < today - timedelta(days=1):
        raise IdNoLongerAccepted
    same = (
        stored.campaign_id == sheet.campaign.pk
        and stored.counter_id == sheet.counter_id
        and stored.channel == sheet.channel
        and stored.answers == sheet.answers
        and sheet.answered_on in {None, stored.answered_on}
    )
    if not same:
        raise ContentDiffers
    return Outcome.ALREADY_STORED
