"""What officials see of kiosks and do about them: pairing, revoking, bringing a queue in."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import DjangoAssertNumQueries

from surveys.kiosks import devices
from surveys.models import Channel, Device, Response
from tests.answering import Reply, asked_at_a_counter, body
from tests.kiosk.line import Line
from tests.kiosk.tablet import PIN, Tablet, official, pairing_code, tablet
from tests.live import eventually

KIOSKS = "/quan-tri/may/"
IMPORT = "/quan-tri/may/nhap/"


@pytest.fixture
def binh(client: Client) -> Client:
    client.force_login(official())
    return client


@pytest.mark.django_db
def test_only_officials_come_in(client: Client) -> None:
    client.force_login(User.objects.create(username="cuong"))
    for path in (KIOSKS, IMPORT):
        assert client.get(path).status_code in {302, 403}


@pytest.mark.django_db
def test_a_code_is_made_for_an_open_counter(binh: Client, client: Client) -> None:
    counter, _campaign = asked_at_a_counter()

    page = binh.post(KIOSKS, {"counter": f" {counter.code.upper()} "})
    refused = binh.post(KIOSKS, {"counter": "nowhere"})

    assert page["Cache-Control"] == "no-store"
    assert f"/k/{counter.code}/kiosk/" in page.content.decode()
    code = page.context["code"]
    device, _key = devices.pair(counter.pk, code, name="Máy 1", now=timezone.now())
    assert device.paired_by == official()
    assert refused.context["form"].errors


@pytest.mark.django_db
def test_the_list_says_what_needs_someone(binh: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    counter, _campaign = asked_at_a_counter()
    monday = datetime(2026, 11, 23, 11, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    device, _key = devices.pair(counter.pk, pairing_code(counter), name="Máy 1", now=timezone.now())
    Device.objects.update(
        seen_at=monday - timedelta(hours=3),
        queue_length=12,
        rejected=2,
        storage_persisted=False,
        clock_offset_seconds=86_400,
    )
    monkeypatch.setattr(timezone, "now", lambda: monday)
    binh.force_login(official())  # a session lasts a working day
    # Signed in at that moment too: a session of today has ended by then.
    binh.force_login(official())

    page = binh.get(KIOSKS).content.decode()
    binh.post(f"{KIOSKS}{device.pk}/thu-hoi/")
    after = binh.get(KIOSKS).content.decode()

    assert page.count('class="bad"') == 4  # silent, refused, not protected, wrong clock
    assert page.count("thu-hoi") == 1
    assert "thu-hoi" not in after
    assert Device.objects.get().revoked_at == monday


@pytest.mark.django_db
def test_a_long_list_comes_in_pages_and_is_searched(
    binh: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counter, _campaign = asked_at_a_counter()
    now = timezone.now()
    kiosk = {"counter": counter, "paired_by": official(), "paired_at": now, "seen_at": now}
    Device.objects.bulk_create(
        Device(**kiosk, name=f"Máy {n:02}", key_digest=str(n), queue_length=n % 2)
        for n in range(58)
    )
    long_ago = now - timedelta(days=9)
    Device.objects.filter(name="Máy 57").update(seen_at=long_ago)
    Device.objects.filter(name="Máy 56").update(rejected=3)
    Device.objects.filter(name="Máy 55").update(storage_persisted=False)
    Device.objects.filter(name="Máy 54").update(revoked_at=now, rejected=3, seen_at=long_ago)

    def names(**asked: str | int) -> list[str]:
        with django_assert_max_num_queries(12):
            shown = binh.get(KIOSKS, asked).context["kiosks"]
        return [line.device.name for line in shown]

    first, second = names(), names(page=2)
    assert first[:3] == ["Máy 57", "Máy 56", "Máy 00"]  # who needs someone comes first
    assert (len(first), len(second), second[-1]) == (50, 8, "Máy 54")  # and last who is gone
    assert names(state="silent") == ["Máy 57"]
    assert names(state="refused") == ["Máy 56"]
    assert names(state="storage") == ["Máy 55"]
    assert len(names(state="waiting")) == 29
    assert names(q="máy 07") == ["Máy 07"]
    assert names(q=counter.code.upper())[0] == "Máy 57"
    assert names(q="Máy 0", state="waiting") == [f"Máy 0{n}" for n in (1, 3, 5, 7, 9)]
    assert names(state="of my own") == []


@pytest.mark.django_db
def test_a_queue_of_a_revoked_kiosk_is_taken_once_by_the_same_rules(binh: Client) -> None:
    counter, campaign = asked_at_a_counter()
    device, key = devices.pair(counter.pk, pairing_code(counter), name="Máy 1", now=timezone.now())
    devices.revoke(device, now=timezone.now())
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    ids = [f"{n:08x}-0000-4000-8000-000000000000" for n in range(3)]
    contents = [
        body(campaign, {"c01": 1}, answered_on=yesterday),
        body(campaign, {"c01": 5}, answered_on=yesterday),
        body(campaign, {"c01": 99}),
    ]
    sheets = [{"id": i, "body": c} for i, c in zip(ids, contents, strict=True)]

    def bring(data: object) -> Reply:
        file = SimpleUploadedFile("queue.json", json.dumps(data).encode())
        return binh.post(IMPORT, {"queue": file})

    first = bring({"key": key, "sheets": sheets}).context["brought"]
    again = bring({"key": key, "sheets": sheets}).context["brought"]

    assert (first.stored, first.known, sum(first.refused.values())) == (2, 0, 1)
    assert (again.stored, again.known, sum(again.refused.values())) == (0, 2, 1)
    assert {sheet.channel for sheet in Response.objects.all()} == {Channel.KIOSK}
    no_queues: list[object] = [{}, {"key": key}, {"key": "hl_x", "sheets": []}, []]
    for data in [*no_queues, {"key": key, "sheets": [1]}]:
        page = bring(data)
        assert page.context["faults"] or page.context["brought"].refused
    assert Response.objects.count() == 2


@pytest.mark.live
@pytest.mark.django_db(transaction=True)
def test_a_queue_goes_by_file_from_the_kiosk_into_the_table(
    line: Line, base: str, page: Page, tmp_path: Path, binh: Client
) -> None:
    at = tablet(page, base)
    line.cut()
    at.one_sheet(comment="Bí mật")
    at.one_sheet()
    file = saved(at, tmp_path)
    assert len(at.queue()) == 2
    text = file.read_text()
    assert "Bí mật" not in text
    assert "hl_" not in text

    line.mend()
    Device.objects.update(revoked_at=timezone.now())
    session = binh.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": base}])
    other = page.context.new_page()
    other.goto(f"{base}{IMPORT}")
    other.set_input_files("[data-file]", file)
    other.fill("[data-pin]", "00000000")
    other.click(".kiosk-file [type=submit]")
    expect(other.locator("[data-fault]")).to_be_visible()
    other.fill("[data-pin]", PIN)
    other.click(".kiosk-file [type=submit]")
    expect(other.locator("[data-brought]")).to_be_visible()

    assert Response.objects.count() == 2
    at.screen("pairing")
    at.pair()  # then it learns that they are here already
    eventually(lambda: not at.queue())
    assert Response.objects.count() == 2


def saved(at: Tablet, directory: Path) -> Path:
    """Return the file with the queue, as an official saves it."""
    page = at.page
    at.do("staff")
    page.fill("[data-unlock] [name=pin]", "99999999")
    page.click("[data-unlock] [type=submit]")
    expect(page.locator("[data-unlock] [data-fault]")).to_be_visible()
    expect(page.locator("[data-panel]")).to_be_hidden()
    page.fill("[data-unlock] [name=pin]", PIN)
    page.click("[data-unlock] [type=submit]")
    expect(page.locator('[data-fact="waiting"]')).to_have_text("2")
    expect(page.locator('[data-fact="oldest"]')).to_have_text(re.compile(r"^\d\d/\d\d/\d{4}$"))
    with page.expect_download() as download:
        at.do("export")
    file = directory / download.value.suggested_filename
    download.value.save_as(file)
    at.do("end")
    return file
