"""Promise 1: acknowledged is stored, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from threading import Thread
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DataError, IntegrityError, connection, transaction

from surveys.models import (
    Campaign,
    Channel,
    Comment,
    Counter,
    Response,
    StaleCell,
    Unit,
)
from surveys.submissions import (
    COMMENT_LENGTH,
    CampaignNotOpen,
    ContentDiffers,
    DayNotAccepted,
    IdNoLongerAccepted,
    Outcome,
    Sheet,
    channel_without_credential,
    month_of,
    record_device_response,
    record_response,
    seconds_band,
)
from tests import make
from tests.live import database_address, eventually
from tests.races import at_once

pytestmark = pytest.mark.django_db

TODAY = make.DAY
TOMORROW = TODAY + timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """A commune with a counter, in a campaign open from 1 to 30 November."""

    commune: Unit
    campaign: Campaign
    counter: Counter

    def sheet(
        self,
        answers: str = "15321011",
        *,
        id: UUID | None = None,  # noqa: A002 - the field's own name
        seconds: int | None = None,
        comment: str = "",
        answered_on: date | None = None,
    ) -> Sheet:
        return Sheet(
            id=id or uuid4(),
            campaign=self.campaign,
            unit_id=self.commune.pk,
            counter_id=self.counter.pk,
            channel=Channel.PHONE,
            answers=answers,
            seconds=seconds,
            comment=comment,
            answered_on=answered_on,
        )


@pytest.fixture
def place() -> Place:
    commune = make.commune()
    return Place(commune, make.campaign(), make.counter(commune))


def test_a_sheet_is_stored_as_it_came(place: Place) -> None:
    sheet = place.sheet("15321011", seconds=74)

    assert record_response(sheet, today=TODAY) is Outcome.STORED

    stored = Response.objects.get()
    assert stored.pk == sheet.id
    assert (stored.campaign, stored.unit, stored.counter) == (
        place.campaign,
        place.commune,
        place.counter,
    )
    assert (stored.channel, stored.answered_on) == (Channel.PHONE, TODAY)
    assert (stored.answers, stored.seconds_band) == ("15321011", 3)


def test_a_stored_sheet_marks_its_cell_and_a_repeated_one_does_not(place: Place) -> None:
    sheet = place.sheet()

    record_response(sheet, today=TODAY)
    record_response(sheet, today=TODAY)

    mark = StaleCell.objects.get()
    assert (mark.campaign, mark.unit, mark.chunk_id) == (
        place.campaign,
        place.commune,
        place.campaign.units.get(unit=place.commune).chunk_id,
    )
    assert (mark.month, mark.channel) == (202611, Channel.PHONE)


def test_the_same_sheet_again_is_told_so_and_stored_once(place: Place) -> None:
    sheet = place.sheet()
    record_response(sheet, today=TODAY)

    assert record_response(sheet, today=TODAY) is Outcome.ALREADY_STORED
    assert record_response(replace(sheet, answered_on=TODAY), today=TODAY) is Outcome.ALREADY_STORED

    assert Response.objects.count() == 1


def other_campaign(place: Place, sheet: Sheet) -> Sheet:
    return replace(sheet, campaign=make.campaign())


def other_counter(place: Place, sheet: Sheet) -> Sheet:
    return replace(sheet, counter_id=make.counter(place.commune).pk)


def other_channel(place: Place, sheet: Sheet) -> Sheet:
    return replace(sheet, channel=Channel.KIOSK)


def other_answers(place: Place, sheet: Sheet) -> Sheet:
    return replace(sheet, answers="25321011")


@pytest.mark.parametrize("change", [other_campaign, other_counter, other_channel, other_answers])
def test_other_content_under_a_stored_id_is_refused(
    place: Place, change: Callable[[Place, Sheet], Sheet]
) -> None:
    sheet = place.sheet("15321011")
    record_response(sheet, today=TODAY)

    with pytest.raises(ContentDiffers):
        record_response(change(place, sheet), today=TODAY)

    stored = Response.objects.get()
    assert (stored.campaign, stored.counter) == (place.campaign, place.counter)
    assert (stored.channel, stored.answers) == (Channel.PHONE, "15321011")


def test_time_taken_and_comment_are_no_content(place: Place) -> None:
    sheet = place.sheet(seconds=20, comment="Tốt")
    record_response(sheet, today=TODAY)

    again = replace(sheet, seconds=200, comment="Rất tốt")

    assert record_response(again, today=TODAY) is Outcome.ALREADY_STORED
    assert Response.objects.get().seconds_band == 1
    assert Comment.objects.get().text == "Tốt"


def test_a_comment_comes_with_a_new_sheet_only(place: Place) -> None:
    sheet = place.sheet(comment="Cán bộ rất tận tình")
    record_response(sheet, today=TODAY)
    record_response(sheet, today=TODAY)
    with pytest.raises(ContentDiffers):
        record_response(replace(sheet, answers="25321011"), today=TODAY)

    comment = Comment.objects.get()
    assert (comment.campaign, comment.unit) == (place.campaign, place.commune)
    assert (comment.month, comment.text) == (202611, "Cán bộ rất tận tình")


def test_a_comment_that_comes_late_is_of_the_month_it_came_in(place: Place) -> None:
    """Beside those of its sheet's month, read already, it would stand alone."""
    sheet = place.sheet(comment="Cán bộ rất tận tình")
    record_device_response(replace(sheet, answered_on=TODAY), today=date(2026, 12, 3))

    assert Response.objects.get().answered_on == TODAY
    assert Comment.objects.get().month == 202612


