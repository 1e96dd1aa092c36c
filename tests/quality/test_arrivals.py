"""Arrivals at kiosks by the hour: counted in Redis, kept by the hour, never beside a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import redis
from django.conf import settings
from django.test import Client
from django.utils import timezone

from surveys.answering import short_memory
from surveys.kiosks import devices
from surveys.models import ArrivalCount, Counter, Response
from surveys.quality import arrivals
from tests import make
from tests.answering import asked_at_a_counter, body, put
from tests.kiosk.tablet import pairing_code
from tests.live import Broker

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 11, 20, 9, 40, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture(autouse=True)
def store(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    monkeypatch.setattr(short_memory, "breaker", short_memory.Breaker())
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield client


def counted() -> dict[int, int]:
    """Return what stands in Redis now, by counter."""
    now = timezone.localtime()
    return {
        int(counter): n
        for counter, n in short_memory.tallies(f"arrivals:{now.date()}:{now.hour:02}").items()
    }


def key_of(counter: Counter) -> dict[str, str]:
    _device, key = devices.pair(counter.pk, pairing_code(counter), name="Máy 1", now=timezone.now())
    return {"Authorization": f"Device {key}"}


def test_only_what_a_kiosk_brings_new_and_of_today_is_counted(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    kiosk, sheet_id = key_of(counter), uuid4()
    today = timezone.localdate()
    sheet = body(campaign, {"c01": 5}, answered_on=today.isoformat())
    before = timezone.localtime().hour

    assert put(client, counter, sheet, sheet_id, headers=kiosk).status_code == 201
    assert put(client, counter, sheet, sheet_id, headers=kiosk).status_code == 200  # again
    assert put(client, counter, sheet).status_code == 201  # own phone
    old = {**sheet, "answered_on": (today - timedelta(days=1)).isoformat()}
    assert put(client, counter, old, headers=kiosk).status_code == 201  # waited in the kiosk

    if timezone.localtime().hour == before:  # not while the hour turned
        assert counted() == {counter.pk: 1}
    assert Response.objects.count() == 3


def test_an_hour_is_kept_when_it_has_ended_and_only_once(store: redis.Redis) -> None:
    counter = make.counter(make.commune())
    for minutes in (0, 5, 10, 19, 20):  # the last at ten o'clock
        arrivals.note(counter.pk, now=NINE + timedelta(minutes=minutes))

    assert arrivals.keep_ended_hours(now=NINE) == 0  # it still runs
    assert arrivals.keep_ended_hours(now=NINE + timedelta(minutes=30)) == 1
    assert arrivals.keep_ended_hours(now=NINE + timedelta(minutes=30)) == 0

    row = ArrivalCount.objects.get()
    assert (row.counter_id, row.day, row.hour, row.n) == (counter.pk, NINE.date(), 9, 4)


def test_a_smaller_count_never_replaces_a_larger_one(store: redis.Redis) -> None:
    counter = make.counter(make.commune())
    ArrivalCount.objects.create(counter=counter, day=NINE.date(), hour=9, n=7)
    arrivals.note(counter.pk, now=NINE)  # Redis was lost and began anew

    arrivals.keep_ended_hours(now=NINE + timedelta(hours=1))

    assert ArrivalCount.objects.get().n == 7


def test_the_last_hour_of_a_day_is_kept_under_that_day(store: redis.Redis) -> None:
    counter = make.counter(make.commune())
    late = NINE.replace(hour=23)
    arrivals.note(counter.pk, now=late)

    arrivals.keep_ended_hours(now=late + timedelta(hours=1))

    assert ArrivalCount.objects.get().day == NINE.date()


def test_counts_are_forgotten_within_a_day_and_a_lost_counter_does_no_harm(
    store: redis.Redis,
) -> None:
    arrivals.note(999_999, now=NINE)

    keys = store.keys("arrivals:*")

    assert [0 < store.ttl(key) <= 24 * 3600 for key in keys] == [True]
    assert arrivals.keep_ended_hours(now=NINE + timedelta(hours=1)) == 0


def test_without_redis_the_sheet_is_stored_and_not_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, campaign = asked_at_a_counter()
    kiosk = key_of(counter)
    monkeypatch.setattr(settings, "REDIS_URL", "redis://192.0.2.1:6379/0")
    monkeypatch.setattr(settings, "REDIS_SECONDS", 0.05)
    sheet = body(campaign, {"c01": 5}, answered_on=timezone.localdate().isoformat())

    assert put(client, counter, sheet, headers=kiosk).status_code == 201
    assert arrivals.keep_ended_hours(now=timezone.localtime()) == 0
