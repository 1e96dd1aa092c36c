"""A hall is never throttled, a flood is slowed down, nobody refused; without Redis nobody waits."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from time import time
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis
from django.conf import settings
from django.test import Client
from django.utils import timezone

from surveys.answering import short_memory, throttle, work
from surveys.kiosks import devices, pairing_limit
from surveys.models import Device, Response
from tests.answering import FormPage, answer, asked_at_a_counter, body, open_form, post, put
from tests.kiosk.tablet import pairing_code
from tests.live import Broker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tries_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short_memory, "breaker", short_memory.Breaker())
    throttle.minute_now.cache_clear()


@pytest.fixture
def store(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    # One window, whatever the clock.
    monkeypatch.setattr(throttle, "time", lambda: 600_000.0)
    monkeypatch.setattr(pairing_limit, "time", lambda: 600_000.0)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield client


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that never answers: connecting runs into the time limit."""
    monkeypatch.setattr(settings, "REDIS_URL", "redis://192.0.2.1:6379/0")
    monkeypatch.setattr(settings, "REDIS_SECONDS", 0.05)


def solved(given: dict[str, Any]) -> str:
    """Do the work of a challenge, as its description says."""
    text, zeros = given["challenge"], given["zero_bits"]
    numbers = []
    for piece in range(given["pieces"]):
        for number in count():
            digest = hashlib.sha256(f"{text} {piece} {number}".encode()).hexdigest()
            if f"{int(digest, 16):0256b}".startswith("0" * zeros):
                numbers.append(str(number))
                break
    return " ".join([text, *numbers])


@pytest.fixture
def easy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "ZERO_BITS", 4)


# Counting


def test_hundreds_at_one_counter_in_a_minute_are_all_taken(store: redis.Redis) -> None:
    assert not any(throttle.note_sheet(1, None) for _ in range(1000))


def test_hundreds_behind_one_address_get_in_by_both_doors(
    client: Client, store: redis.Redis
) -> None:
    counter, campaign = asked_at_a_counter()
    content = body(campaign, {"c01": 5})

    by_script = [put(client, counter, content).status_code for _ in range(300)]
    page = open_form(client, counter)
    forms = [{**page.hidden, "id": str(uuid4()), "c01": "1"} for _ in range(100)]
    by_form = [post(client, page.action, list(form.items())).status_code for form in forms]

    assert (set(by_script), set(by_form)) == ({201}, {303})
    assert Response.objects.count() == 400