def test_a_comment_does_not_lead_to_its_sheet(place: Place) -> None:
    sheet = place.sheet(comment="Cán bộ rất tận tình")
    record_response(sheet, today=TODAY)

    columns = {field.column for field in Comment._meta.concrete_fields}

    assert columns == {"id", "campaign_id", "unit_id", "month", "text"}
    assert Comment.objects.get().pk != sheet.id
    assert Comment.objects.get().pk.version == 4


@pytest.mark.parametrize("comment", ["", "   ", "\n\t"])
def test_an_empty_comment_is_none(place: Place, comment: str) -> None:
    record_response(place.sheet(comment=comment), today=TODAY)

    assert not Comment.objects.exists()


def test_a_comment_is_cut_at_its_greatest_length(place: Place) -> None:
    record_response(place.sheet(comment="ố" * (COMMENT_LENGTH + 1)), today=TODAY)

    assert Comment.objects.get().text == "ố" * COMMENT_LENGTH


# The days


def test_yesterdays_sheet_sent_again_after_midnight_is_known(place: Place) -> None:
    sheet = place.sheet(comment="Tốt")
    record_response(sheet, today=TODAY)

    assert record_response(sheet, today=TOMORROW) is Outcome.ALREADY_STORED
    dated = replace(sheet, answered_on=TODAY)
    assert record_response(dated, today=TOMORROW) is Outcome.ALREADY_STORED

    assert Response.objects.get().answered_on == TODAY
    assert Comment.objects.count() == 1


def test_the_last_days_sheet_sent_again_after_closing_is_known(place: Place) -> None:
    sheet = place.sheet()
    record_response(sheet, today=place.campaign.closes_on)

    after = place.campaign.closes_on + timedelta(days=1)

    assert record_response(sheet, today=after) is Outcome.ALREADY_STORED
    with pytest.raises(ContentDiffers):
        record_response(replace(sheet, answers="25321011"), today=after)


@pytest.mark.parametrize("answers", ["15321011", "25321011"])
@pytest.mark.parametrize("given", [None, TODAY, TODAY + timedelta(days=2)])
def test_an_older_id_is_no_longer_answered_for(
    place: Place, answers: str, given: date | None
) -> None:
    # Whoever saw an id cannot try contents until one is confirmed.
    sheet = place.sheet("15321011")
    record_response(sheet, today=TODAY)

    later = replace(sheet, answers=answers, answered_on=given)

    with pytest.raises(IdNoLongerAccepted):
        record_response(later, today=TODAY + timedelta(days=2))


@pytest.mark.parametrize("days", [-1, 1, 300])
def test_a_new_sheet_is_of_today_or_refused(place: Place, days: int) -> None:
    sheet = place.sheet(answered_on=TODAY + timedelta(days=days))

    with pytest.raises(DayNotAccepted):
        record_response(sheet, today=TODAY)

    assert not Response.objects.exists()


def test_a_known_sheet_with_another_day_differs(place: Place) -> None:
    sheet = place.sheet()
    record_response(sheet, today=TODAY)

    with pytest.raises(ContentDiffers):
        record_response(replace(sheet, answered_on=TOMORROW), today=TOMORROW)
    with pytest.raises(ContentDiffers):
        record_response(replace(sheet, answered_on=TOMORROW), today=TODAY)


@pytest.mark.parametrize("today", [date(2026, 10, 31), date(2026, 12, 1)])
def test_outside_the_open_days_nothing_new_is_taken(place: Place, today: date) -> None:
    for answered_on in (None, today):
        with pytest.raises(CampaignNotOpen):
            record_response(place.sheet(answered_on=answered_on), today=today)

    assert not Response.objects.exists()


@pytest.mark.parametrize("today", [date(2026, 11, 1), date(2026, 11, 30)])
def test_the_first_and_the_last_day_are_open(place: Place, today: date) -> None:
    assert record_response(place.sheet(), today=today) is Outcome.STORED
    assert Response.objects.get().answered_on == today


# What the database refuses, whoever writes


