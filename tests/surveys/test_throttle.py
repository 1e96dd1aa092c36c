"""A hall is never throttled, a flood is; without Redis nothing is, and nobody waits."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.test import Client

from surveys import throttle
from surveys.models import Device, Response
from tests.answering import answer, asked_at_a_counter, body, put
from tests.live import Broker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tries_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "breaker", throttle.Breaker())


@pytest.fixture
def store(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    monkeypatch.setattr(throttle, "time", lambda: 600_000.0)  # one window, whatever the clock
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.keys("throttle:*"):
            client.delete(key)
        yield client


def test_hundreds_at_one_counter_in_a_minute_are_all_taken(store: redis.Redis) -> None:
    assert [throttle.seconds_to_wait(1, None) for _ in range(1000)] == [0] * 1000


def test_a_flood_waits_for_the_next_minute_and_only_it(
    store: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SHEETS_A_MINUTE", 3)
    kiosk = Device(pk=uuid4())

    assert [throttle.seconds_to_wait(1, None) for _ in range(5)] == [0, 0, 0, 60, 60]
    assert throttle.seconds_to_wait(2, None) == 0
    assert throttle.seconds_to_wait(1, kiosk) == 0
    monkeypatch.setattr(throttle, "time", lambda: 600_061.0)
    assert throttle.seconds_to_wait(1, None) == 0


def test_redis_forgets_within_minutes(store: redis.Redis) -> None:
    throttle.seconds_to_wait(1, None)

    (key,) = store.keys("throttle:*")
    assert 0 < store.ttl(key) <= 120


def test_the_api_says_when_to_come_again_and_the_form_never(
    client: Client, store: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SHEETS_A_MINUTE", 1)
    counter, campaign = asked_at_a_counter()
    content = body(campaign, {"c01": 5})

    assert put(client, counter, content).status_code == 201
    refused = put(client, counter, content)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert [answer(client, counter, ("c01", "1")).status_code for _ in range(3)] == [303] * 3
    assert Response.objects.count() == 4


def test_without_redis_all_are_taken_and_one_waits_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # An address that never answers: connecting runs into the time limit.
    monkeypatch.setattr(settings, "REDIS_URL", "redis://192.0.2.1:6379/0")
    monkeypatch.setattr(settings, "SHEETS_A_MINUTE", 1)

    begun = monotonic()
    assert [throttle.seconds_to_wait(1, None) for _ in range(1000)] == [0] * 1000

    assert monotonic() - begun < 0.5
    assert not throttle.breaker.lets_try()
