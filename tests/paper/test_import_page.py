from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from pytest_django import Settings

from surveys.bulk.spreadsheets import to_csv
from surveys.models import Campaign, Response
from tests.answering import asked_at_a_counter
from tests.paper.piles import official

pytestmark = pytest.mark.django_db
PAGE = "/quan-tri/nhap-tep/"


@pytest.fixture
def campaign(settings: Settings, tmp_path: Path) -> Campaign:
    settings.VAR_DIR = tmp_path
    _counter, campaign = asked_at_a_counter(title={"vi": "Đợt khảo sát"})
    return campaign


@pytest.fixture
def lan(client: Client) -> Client:
    client.force_login(official())
    return client


def code_of(campaign: Campaign) -> str:
    return campaign.units.get(tier="commune").code


def xlsx(*rows: Sequence[object]) -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("phieu.xlsx", file.getvalue())


def day() -> date:
    return timezone.localdate() - timedelta(days=1)


HEADER: list[object] = ["unit_code", "answered_on", "channel", "c01", "c02", "m1"]


def test_a_spreadsheet_is_checked_then_stored_once(lan: Client, campaign: Campaign) -> None:
    unit = code_of(campaign)
    moment = datetime.combine(day(), datetime.min.time())
    rows: list[Sequence[object]] = [
        [unit, moment, "paper", 4.0, 5, "1;3"],
        [],
        [unit, str(day()), "paper", None, "", None],
    ]
    checked = lan.post(PAGE, {"campaign": campaign.slug, "file": xlsx(HEADER, *rows)})
    assert checked.status_code == 200, checked.content.decode()
    assert not Response.objects.exists()
    ticket = {"ticket": checked.context["ticket"]}

    assert lan.post(f"{PAGE}xac-nhan/", ticket).status_code == 302
    assert sorted(Response.objects.values_list("answers", flat=True)) == [
        "--..---.",
        "45..101.",
    ]
    lan.post(f"{PAGE}xac-nhan/", ticket)
    again = lan.post(PAGE, {"campaign": campaign.slug, "file": xlsx(HEADER, *rows)})
    assert again.context["report"].new == 0
    assert Response.objects.count() == 2


def test_faults_are_named_by_row_and_column(lan: Client, campaign: Campaign) -> None:
    unit = code_of(campaign)
    rows: list[Sequence[object]] = [
        [unit, str(day()), "paper", 9, 1, None],
        [],
        [unit, 3.5, "paper", 1, 1.5, "1;9"],
    ]
    reply = lan.post(PAGE, {"campaign": campaign.slug, "file": xlsx(HEADER, *rows)})
    assert reply.status_code == 422
    places = [(fault.line, fault.column) for fault in reply.context["refused"].faults]
    assert places == [(2, "c01"), (4, "answered_on"), (4, "c02"), (4, "m1")]
    assert not Response.objects.exists()


def test_a_whole_number_written_with_a_point_is_whole(tmp_path: Path) -> None:
    given, changed, target = (tmp_path / name for name in ("a.xlsx", "b.xlsx", "c.csv"))
    given.write_bytes(xlsx(["c01"], [4]).read())
    with zipfile.ZipFile(given) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<v>4</v>", b"<v>4.0</v>"))
    to_csv(changed, target)
    assert target.read_text().split() == ["c01", "4"]


def test_a_csv_is_taken_too(lan: Client, campaign: Campaign) -> None:
    text = f"unit_code,answered_on,channel,c01\n{code_of(campaign)},{day()},paper,3\n"
    file = SimpleUploadedFile("phieu.csv", text.encode("utf-8-sig"))
    reply = lan.post(PAGE, {"campaign": campaign.slug, "file": file})
    assert reply.context["report"].new == 1


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b"\xff\xfe", b"PK\x05\x06"])
def test_what_is_no_table_is_refused(lan: Client, campaign: Campaign, content: bytes) -> None:
    file = SimpleUploadedFile("phieu.xlsx", content)
    reply = lan.post(PAGE, {"campaign": campaign.slug, "file": file})
    assert reply.status_code == 422
    assert reply.context["refused"].total >= 1


def test_a_zip_bomb_is_not_unpacked(lan: Client, campaign: Campaign) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped,
        zipped.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(129):
            part.write(b"\0" * 1024 * 1024)
    file = SimpleUploadedFile("bom.xlsx", packed.getvalue())
    reply = lan.post(PAGE, {"campaign": campaign.slug, "file": file})
    assert reply.status_code == 422
    assert "quá lớn" in reply.content.decode() or "too large" in reply.content.decode()


def test_the_confirmation_is_for_who_checked_the_file(lan: Client, campaign: Campaign) -> None:
    rows: list[Sequence[object]] = [[code_of(campaign), str(day()), "paper", 4, 5, ""]]
    checked = lan.post(PAGE, {"campaign": campaign.slug, "file": xlsx(HEADER, *rows)})
    other = Client()
    other.force_login(official("mai"))
    other.post(f"{PAGE}xac-nhan/", {"ticket": checked.context["ticket"]})
    assert not Response.objects.exists()
    assert other.post(f"{PAGE}xac-nhan/", {"ticket": "x"}).status_code == 404


def test_the_templates_can_be_filled_in_and_imported(lan: Client, campaign: Campaign) -> None:
    assert lan.get(f"{PAGE}mau/{campaign.slug}.csv").content.startswith(b"\xef\xbb\xbfunit_code,")
    content = lan.get(f"{PAGE}mau/{campaign.slug}.xlsx").content
    book = load_workbook(io.BytesIO(content))
    codes = list(book.worksheets[1].values)
    assert ("c01", "Nơi ngồi chờ đủ chỗ", "1", "Rất không hài lòng") in codes
    row = [code_of(campaign), str(day()), "paper", 1, 2, 3, 1, "1", 2]
    for place, value in enumerate(row, start=1):
        book.worksheets[0].cell(2, place, value)
    filled = io.BytesIO()
    book.save(filled)
    file = SimpleUploadedFile("phieu.xlsx", filled.getvalue())
    reply = lan.post(PAGE, {"campaign": campaign.slug, "file": file})
    assert reply.status_code == 200, reply.context["refused"].faults
    assert reply.context["report"].new == 1


@pytest.mark.parametrize("channel", ["kiosk", "phone", "online"])
def test_what_comes_by_device_alone_is_not_imported_here(
    lan: Client, campaign: Campaign, channel: str
) -> None:
    rows = "".join(
        f"{code_of(campaign)},{day()},{name},3\n" for name in ("interview", "assisted", channel)
    )
    file = SimpleUploadedFile("phieu.csv", f"unit_code,answered_on,channel,c01\n{rows}".encode())

    reply = lan.post(PAGE, {"campaign": campaign.slug, "file": file})

    assert reply.status_code == 422
    faults = [(fault.line, fault.column) for fault in reply.context["refused"].faults]
    assert faults == [(4, "channel")]
    assert not Response.objects.exists()
