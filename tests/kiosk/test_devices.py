"""Keys, codes, heartbeats, and the day of a device's sheet, as the API judges them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from surveys.answering.openings import forget_places
from surveys.kiosks import devices, office_hours
from surveys.kiosks.device_days import Answered, answered
from surveys.models import Campaign, Channel, Counter, Device, PairingCode, Response
from tests import make
from tests.answering import Reply, asked_at_a_counter, body
from tests.kiosk.tablet import pairing_code

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(autouse=True)
def _no_failures_of_others() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def post(client: Client, path: str, content: object, key: str = "") -> Reply:
    headers = {"Authorization": f"Device {key}"} if key else {}
    data = json.dumps(content)
    return client.post(f"/api/v1/{path}", data, content_type="application/json", headers=headers)


def paired(counter: Counter) -> tuple[Device, str]:
    return devices.pair(counter.pk, pairing_code(counter), name="Máy 1", now=timezone.now())


def put(
    client: Client, counter: Counter, key: str, content: object, sheet_id: object = None
) -> Reply:
    return client.put(
        f"/api/v1/counters/{counter.code}/responses/{sheet_id or uuid4()}",
        json.dumps(content),
        content_type="application/json",
        headers={"Authorization": f"Device {key}"},
    )


def at_a_counter(**days: Any) -> tuple[Counter, Campaign, str]:
    counter, campaign = asked_at_a_counter(**days)
    return counter, campaign, paired(counter)[1]


def test_a_code_gives_one_key_whose_digest_alone_is_kept(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    code = pairing_code(counter)
    path = f"counters/{counter.code}/devices"

    typed = f" {code.upper().replace('-', ' ')} "
    first = post(client, path, {"code": typed, "name": " Máy 1 "})
    second = post(client, path, {"code": code, "name": "Máy 2"})

    assert (first.status_code, second.status_code) == (201, 403)
    device = Device.objects.get()
    key = json.loads(first.content)["key"]
    assert (device.name, device.key_digest) == ("Máy 1", devices.key_digest(key))
    assert len(key) >= 43
    assert key not in str(Device.objects.values())
    assert code.replace("-", "") not in str(PairingCode.objects.values())


def test_a_code_is_good_for_ten_minutes_at_its_counter(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    other = make.counter(make.commune())
    code = pairing_code(counter)

    assert (
        post(client, f"counters/{other.code}/devices", {"code": code, "name": "M"}).status_code
        == 403
    )
    PairingCode.objects.update(expires_at=timezone.now())
    assert (
        post(client, f"counters/{counter.code}/devices", {"code": code, "name": "M"}).status_code
        == 403
    )


def test_guessing_codes_is_slowed_down(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    path = f"counters/{counter.code}/devices"

    statuses = [
        post(client, path, {"code": "aaaa-aaaa", "name": "M"}).status_code for _ in range(21)
    ]

    assert statuses == [403] * 20 + [429]
    assert post(client, path, {"code": pairing_code(counter), "name": "M"})["Retry-After"] == "60"


def test_a_sheet_with_a_key_comes_from_a_kiosk(client: Client) -> None:
    counter, campaign, key = at_a_counter()

    assert put(client, counter, key, body(campaign, {"c01": 1})).status_code == 201
    assert Response.objects.get().channel == Channel.KIOSK


@pytest.mark.parametrize("wrong", ["hl_nonsense", "", "\u1ebf"])
def test_a_sheet_with_a_bad_key_is_not_a_citizen_s_own(client: Client, wrong: str) -> None:
    counter, campaign, _key = at_a_counter()

    assert put(client, counter, wrong, body(campaign, {"c01": 1})).status_code == 401
    assert not Response.objects.exists()


def test_a_revoked_key_is_a_bad_key(client: Client) -> None:
    counter, campaign, key = at_a_counter()
    devices.revoke(Device.objects.get(), now=timezone.now())

    assert put(client, counter, key, body(campaign, {"c01": 1})).status_code == 401
    assert post(client, "devices/heartbeat", {}, key).status_code == 401


def test_a_key_is_good_at_its_own_counter_only(client: Client) -> None:
    counter, campaign, key = at_a_counter()
    other = make.counter(campaign.units.get(unit=counter.unit_id).unit)

    assert put(client, other, key, body(campaign, {"c01": 1})).status_code == 403


def test_an_old_sheet_keeps_its_day_and_may_be_asked_for_at_any_time(client: Client) -> None:
    counter, campaign, key = at_a_counter()
    day = timezone.localdate() - timedelta(days=7)
    content = body(campaign, {"c01": 1}, answered_on=day.isoformat())
    sheet_id = uuid4()

    statuses = [put(client, counter, key, content, sheet_id).status_code for _ in range(2)]
    other = {**content, "answered_on": timezone.localdate().isoformat()}

    assert statuses == [201, 200]
    assert put(client, counter, key, other, sheet_id).status_code == 409
    sheet = Response.objects.get()
    assert (sheet.answered_on, sheet.late, sheet.day_corrected) == (day, False, False)


@pytest.mark.parametrize(
    ("closed_since", "answered_ago", "status"),
    [(30, 30, 201), (30, 29, 410), (31, 31, 410), (1, 0, 410), (1, 21, 201), (1, 22, 410)],
)
def test_a_sheet_of_a_closed_campaign_is_late_for_thirty_days(
    client: Client, closed_since: int, answered_ago: int, status: int
) -> None:
    counter, campaign, key = at_a_counter(opens_in=-closed_since - 20, closes_in=-closed_since)
    day = timezone.localdate() - timedelta(days=answered_ago)
    content = body(campaign, {"c01": 1}, answered_on=day.isoformat())

    assert put(client, counter, key, content).status_code == status
    assert [sheet.late for sheet in Response.objects.all()] == [True] * (status == 201)


def test_a_counter_switched_off_takes_what_is_on_the_way(client: Client) -> None:
    counter, campaign, key = at_a_counter()
    Counter.objects.update(active=False)
    forget_places()

    assert put(client, counter, key, body(campaign, {"c01": 1})).status_code == 201


def test_the_device_s_word_for_a_wrong_clock_counts(client: Client) -> None:
    counter, campaign, key = at_a_counter()
    shown = timezone.localdate() + timedelta(days=1000)
    content = body(campaign, {"c01": 1}, answered_on=shown.isoformat(), clock_ahead_days=1003)
    sheet_id = uuid4()

    assert put(client, counter, key, content, sheet_id).status_code == 201
    assert put(client, counter, key, content, sheet_id).status_code == 200
    sheet = Response.objects.get()
    assert sheet.day_corrected
    assert sheet.answered_on == timezone.localdate() - timedelta(days=3)


def test_without_a_key_nobody_corrects_a_clock(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    path = f"/api/v1/counters/{counter.code}/responses/{uuid4()}"
    content = json.dumps(body(campaign, {"c01": 1}, clock_ahead_days=0))

    assert client.put(path, content, content_type="application/json").status_code == 422


@pytest.mark.parametrize(
    ("shown", "ahead_days", "ahead_now", "expected"),
    [
        (None, None, None, Answered(TODAY, corrected=False)),
        (TODAY, None, 9_999_999, Answered(TODAY, corrected=False)),
        (TODAY, 0, None, Answered(TODAY, corrected=False)),
        (date(2029, 11, 20), 1096, None, Answered(date(2026, 11, 20), corrected=True)),
        (date(2023, 11, 20), -1097, None, Answered(date(2026, 11, 21), corrected=True)),
        # Nothing came with the sheet: the last heartbeat's word, where the day cannot be.
        (date(2029, 11, 20), None, 1096 * 86_400, Answered(date(2026, 11, 20), corrected=True)),
        (date(2023, 11, 20), None, -1097 * 86_400, Answered(date(2026, 11, 21), corrected=True)),
        # Nothing is known: it was answered no later than it came.
        (date(2029, 11, 20), None, None, Answered(TODAY, corrected=True)),
        (date(2026, 11, 21), -3, None, Answered(TODAY, corrected=True)),
        (date.max, -60_000, None, Answered(TODAY, corrected=True)),
    ],
)
def test_the_day_of_a_sheet(
    shown: date | None, ahead_days: int | None, ahead_now: int | None, expected: Answered
) -> None:
    found = answered(
        shown,
        ahead_days=ahead_days,
        ahead_seconds_now=ahead_now,
        opens_on=date(2026, 11, 1),
        today=TODAY,
    )

    assert found == expected


def test_a_heartbeat_is_kept_and_tells_the_time(client: Client) -> None:
    counter, _campaign, key = at_a_counter()
    clock = round((timezone.now() + timedelta(hours=3)).timestamp() * 1000)
    said = {
        "queue_length": 3,
        "rejected": 1,
        "oldest_on": "2026-11-20",
        "app_version": "abc\u0000",
        "storage_persisted": False,
        "clock": clock,
    }

    reply = post(client, "devices/heartbeat", said, key)

    assert reply.status_code == 200
    told = json.loads(reply.content)
    assert abs(told["time"] - timezone.now().timestamp() * 1000) < 60_000
    shell = client.get(f"/k/{counter.code}/kiosk/")
    assert told["app_version"] == shell["X-App-Version"]
    device = Device.objects.get()
    assert (device.queue_length, device.rejected, device.oldest_on) == (3, 1, date(2026, 11, 20))
    assert device.storage_persisted is False
    assert device.clock_offset_seconds == pytest.approx(3 * 3600, abs=60)
    assert device.seen_at is not None


@pytest.mark.parametrize(
    "said",
    [{"queue_length": -1}, {"rejected": True}, {"clock": "noon"}, {"oldest_on": "today"}, {"x": 1}],
)
def test_a_heartbeat_that_says_nonsense_is_refused(client: Client, said: object) -> None:
    _counter, _campaign, key = at_a_counter()

    assert post(client, "devices/heartbeat", said, key).status_code == 422
    assert post(client, "devices/heartbeat", {}).status_code == 401


def test_only_office_hours_count_as_silence() -> None:
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=HANOI)

    assert office_hours.hours_between(friday, friday + timedelta(hours=5)) == 1
    assert office_hours.hours_between(friday, datetime(2026, 11, 23, 8, 30, tzinfo=HANOI)) == 2
    week = office_hours.hours_between(friday - timedelta(days=7), friday)
    assert week == 5 * 7.5
    assert office_hours.hours_between(friday, friday - timedelta(hours=1)) == 0


@pytest.mark.parametrize(
    ("now", "since"),
    [
        ("2026-11-20 16:00", "2026-11-20 14:00"),
        ("2026-11-20 14:00", "2026-11-20 10:00"),  # over the noon break
        ("2026-11-23 08:30", "2026-11-20 16:00"),  # over a weekend
        ("2026-11-22 12:00", "2026-11-20 15:00"),  # on a Sunday
    ],
)
def test_two_office_hours_back_are_found_across_breaks(now: str, since: str) -> None:
    at, before = (datetime.fromisoformat(f"{wall}+07:00") for wall in (now, since))

    assert office_hours.instant_before(at, 2) == before
    assert office_hours.hours_between(before, at) == 2


def test_the_app_says_the_same_to_everyone_and_changes_with_its_content(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    address = f"/k/{counter.code}/kiosk/"
    first = client.get(address)
    again = client.get(address)
    worker = client.get(f"{address}sw.js").content.decode()
    Campaign.objects.update(title={"vi": "Tên khác"})
    forget_places()
    changed = client.get(address)

    assert first.content == again.content
    assert first["X-App-Version"] in worker
    assert changed["X-App-Version"] != first["X-App-Version"]
    assert client.get(f"/en{address}")["Location"] == address
    assert client.get("/k/nowhere/kiosk/").status_code == 404
    assert campaign.slug in first.content.decode()


def test_the_app_needs_nothing_that_is_not_in_it(client: Client) -> None:
    """Every file the page or its styles name is among those the worker fetches."""
    counter, _campaign = asked_at_a_counter()
    address = f"/k/{counter.code}/kiosk/"
    page = client.get(address).content.decode()
    worker = client.get(f"{address}sw.js").content.decode()
    named = {part.split('"')[0].split("#")[0] for part in page.split('="/')[1:]}
    files = {f"/{name}" for name in named if name.startswith(("static/", "k/"))}

    assert files
    assert not [name for name in files if f'"{name}"' not in worker]
    manifest = json.loads(client.get(f"{address}manifest.json").content)
    assert manifest["start_url"] == manifest["scope"] == address
