"""Counting by real Celery workers: killed, stopped, told twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
import redis
from django.conf import settings

from config.celery import app
from results import tasks
from results.counting import recount
from results.models import Cell, ReleasedTotal, Total
from results.watching import pulse
from surveys.models import Campaign, StaleCell, Unit
from tests import make
from tests.live import Broker, LiveProcess, database_address, eventually
from tests.results.counting_oracle import assert_counted

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def commune() -> Unit:
    return make.commune()


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    campaign = make.campaign()
    make.responses(campaign, commune, [5, 4, 2])
    return campaign


def send(campaign: Campaign, unit: Unit) -> None:
    chunk = campaign.units.get(unit=unit).chunk_id
    tasks.count_chunk.delay(campaign.pk, chunk)


def counted() -> bool:
    return not StaleCell.objects.exists()


@pytest.fixture
def held_root(campaign: Campaign) -> Iterator[psycopg.Connection]:
    """A connection that keeps the root, so that a worker waits with its chunk's lock taken."""
    with psycopg.connect(database_address()) as other:
        hold_root(other, campaign)
        yield other


def hold_root(other: psycopg.Connection, campaign: Campaign) -> None:
    other.execute(
        "SELECT 1 FROM surveys_campaignunit WHERE campaign_id = %s AND parent_id IS NULL"
        " FOR NO KEY UPDATE",
        [campaign.pk],
    )


def lock_is_held() -> bool:
    """Return whether some transaction has the advisory lock of a chunk of this database."""
    with psycopg.connect(database_address()) as other:
        row = other.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone()
    return bool(row and row[0])


def root_is_waited_for() -> bool:
    """Return whether a worker has its chunk's lock and waits for the root: all written below."""
    with psycopg.connect(database_address()) as other:
        row = other.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    return bool(row and row[0]) and lock_is_held()


def count_here(campaign: Campaign, unit: Unit) -> None:
    """Do what the next worker does that hears of the chunk."""
    tasks.count_chunk(campaign.pk, campaign.units.get(unit=unit).chunk_id)


def test_the_same_task_delivered_twice_counts_once_and_a_night_is_divided(
    monkeypatch: pytest.MonkeyPatch,
    start_celery_worker: Callable[..., LiveProcess],
    campaign: Campaign,
    commune: Unit,
) -> None:
    start_celery_worker("--concurrency=2")

    for _ in range(4):
        send(campaign, commune)

    eventually(counted)
    assert_counted(campaign)
    assert Total.objects.get(unit=commune, period=0).n == 3

    # A cell and the totals above it that agree with each other, and not with the sheets.
    for table in (Cell, Total):
        table.objects.filter(campaign=campaign).update(n=4)
    monkeypatch.setattr(recount, "SHEETS_A_SHARE", 0)
    assert len(recount.shares(campaign)) > 1

    tasks.check_campaign(campaign.pk)

    eventually(lambda: pulse.differences_of(campaign.slug) == 1)
    eventually(lambda: Total.objects.get(unit=commune, period=0).n == 3)
    assert_counted(campaign)

    # The next night's result is there when its last share has ended.
    tasks.check_campaign(campaign.pk)

    eventually(lambda: pulse.differences_of(campaign.slug) == 0)


def test_a_recount_waits_behind_the_counting(broker: Broker, campaign: Campaign) -> None:
    with redis.Redis.from_url(broker.url) as client:
        app.control.purge()  # what other tests asked for
        try:
            app.control.purge()  # what other tests of this process have sent
            tasks.check_all()
            send(campaign, make.nation())

            assert (client.llen(pulse.QUEUE), client.llen(pulse.BEHIND)) == (1, 1)
        finally:
            app.control.purge()


def test_a_worker_stopped_or_killed_while_it_counts_leaves_everything_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
    live_environment: dict[str, str],
    start_celery_worker: Callable[..., LiveProcess],
    campaign: Campaign,
    commune: Unit,
    held_root: psycopg.Connection,
) -> None:
    monkeypatch.setitem(live_environment, "COUNTING_TIMEOUT_SECONDS", "5")
    worker = start_celery_worker()
    send(campaign, commune)
    eventually(root_is_waited_for)

    worker.pause()
    held_root.rollback()
    # The server gives the stopped worker the root, and hears no more of it.
    eventually(lambda: not lock_is_held())

    assert not Total.objects.exists()
    assert not counted()
    count_here(campaign, commune)
    assert counted()
    assert_counted(campaign)

    # It goes on where it was stopped, and then counts again like any other.
    worker.resume()
    before = Total.objects.get(unit=commune, period=0).n
    make.responses(campaign, commune, [1])
    hold_root(held_root, campaign)
    send(campaign, commune)
    eventually(root_is_waited_for)

    worker.kill()
    held_root.rollback()
    eventually(lambda: not lock_is_held())

    assert Total.objects.get(unit=commune, period=0).n == before
    assert not counted()
    count_here(campaign, commune)
    assert counted()
    assert_counted(campaign)


def test_a_sheet_is_counted_and_released_without_anyone_asking(
    celery_worker_process: LiveProcess, celery_beat_process: LiveProcess, commune: Unit
) -> None:
    campaign = make.campaign()
    make.responses(campaign, commune, [5, 4, 2])

    released = ReleasedTotal.objects.filter(
        campaign=campaign, unit=make.nation(), period=0, channel=0
    )
    eventually(released.exists)
    eventually(counted)
    assert released.get().n == 3
    assert_counted(campaign)
    assert settings.CELERY_BEAT_SCHEDULE["count-what-is-stale"]["schedule"].total_seconds() <= 2
