"""Piles of paper sheets: keyed, some keyed twice, then moved into the responses at once.

Every change locks the row of the batch, so a sheet that is saved while someone closes the batch
is either moved with it or refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from surveys.free_text.masking import masked
from surveys.models import Channel, Comment, KeyedSheet, PaperBatch
from surveys.questionnaires.editions import Edition, Question
from surveys.submissions import COMMENT_LENGTH, month_of

# One sheet in so many is keyed again by someone else.
CHECKED_EVERY = 10

# Random ids, in their order: neither tells a place in the pile.
MOVE = """
INSERT INTO surveys_response
       (id, campaign_id, unit_id, counter_id, answered_on, channel, seconds_band, batch_id,
        answers)
SELECT moved.id, batch.campaign_id, counter.unit_id, batch.counter_id, batch.answered_on,
       %(channel)s, 0, batch.id, moved.answers
  FROM (SELECT gen_random_uuid() AS id, batch_id, answers
          FROM surveys_keyedsheet WHERE batch_id = %(batch)s) AS moved
  JOIN surveys_paperbatch AS batch ON batch.id = moved.batch_id
  JOIN surveys_counter AS counter ON counter.id = batch.counter_id
 ORDER BY moved.id
"""


class BatchClosed(Exception):
    """The batch was closed, perhaps a moment ago by someone else."""


class SecondRefused(Exception):
    """The sheet cannot be keyed again: by whom keyed it first, twice, or one not in the sample."""


class DifferencesLeft(Exception):
    """Two entries of a sheet still differ."""


class OtherNumber(Exception):
    """Not as many sheets as collected were keyed, and nobody said that this is right."""

    def __init__(self, keyed: int) -> None:
        super().__init__(keyed)
        self.keyed = keyed


@dataclass(frozen=True)
class Difference:
    """A question that the two entries of a sheet answer differently."""

    question: Question
    first: str
    second: str


@contextmanager
def _open_batch(pk: int) -> Iterator[PaperBatch]:
    with transaction.atomic():
        batch = PaperBatch.objects.select_for_update().get(pk=pk)
        if batch.closed_at is not None:
            raise BatchClosed
        yield batch


def next_place(batch: PaperBatch) -> int:
    """Return the first place in the pile, from 1, that is not keyed."""
    places = set(batch.sheets.values_list("position", flat=True))
    return next(place for place in range(1, len(places) + 2) if place not in places)


def save_sheet(batch: PaperBatch, position: int, answers: str, comment: str) -> None:
    """Keep a sheet, or its correction; the comment without what names a person.

    Raises:
        BatchClosed: see there.
    """
    content = {"answers": answers, "comment": masked(comment.strip())[:COMMENT_LENGTH]}
    with _open_batch(batch.pk) as locked:
        KeyedSheet.objects.update_or_create(batch=locked, position=position, defaults=content)


def remove_sheet(batch: PaperBatch, position: int) -> None:
    """Take a sheet back that should not have been keyed; its place is keyed next.

    Raises:
        BatchClosed: see there.
    """
    with _open_batch(batch.pk) as locked:
        locked.sheets.filter(position=position).delete()


def is_checked(batch: PaperBatch, position: int) -> bool:
    """Return whether a place is in the sample: every so many, from a place that varies."""
    first = batch.pk % min(CHECKED_EVERY, max(batch.collected, 1)) + 1
    return position >= first and (position - first) % CHECKED_EVERY == 0


def to_check(batch: PaperBatch) -> list[int]:
    """Return the places of the sample that are keyed once so far."""
    places = batch.sheets.filter(second_answers="").order_by("position")
    keyed = places.values_list("position", flat=True)
    return [position for position in keyed if is_checked(batch, position)]


def save_second(batch: PaperBatch, position: int, answers: str, *, by_id: int) -> int:
    """Keep the second entry of a sheet and return in how many answers it differs.

    Counted here and not at closing, because settling a difference takes it away.

    Raises:
        SecondRefused, BatchClosed: see there.
    """
    with _open_batch(batch.pk) as locked:
        sheet = locked.sheets.filter(position=position, second_answers="").first()
        if sheet is None or by_id == locked.keyed_by_id or not is_checked(locked, position):
            raise SecondRefused
        sheet.second_answers, sheet.second_by_id = answers, by_id
        sheet.save(update_fields=["second_answers", "second_by"])
        found = len(differences(locked.campaign.questionnaire.parsed(), sheet))
        locked.checked_sheets += 1
        locked.checked_differences += found
        locked.save(update_fields=["checked_sheets", "checked_differences"])
    return found


def differences(edition: Edition, sheet: KeyedSheet) -> list[Difference]:
    """Return the questions that the two entries of a sheet answer differently."""
    if not sheet.second_answers:
        return []
    found = []
    for code, columns in edition.columns_of.items():
        part = slice(columns[0].position, columns[-1].position + 1)
        first, second = sheet.answers[part], sheet.second_answers[part]
        if first != second:
            found.append(Difference(edition.questions[code], first, second))
    return found


def sheets_that_differ(batch: PaperBatch) -> list[tuple[KeyedSheet, list[Difference]]]:
    """Return the sheets whose two entries still differ, in the order of the pile."""
    edition = batch.campaign.questionnaire.parsed()
    sheets = batch.sheets.exclude(second_answers="").order_by("position")
    return [(sheet, found) for sheet in sheets if (found := differences(edition, sheet))]


def settle(batch: PaperBatch, chosen: Mapping[tuple[int, str], str]) -> None:
    """Write the right answer into both entries.

    Args:
        chosen: "first" or "second" by place in the pile and question code.

    Raises:
        BatchClosed: see there.
    """
    with _open_batch(batch.pk) as locked:
        columns_of = locked.campaign.questionnaire.parsed().columns_of
        for sheet, found in sheets_that_differ(locked):
            for difference in found:
                code = difference.question.code
                right = {"first": difference.first, "second": difference.second}.get(
                    chosen.get((sheet.position, code), "")
                )
                if right is not None:
                    start = columns_of[code][0].position
                    sheet.answers = _put(sheet.answers, start, right)
                    sheet.second_answers = _put(sheet.second_answers, start, right)
            sheet.save(update_fields=["answers", "second_answers"])


def _put(answers: str, start: int, part: str) -> str:
    return answers[:start] + part + answers[start + len(part) :]


def close_batch(batch: PaperBatch, *, confirmed: int | None) -> int:
    """Move the sheets of a batch into the responses, all or none, and return how many.

    Args:
        confirmed: as many sheets as someone said are right, though it is not the number
            collected.

    Raises:
        BatchClosed, DifferencesLeft, OtherNumber: see there; nothing has changed.
    """
    with _open_batch(batch.pk) as locked:
        if sheets_that_differ(locked):
            raise DifferencesLeft
        keyed = locked.sheets.count()
        if keyed not in {locked.collected, confirmed}:
            raise OtherNumber(keyed)
        with connection.cursor() as cursor:
            cursor.execute(MOVE, {"channel": Channel.PAPER, "batch": locked.pk})
        _move_comments(locked)
        locked.sheets.all().delete()
        locked.closed_at = timezone.now()
        locked.save(update_fields=["closed_at"])
    return keyed


def _move_comments(batch: PaperBatch) -> None:
    texts = batch.sheets.exclude(comment="").values_list("comment", flat=True)
    # Not the month of the sheets: its comments may have been read.
    month = month_of(timezone.localdate())
    comments = [
        Comment(
            id=uuid4(),
            campaign_id=batch.campaign_id,
            unit_id=batch.counter.unit_id,
            month=month,
            text=masked(text),
        )
        for text in texts
    ]
    # In the order of the random ids, not of the pile.
    Comment.objects.bulk_create(sorted(comments, key=lambda comment: comment.id))
