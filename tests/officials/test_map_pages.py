"""The map in the panel: any day of it, what became of units, and changes from a file."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from openpyxl import load_workbook
from psycopg.types.range import Range

from surveys.models import AuditEntry, Succession, Tier, Unit, UnitVersion
from surveys.rights.acts import Role
from surveys.units.map_change_rows import COLUMNS, template
from tests import make
from tests.officials.people import sign_in

pytestmark = pytest.mark.django_db

CHANGED = date(2026, 5, 1)
HEADER = ",".join(COLUMNS)


@pytest.fixture
def province() -> Unit:
    return make.province("Thái Nguyên", code="19")


@pytest.fixture
def communes(province: Unit) -> list[Unit]:
    names = (("Phú Bình", "05901"), ("Đại Từ", "05902"), ("Võ Nhai", "05903"))
    made = [make.commune(name, code=code, parent=province) for name, code in names]
    # As if they had been committed: what is written later is looked at by itself.
    connection.check_constraints()
    return made


@pytest.fixture
def admin(province: Unit) -> Client:
    return sign_in(Client(), make.official(), two_steps=True)


def csv_file(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("ban-do.csv", "\n".join([HEADER, *rows]).encode())


def checked(client: Client, *rows: str) -> str:
    return client.post("/quan-tri/don-vi/tep/", {"file": csv_file(*rows)}).content.decode()


def faults(html: str) -> set[tuple[int, str]]:
    """Return line and column of every fault told."""
    found = re.findall(r'<th scope="row">(\d+)</th><td>(\w*)</td>', html)
    return {(int(line), column) for line, column in found}


def confirm(client: Client, html: str) -> None:
    ticket = html.partition('name="map_ticket" value="')[2].partition('"')[0]
    assert client.post("/quan-tri/don-vi/tep/xac-nhan/", {"map_ticket": ticket}).status_code == 302


def test_any_day_shows_the_map_of_that_day(
    admin: Client, province: Unit, communes: list[Unit]
) -> None:
    old, other, _third = communes
    for unit in (old, other):
        Unit.objects.filter(pk=unit.pk).update(in_force=Range(make.MAP_BEGAN, CHANGED))
        UnitVersion.objects.filter(unit=unit).update(in_force=Range(make.MAP_BEGAN, CHANGED))
    new = make.unit("Phú An", tier=Tier.COMMUNE, code="05901", parent=province, since=CHANGED)
    for unit in (old, other):
        Succession.objects.create(old=unit, new=new, on=CHANGED, kind="whole", law="12/NQ")
    address = f"/quan-tri/don-vi/{province.pk}/"

    today = admin.get(address).content.decode()
    assert ("Phú An" in today, "Phú Bình" in today) == (True, False)
    then = admin.get(address, {"ngay": "2026-04-30"}).content.decode()
    assert ("Phú An" in then, "Phú Bình" in then) == (False, True)
    history = admin.get(f"/quan-tri/don-vi/{new.pk}/").content.decode()
    assert "12/NQ" in history
    assert {"Xã Phú Bình", "Xã Đại Từ"} <= set(re.findall(r">(Xã [^<]+)<", history))
    # Without marks, and among the units of the day alone.
    for day, found in (("2026-04-30", True), ("2026-05-01", False)):
        page = admin.get("/quan-tri/don-vi/", {"q": "phu binh", "ngay": day}).content.decode()
        assert (f'href="/quan-tri/don-vi/{old.pk}/' in page) is found
    assert admin.get("/quan-tri/don-vi/", {"ngay": "30/02/2026"}).status_code == 200


def test_an_official_also_sees_what_went_whole_into_their_unit(province: Unit) -> None:
    new = make.commune("Phú An", code="05900", parent=province)
    old, part = (
        make.unit(name, tier=Tier.COMMUNE, since=date(2024, 1, 1), until=make.MAP_BEGAN)
        for name in ("Cũ", "Một phần")
    )
    for unit, kind in ((old, "whole"), (part, "part")):
        Succession.objects.create(old=unit, new=new, on=make.MAP_BEGAN, kind=kind)
    client = sign_in(Client(), make.official(role=Role.VIEWER, at=new))

    seen = [client.get(f"/quan-tri/don-vi/{u.pk}/").status_code for u in (new, old, part, province)]
    assert seen == [200, 200, 404, 404]


def test_a_merger_a_new_name_and_an_agency_come_from_one_file(
    admin: Client, province: Unit, communes: list[Unit]
) -> None:
    html = checked(
        admin,
        "commune,05901,2026-05-01,Xã,Phú An,,19,12/NQ-UBTVQH16,,05901 whole; 05902 whole",
        "commune,05903,2026-05-01,Phường,Võ Nhai,,,12/NQ-UBTVQH16,,",
        "agency,19-cu,2026-05-01,Sở,Sở Cũ,,19,,2026-06-01,",
        "agency,19-stc,2026-05-01,Sở,Sở Tài chính,Sở Tài chính tỉnh Thái Nguyên,19,,,",
    )
    assert faults(html) == set()
    assert not Unit.objects.filter(code="19-stc").exists()
    confirm(admin, html)

    told = (AuditEntry.objects.get().after or {})["units"]
    assert {"05902 Xã Đại Từ → –", "05901 – → Xã Phú An"} <= set(told)
    assert "05903 Xã Võ Nhai (19) → Phường Võ Nhai (19)" in told
    new = Unit.objects.get(code="05901", in_force__contains=CHANGED)
    assert new.opened_by == "12/NQ-UBTVQH16"
    links = Succession.objects.filter(new=new)
    assert {(link.old_id, link.kind) for link in links} == {
        (communes[0].pk, "whole"),
        (communes[1].pk, "whole"),
    }
    ended = Unit.objects.get(pk=communes[1].pk)
    assert (ended.in_force.upper, ended.closed_by) == (CHANGED, "12/NQ-UBTVQH16")
    names = UnitVersion.objects.filter(unit=communes[2]).order_by("in_force")
    assert [(n.full_name, n.in_force.upper) for n in names] == [
        ("Xã Võ Nhai", CHANGED),
        ("Phường Võ Nhai", None),
    ]
    agency = UnitVersion.objects.get(unit__code="19-stc")
    assert agency.parent == province
    assert (AuditEntry.objects.get().after or {})["new_units"] == 3


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("commune,05904,2026-05-01,Xã,Mới,,19,12/NQ,,", (2, "made_of")),
        ("commune,05904,2026-05-01,Xã,Mới,,77,12/NQ,,05901 same", (2, "parent_code")),
        ("commune,05904,2026-05-01,Xã,Mới,,19,12/NQ,,05901 part", (2, "made_of")),
        ("commune,05904,2026-05-01,Xã,Mới,,19,12/NQ,,99999 same", (2, "made_of")),
        ("commune,05904,2026-05-01,Xã,Mới,,19,,,05901 same", (2, "law")),
        ("commune,05901,,,,,,12/NQ,2026-05-01,", (2, "made_of")),
        ("commune,05901,2026-05-01,Tỉnh,Phú Bình,,,12/NQ,,", (2, "type")),
        ("commune,05901,01/05/2026,Xã,Phú Bình,,,12/NQ,,", (2, "from")),
        ("village,05901,2026-05-01,Xã,Phú Bình,,,12/NQ,,", (2, "tier")),
        ("commune,5901,2026-05-01,Xã,Phú Bình,,,12/NQ,,", (2, "code")),
        ("province,19,,,,,,12/NQ,2026-05-01,", (2, "code")),
    ],
)
def test_a_row_at_fault_is_named_and_nothing_is_stored(
    admin: Client, communes: list[Unit], row: str, fault: tuple[int, str]
) -> None:
    before = list(Unit.objects.order_by("pk").values_list("pk", "in_force"))

    html = checked(admin, row, "commune,05903,2026-05-01,Phường,Võ Nhai,,,12/NQ,,")

    assert fault in faults(html)
    assert "map_ticket" not in html
    assert list(Unit.objects.order_by("pk").values_list("pk", "in_force")) == before
    assert not UnitVersion.objects.filter(type="Phường").exists()


def test_a_name_that_a_campaign_froze_is_corrected_from_a_later_day_on(
    admin: Client, communes: list[Unit]
) -> None:
    row = f"commune,05903,{make.MAP_BEGAN},Xã,Võ Nhai Mới,,,12/NQ,,"
    assert faults(checked(admin, row)) == set()
    make.campaign(slug="dot")

    assert faults(checked(admin, row)) == {(2, "from")}


def test_who_is_not_of_the_nation_changes_agencies_below_them_alone(
    province: Unit, communes: list[Unit]
) -> None:
    other = make.province("Phú Thọ", code="25")
    user = make.official(role=Role.ADMINISTRATOR, at=province)
    client = sign_in(Client(), user, two_steps=True)

    assert faults(checked(client, "commune,05903,2026-05-01,Phường,Võ Nhai,,,1/NQ,,")) == {
        (2, "code")
    }
    agency = "agency,{0}-stc,2026-05-01,Sở,Sở Tài chính,,{0},,,"
    assert faults(checked(client, agency.format(other.pk and "25"))) == {(2, "code")}
    assert faults(checked(client, agency.format("19"))) == set()


def test_the_template_is_a_file_that_is_understood(admin: Client, communes: list[Unit]) -> None:
    book = load_workbook(io.BytesIO(template()))
    book.worksheets[0].append(
        ["commune", "05903", "2026-05-01", "Phường", "Võ Nhai", "", "", "1/NQ", "", ""]
    )
    file = io.BytesIO()
    book.save(file)

    upload = SimpleUploadedFile("ban-do.xlsx", file.getvalue())
    html = admin.post("/quan-tri/don-vi/tep/", {"file": upload}).content.decode()

    assert faults(html) == set()
    assert "map_ticket" in html
