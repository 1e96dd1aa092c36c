"""Comments as officials may read them: in batches in which nobody stands alone.

A comment's month is the one in which it reached us: one that a kiosk brings late joins no batch
that somebody has read. A unit's months that have ended are put together, oldest first, until they
hold FEWEST comments and the campaign's threshold of sheets. Within a batch the order is that of
random keys. No page shows a comment beside a sheet, and no comment says which day it is from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from surveys.models import Campaign, Channel, Comment, CommentNote
from surveys.oversight.audit import Actor, record
from surveys.oversight.deeds import Deed
from surveys.submissions import month_of

FEWEST = 5
HIDDEN = "[đã che]"
LONGEST_ANSWER = 1000

# As many sheets of each month as matter, by their index; a month of thousands is not counted out.
# What came after closing has no sheets of its own month: it is among all of the campaign.
MONTHS = """
SELECT said.unit_id, said.month, said.n,
       (SELECT count(*)
          FROM (SELECT FROM surveys_response AS sheet
                 WHERE sheet.campaign_id = %(campaign)s AND sheet.unit_id = said.unit_id
                   AND sheet.channel = ANY (%(channels)s)
                   AND sheet.answered_on >= said.first AND sheet.answered_on < said.next
                 LIMIT %(threshold)s) AS enough) AS sheets
  FROM (SELECT unit_id, month, count(*) AS n,
               CASE WHEN month > %(closing)s THEN '-infinity'::date
                    ELSE make_date(month / 100, month %% 100, 1) END AS first,
               CASE WHEN month > %(closing)s THEN 'infinity'::date
                    ELSE make_date(month / 100, month %% 100, 1) + interval '1 month' END AS next
          FROM surveys_comment
         WHERE campaign_id = %(campaign)s AND month < %(now)s
           AND (%(units)s::integer[] IS NULL OR unit_id = ANY (%(units)s))
         GROUP BY unit_id, month) AS said
 ORDER BY said.unit_id, said.month
"""


class Month(NamedTuple):
    """A unit's comments of one month; `sheets` up to the threshold, more are not counted."""

    unit_id: int
    month: int
    comments: int
    sheets: int


@dataclass(frozen=True)
class Batch:
    """Comments of one unit that may be read together: `first` to `last` month (202611)."""

    campaign: Campaign
    unit_id: int
    first: int
    last: int
    n: int

    def comments(self) -> QuerySet[Comment]:
        """Return its comments, by their random keys."""
        return Comment.objects.filter(self.condition).order_by("pk")

    @property
    def months(self) -> str:
        """Return the months in figures: 11/2026 or 10/2026–12/2026."""
        ends = dict.fromkeys(
            f"{month % 100:02}/{month // 100}" for month in (self.first, self.last)
        )
        return "–".join(ends)

    @property
    def condition(self) -> Q:
        return Q(
            campaign=self.campaign, unit=self.unit_id, month__gte=self.first, month__lte=self.last
        )


class Answered(NamedTuple):
    """What the public reads: a comment a person has checked, and the answer to it."""

    text: str
    answer: str
    on: date


class NotHereError(ValueError):
    """The words to hide do not stand in the comment."""


def batches(
    campaign: Campaign, *, today: date, unit_ids: Collection[int] | None = None
) -> list[Batch]:
    """Return what may be read of a campaign, of some units or of all.

    Comments that do not fill a batch wait; a unit that never fills one is never read.
    """
    parameters: dict[str, Any] = {
        "campaign": campaign.pk,
        "channels": list(Channel.values),
        "threshold": campaign.threshold,
        "now": month_of(today),
        "closing": month_of(campaign.closes_on),
        "units": None if unit_ids is None else list(unit_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, parameters)
        months = [Month(*row) for row in cursor.fetchall()]
    by_unit: dict[int, list[Month]] = defaultdict(list)
    for month in months:
        by_unit[month.unit_id].append(month)
    return [batch for own in by_unit.values() for batch in _filled(campaign, own)]


def _filled(campaign: Campaign, months: Iterable[Month]) -> Iterator[Batch]:
    waiting: list[Month] = []
    for month in months:
        waiting.append(month)
        comments = sum(m.comments for m in waiting)
        if comments >= FEWEST and sum(m.sheets for m in waiting) >= campaign.threshold:
            yield Batch(campaign, month.unit_id, waiting[0].month, month.month, comments)
            waiting = []


def notes_of(comments: Iterable[Comment]) -> dict[object, CommentNote]:
    """Return the notes there are, by the key of their comment."""
    return CommentNote.objects.in_bulk([comment.pk for comment in comments])


def hide(comment: Comment, words: str, *, by: Actor) -> None:
    """Take words out of a comment for good, wherever they stand in it.

    For what the masking on arrival missed: a name, an address. What was hidden is not kept.

    Raises:
        NotHereError: they do not stand there.
    """
    with transaction.atomic():
        # As it stands now: else what somebody else has hidden meanwhile would come back.
        current = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
        if not words.strip() or words not in current.text:
            raise NotHereError
        comment.text = current.text.replace(words, HIDDEN)
        comment.save(update_fields=["text"])
        record(Deed.HIDE_WORDS, by=by, unit=comment.unit_id, campaign=comment.campaign_id)


def sort(comment: Comment, tags: Collection[str], *, checked: bool, by: User) -> CommentNote:
    """Keep tags, and whether a person has seen that nothing in it tells who wrote it."""
    note, _new = CommentNote.objects.update_or_create(
        comment_id=comment.pk,
        defaults={
            "campaign_id": comment.campaign_id,
            "unit_id": comment.unit_id,
            "tags": sorted({tag.strip().lower()[:30] for tag in tags} - {""}),
            "checked_by": by if checked else None,
        },
    )
    return note


def answer(note: CommentNote, text: str, *, by: User, actor: Actor, today: date) -> None:
    """Answer a checked comment in public, or take the answer back with an empty text."""
    before = note.answer
    with transaction.atomic():
        note.answer = text.strip()[:LONGEST_ANSWER]
        note.answered_by = by if note.answer else None
        note.answered_on = today if note.answer else None
        note.save()
        record(
            Deed.ANSWER_COMMENT,
            by=actor,
            unit=note.unit_id,
            campaign=note.campaign_id,
            before={"answer": before},
            after={"answer": note.answer},
        )


def answered(campaign: Campaign, unit_id: int) -> list[Answered]:
    """Return the answered comments of a unit, the latest answers first, a day's in no order."""
    notes = CommentNote.objects.filter(
        campaign=campaign, unit=unit_id, checked_by__isnull=False, answered_on__isnull=False
    ).order_by("-answered_on", "pk")
    texts = dict(
        Comment.objects.filter(pk__in=[note.pk for note in notes]).values_list("pk", "text")
    )
    return [
        Answered(texts[note.pk], note.answer, note.answered_on)
        for note in notes
        if note.pk in texts and note.answered_on is not None
    ]