@pytest.mark.parametrize(
    "answers", ["", "1532101", "153210111", "65321011", "1532101x", "15321011\n", "1532201-"]
)
def test_answers_that_do_not_fit_the_edition_are_refused_by_the_database(
    place: Place, answers: str
) -> None:
    with pytest.raises(IntegrityError, match="do not fit the edition"), transaction.atomic():
        record_response(place.sheet(answers, comment="Tốt"), today=TODAY)

    assert not Response.objects.exists()
    assert not Comment.objects.exists()


def test_a_campaign_that_never_opened_takes_no_sheet(place: Place) -> None:
    unopened = replace(place.sheet(), campaign=make.campaign(opened=False))

    with pytest.raises(IntegrityError), transaction.atomic():
        record_response(unopened, today=TODAY)

    assert not Response.objects.exists()


def test_a_unit_outside_the_tree_takes_no_sheet(place: Place) -> None:
    stranger = make.commune("Đông Anh")

    with pytest.raises(IntegrityError, match="a_sheet_is_about"), transaction.atomic():
        record_response(replace(place.sheet(), unit_id=stranger.pk), today=TODAY)

    assert not Response.objects.exists()


def test_a_comment_with_nul_stores_nothing(place: Place) -> None:
    with pytest.raises((DataError, ValueError)), transaction.atomic():
        record_response(place.sheet(comment="a\0b"), today=TODAY)

    assert not Response.objects.exists()


# Two at once, on connections of their own


@pytest.mark.django_db(transaction=True)
def test_two_copies_at_once_make_one_row_and_both_hear_success(
    place: Place, size: Callable[[int, int], int]
) -> None:
    for _ in range(size(10, 300)):
        sheet = place.sheet(comment="Tốt")

        outcomes = at_once(*[partial(record_response, sheet, today=TODAY)] * 2)

        assert sorted(map(str, outcomes)) == ["Outcome.ALREADY_STORED", "Outcome.STORED"]
    assert Response.objects.count() == Comment.objects.count() == StaleCell.objects.count()
    assert Response.objects.count() == size(10, 300)


@pytest.mark.django_db(transaction=True)
def test_two_contents_at_once_under_one_id_store_one_and_refuse_one(
    place: Place, size: Callable[[int, int], int]
) -> None:
    for _ in range(size(10, 300)):
        one = place.sheet("15321011")
        other = replace(one, answers="25321011")

        outcomes = at_once(
            partial(record_response, one, today=TODAY), partial(record_response, other, today=TODAY)
        )

        stored = Response.objects.get(pk=one.id)
        winner, loser = outcomes if stored.answers == one.answers else reversed(outcomes)
        assert winner is Outcome.STORED
        assert isinstance(loser, ContentDiffers)


@pytest.mark.django_db(transaction=True)
def test_a_copy_waits_for_one_not_yet_committed_and_takes_its_place_when_that_fails(
    place: Place,
) -> None:
    sheet = place.sheet()
    outcomes: list[object] = []
    with psycopg.connect(database_address()) as first:
        first.execute(
            "INSERT INTO surveys_response (id, campaign_id, unit_id, counter_id, answered_on,"
            " channel, seconds_band, answers) VALUES (%s, %s, %s, %s, %s, 2, 0, '--------')",
            [sheet.id, place.campaign.pk, place.commune.pk, place.counter.pk, TODAY],
        )
        second = Thread(
            target=lambda: outcomes.extend(at_once(lambda: record_response(sheet, today=TODAY)))
        )
        second.start()
        with psycopg.connect(database_address(), autocommit=True) as observer:
            waiting = (
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            eventually(lambda: observer.execute(waiting).fetchone())
        first.rollback()
        second.join()

    assert outcomes == [Outcome.STORED]
    assert Response.objects.get().answers == sheet.answers


@pytest.mark.django_db(transaction=True)
def test_success_is_told_only_after_the_commit(place: Place) -> None:
    record_response(place.sheet(), today=TODAY)

    # Another session sees it, and the own one is not inside a transaction.
    with psycopg.connect(database_address()) as other:
        row = other.execute("SELECT count(*) FROM surveys_response").fetchone()
    assert row == (1,)
    assert not connection.in_atomic_block


# What is asked before


def test_a_counter_without_a_credential_gives_phone_and_a_link_gives_online() -> None:
    at = make.commune()

    assert channel_without_credential(make.counter(at)) is Channel.PHONE
    link = make.counter(at, kind=Counter.Kind.LINK)
    assert channel_without_credential(link) is Channel.ONLINE


@pytest.mark.parametrize(
    ("seconds", "band"),
    [(None, 0), (0, 1), (29, 1), (30, 2), (59, 2), (60, 3), (120, 4), (299, 4), (300, 5)],
)
def test_time_taken_is_kept_in_bands(seconds: int | None, band: int) -> None:
    assert seconds_band(seconds) == band


def test_a_month_is_one_number() -> None:
    assert month_of(date(2026, 1, 31)) == 202601