def test_a_flood_waits_for_the_next_minute_and_only_it(
    store: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SHEETS_A_MINUTE", 3)
    kiosk = Device(pk=uuid4())

    rushes = [throttle.note_sheet(1, None) for _ in range(50)]
    assert rushes[:3] == [None] * 3
    assert {rush.next_minute for rush in rushes[3:] if rush} == {60}
    # The more come, the longer a form waits; never beyond half a minute.
    pauses = [rush.pause for rush in rushes[3:] if rush]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (5, 30)
    assert throttle.note_sheet(2, None) is None
    assert throttle.note_sheet(1, kiosk) is None
    monkeypatch.setattr(throttle, "time", lambda: 600_061.0)
    assert throttle.note_sheet(1, None) is None


def test_what_other_processes_counted_counts(store: redis.Redis) -> None:
    """A process tells the others of its sheets by tens, and hears of theirs then."""
    key = "throttle:counter:1:10000"
    limit = settings.SHEETS_A_MINUTE
    for _ in range(throttle.UNSHARED):
        assert throttle.note_sheet(1, None) is None
    assert store.get(key) is None
    assert throttle.note_sheet(1, None) is None
    assert store.get(key) == str(throttle.UNSHARED + 1).encode()

    store.set(key, limit)
    assert [throttle.note_sheet(1, None) is None for _ in range(throttle.UNSHARED + 1)] == [
        *[True] * throttle.UNSHARED,
        False,
    ]


def test_redis_forgets_all_of_it_within_a_day(store: redis.Redis, easy: None) -> None:
    for _ in range(throttle.UNSHARED + 1):
        throttle.note_sheet(1, None)
    pairing_limit.may_guess(1)
    sheet = uuid4()
    assert work.is_done(solved(work.challenge(1, sheet)), 1, sheet)

    keys = store.keys("*")
    assert len(keys) == 3
    assert all(0 < store.ttl(key) <= 24 * 3600 for key in keys)
    assert not any(str(sheet).encode() in key for key in keys)


# Work


@pytest.fixture
def rush(store: redis.Redis, monkeypatch: pytest.MonkeyPatch, easy: None) -> None:
    """A limit of one sheet a minute, and easy work."""
    monkeypatch.setattr(settings, "SHEETS_A_MINUTE", 1)


def test_in_a_rush_the_api_asks_for_work_and_takes_it(client: Client, rush: None) -> None:
    counter, campaign = asked_at_a_counter()
    content = body(campaign, {"c01": 5})
    sheet = uuid4()

    assert put(client, counter, content).status_code == 201
    asked = put(client, counter, content, sheet)
    assert asked.status_code == 429
    assert 0 < int(asked.headers["Retry-After"]) <= 60
    done = solved(asked.json()["work"])

    def send(proof: str, sheet_id: UUID = sheet) -> int:
        return put(client, counter, content, sheet_id, headers={"Proof-Of-Work": proof}).status_code

    assert send(done, uuid4()) == 429  # the work for another sheet
    assert send(done.replace(done[-1], "x")) == 429
    assert send(done) == 201
    assert send(done) == 200
    assert Response.objects.count() == 2


def test_work_is_good_for_its_sheet_and_counter_some_minutes_and_a_few_times(
    store: redis.Redis, easy: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = uuid4()
    done = solved(work.challenge(7, sheet))
    text, *numbers = done.split(" ")

    for wrong in ("", text, " ".join(numbers), f"{done} 1", f"{done[:-1]}x", "x" * 1_000_000):
        assert not work.is_done(wrong, 7, sheet)
    assert not work.is_done(done, 8, sheet)
    assert not work.is_done(done, 7, uuid4())
    monkeypatch.setattr(work, "ZERO_BITS", 32)
    assert not work.is_done(done, 7, sheet)  # too little work
    monkeypatch.setattr(work, "ZERO_BITS", 4)
    assert [work.is_done(done, 7, sheet) for _ in range(7)] == [True] * 5 + [False] * 2
    monkeypatch.setattr(work, "GOOD_FOR", -1)
    assert not work.is_done(solved(work.challenge(7, sheet)), 7, sheet)


def test_a_kiosk_waits_and_is_given_no_work(client: Client, rush: None) -> None:
    counter, campaign = asked_at_a_counter()
    code = pairing_code(counter)
    _device, key = devices.pair(counter.pk, code, name="Máy 1", now=timezone.now())
    content = body(campaign, {"c01": 5}, answered_on=timezone.localdate().isoformat())
    headers = {"Authorization": f"Device {key}"}

    replies = [put(client, counter, content, headers=headers) for _ in range(2)]

    assert [reply.status_code for reply in replies] == [201, 429]
    assert "work" not in replies[1].json()
    assert int(replies[1].headers["Retry-After"]) > 0


def test_without_script_a_form_is_shown_again_and_then_taken(
    client: Client, rush: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time()
    monkeypatch.setattr("surveys.answering.receiving.time", lambda: now)
    counter, _campaign = asked_at_a_counter()
    assert answer(client, counter, ("c01", "1")).status_code == 303
    page = open_form(client, counter)

    asked = post(client, page.action, [*page.chosen(), ("c01", "2")])
    assert asked.status_code == 429
    assert int(asked.headers["Retry-After"]) == 10  # twice the limit of one
    again = FormPage(asked.content.decode())
    assert ("c01", "2") in again.chosen()
    in_a_hurry = post(client, again.action, again.chosen())
    assert in_a_hurry.status_code == 429
    assert Response.objects.count() == 1

    # The pause of the first reply counts, whatever came in between.
    now += 11
    assert post(client, again.action, again.chosen()).status_code == 303
    assert Response.objects.count() == 2


def test_a_pause_is_good_for_its_sheet_and_counter_only() -> None:
    sheet = uuid4()
    pause = work.pause(7, sheet, until=100)

    assert work.is_over(pause, 7, sheet, now=100)
    assert not work.is_over(pause, 7, sheet, now=99)
    assert not work.is_over(pause, 8, sheet, now=100)
    assert not work.is_over(pause, 7, uuid4(), now=100)
    assert not work.is_over("", 7, sheet, now=100)


# Guesses of pairing codes


GUESS = """
import django; django.setup()
from surveys.kiosks import pairing_limit
pairing_limit.time = lambda: 600_000.0
print([pairing_limit.may_guess(3) for _ in range(15)].count(True))
"""


def test_guesses_of_pairing_codes_are_counted_over_all_processes(store: redis.Redis) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "REDIS_URL": settings.REDIS_URL,
    }
    another = subprocess.run(
        [sys.executable, "-c", GUESS],
        cwd=settings.BASE_DIR,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )

    assert int(another.stdout) == 15
    assert [pairing_limit.may_guess(3) for _ in range(15)].count(True) == 5
    assert not pairing_limit.may_guess(3)
    assert pairing_limit.may_guess(4)


def test_a_right_code_is_no_guess(store: redis.Redis) -> None:
    for _ in range(50):
        assert pairing_limit.may_guess(3)
        pairing_limit.was_right(3)


def test_without_redis_a_process_allows_fewer_guesses(
    no_redis: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing_limit, "time", lambda: 600_000.0)
    counter_id = uuid4().int  # the memory of the process outlives a test

    assert [pairing_limit.may_guess(counter_id) for _ in range(7)] == [True] * 5 + [False] * 2


# Without Redis


def test_without_redis_all_are_taken_and_one_waits_a_moment(
    no_redis: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SHEETS_A_MINUTE", 1)
    now, client_now = time(), short_memory._client
    tried: list[dict[str, Any]] = []
    monkeypatch.setattr(short_memory, "monotonic", lambda: now)

    def client() -> redis.Redis:
        made = client_now()
        tried.append(made.connection_pool.connection_kwargs)
        return made

    monkeypatch.setattr(short_memory, "_client", client)

    assert not any(throttle.note_sheet(1, None) for _ in range(1000))

    (limits,) = tried  # one try of 50 ms, then none for ten seconds
    assert limits["socket_connect_timeout"] == limits["socket_timeout"] == 0.05
    now += 9
    assert not short_memory.breaker.lets_try()
    now += 2
    assert short_memory.breaker.lets_try()
