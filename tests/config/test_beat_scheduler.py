from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.beat import SchedulingError
from celery.schedules import crontab, schedule

from config.beat_scheduler import ForgetsTheFuture
from config.celery import app as ours

NOON = datetime.fromisoformat("2026-11-22T12:00:00+07:00")


class Clock:
    """What a test says the time is."""

    moment = NOON

    def now(self) -> datetime:
        return self.moment


class Scheduler(ForgetsTheFuture):
    """Notes what it would send; there is no broker, and nothing is written."""

    sent: list[str]
    producer = None

    def apply_entry(self, entry: Any, producer: object = None) -> None:
        self.sent.append(entry.name)

    def sync(self) -> None:
        pass


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scheduler(clock: Clock, tmp_path: Path) -> Scheduler:
    app = Celery("test", set_as_current=False)
    app.conf.update(timezone="Asia/Ho_Chi_Minh", enable_utc=True)
    app.conf.beat_schedule = {
        "often": {"task": "a", "schedule": schedule(timedelta(seconds=2), nowfun=clock.now)},
        "nightly": {"task": "b", "schedule": crontab(hour="3", minute="0", nowfun=clock.now)},
    }
    scheduler = Scheduler(app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    scheduler.sent = []
    scheduler.setup_schedule()
    del scheduler.schedule["celery.backend_cleanup"]
    return scheduler


def sent_at(scheduler: Scheduler, clock: Clock, moment: datetime) -> list[str]:
    clock.moment = moment
    scheduler.sent = []
    for _tick in range(5):
        scheduler.tick()
    return scheduler.sent


def test_it_goes_on_where_the_clock_was_set_back(scheduler: Scheduler, clock: Clock) -> None:
    sent_at(scheduler, clock, NOON)
    assert sent_at(scheduler, clock, NOON + timedelta(seconds=3)) == ["often"]

    hours_ago = NOON - timedelta(hours=3)
    sent_at(scheduler, clock, hours_ago)

    assert sent_at(scheduler, clock, hours_ago + timedelta(seconds=3)) == ["often"]
    assert sent_at(scheduler, clock, hours_ago + timedelta(seconds=6)) == ["often"]


def test_a_night_is_not_missed_because_the_clock_was_ahead(
    scheduler: Scheduler, clock: Clock
) -> None:
    sent_at(scheduler, clock, NOON)
    month_ahead = NOON + timedelta(days=30)
    assert "nightly" in sent_at(scheduler, clock, month_ahead)

    sent_at(scheduler, clock, NOON)

    tonight = NOON + timedelta(hours=15, seconds=1)
    assert "nightly" in sent_at(scheduler, clock, tonight)


def test_beat_runs_it() -> None:
    assert ours.conf.beat_scheduler == "config.beat_scheduler:ForgetsTheFuture"


def test_a_task_that_cannot_be_sent_is_one_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_scheduler: object, _entry: object, **_options: object) -> None:
        raise SchedulingError("Couldn't apply scheduled task tick: no Redis")

    monkeypatch.setattr(ForgetsTheFuture, "apply_async", fails)
    scheduler = ForgetsTheFuture.__new__(ForgetsTheFuture)

    scheduler.apply_entry(object())

    (line,) = caplog.records
    assert line.getMessage() == "Couldn't apply scheduled task tick: no Redis"
    assert line.exc_info is None
