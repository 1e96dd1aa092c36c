"""The sample plan of a campaign: entered, brought in from a file, frozen, and watched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from results.counting import refresh
from results.watching import boards
from surveys.campaigns.campaign_tree import open_campaign
from surveys.models import AuditEntry, Campaign, PlanLine, Unit
from surveys.rights.acts import Role
from tests import make
from tests.officials.campaigning import manager, today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    boards.forget()
    yield
    boards.forget()


@pytest.fixture
def units() -> list[Unit]:
    province = make.province(code="19")
    names = ("Phú Bình", "Phú Lương", "Võ Nhai")
    return [province] + [
        make.commune(name, code=f"0590{n}", parent=province) for n, name in enumerate(names)
    ]


@pytest.fixture
def campaign(units: list[Unit]) -> Campaign:
    made = make.campaign(
        slug="mau",
        opens_on=today() - timedelta(days=9),
        closes_on=today(),
        tree_day=today(),
        opened=False,
    )
    Campaign.objects.filter(pk=made.pk).update(scope=["19"])
    made.refresh_from_db()
    return made


@pytest.fixture
def client(units: list[Unit]) -> Client:
    return manager("quan-ly", units[0])


def stored(campaign: Campaign) -> list[tuple[str, str, int | None, int]]:
    rows = PlanLine.objects.filter(campaign=campaign).order_by("unit__code")
    return list(rows.values_list("unit__code", "stratum", "population", "target"))


def put(client: Client, unit: str, target: object, people: object = "", stratum: str = "") -> int:
    fields = {"unit": unit, "target": target, "population": people, "stratum": stratum}
    return client.post("/quan-tri/dot/mau/ke-hoach/", fields).status_code


def upload(client: Client, content: str | bytes, name: str = "ke-hoach.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, data)
    return client.post("/quan-tri/dot/mau/ke-hoach/tep/", {"file": file})


def test_a_unit_is_planned_changed_and_taken_out_and_all_is_logged(
    client: Client, campaign: Campaign
) -> None:
    assert put(client, "05900", 30, 9000, "Đô thị") == 302
    assert put(client, "05900", 40, 9000) == 302
    assert stored(campaign) == [("05900", "", 9000, 40)]
    assert "9.000" in client.get("/quan-tri/dot/mau/ke-hoach/").content.decode()

    client.post("/quan-tri/dot/mau/ke-hoach/bo/", {"unit": "05900"})

    assert stored(campaign) == []
    deeds = AuditEntry.objects.filter(deed="campaign.plan").order_by("number")
    told: list[Any] = [(entry.before, entry.after) for entry in deeds]
    assert [after["sheets"] for _before, after in told] == [30, 40, 0]
    assert told[1][0]["line"] == "05900 | Đô thị | 9000 | 30"


@pytest.mark.parametrize(
    ("unit", "target", "people", "stratum"),
    [
        ("99999", 10, "", ""),  # no such unit
        ("19", 10, "", ""),  # above a unit that is planned
        ("05901", 0, "", ""),
        ("05901", 10, 9, ""),  # fewer people than sheets
        ("05901", 10, "", "=1+1"),  # a formula to who opens the file
    ],
)
def test_a_line_that_cannot_be_is_refused(
    client: Client, campaign: Campaign, unit: str, target: int, people: object, stratum: str
) -> None:
    put(client, "05900", 30)
    assert put(client, unit, target, people, stratum) == 422
    assert stored(campaign) == [("05900", "", None, 30)]


def test_a_file_is_checked_first_and_then_takes_the_plans_place(
    client: Client, campaign: Campaign
) -> None:
    put(client, "05902", 30)
    reply = upload(
        client,
        "unit_code,unit,stratum,population,sheets\n"
        "05900,Phú Bình,Đô thị,9000,30\n05901,,Nông thôn,,40\n05902,,,,\n",
    )
    assert reply.context["found"] == {"units": 2, "sheets": 70, "population": 9000, "strata": 2}
    assert stored(campaign) == [("05902", "", None, 30)]

    ticket = {"ticket": reply.context["ticket"]}
    assert client.post("/quan-tri/dot/mau/ke-hoach/tep/xac-nhan/", ticket).status_code == 302

    assert stored(campaign) == [("05900", "Đô thị", 9000, 30), ("05901", "Nông thôn", None, 40)]


def test_every_wrong_row_of_a_file_is_named(client: Client, campaign: Campaign) -> None:
    reply = upload(
        client,
        "unit_code,sheets,population,stratum\n"
        "05900,30,,\n05900,30,,\n00000,30,,\n05901,1.000,,\n05902,30,20,\n19,5,,\n",
    )
    assert reply.status_code == 422
    faults = [(fault.line, fault.column) for fault in reply.context["refused"].faults]
    assert faults == [
        *[(3, "unit_code"), (4, "unit_code"), (5, "sheets"), (6, "population")],
        (3, "unit_code"),  # below row 7, which is planned, too
    ]
    # A row that ends before the unit.
    reply = upload(client, "sheets,unit_code\n30\n")
    faults = [(fault.line, fault.column) for fault in reply.context["refused"].faults]
    assert faults == [(2, "unit_code")]
    assert stored(campaign) == []


def test_the_file_to_fill_in_comes_back_as_it_went(client: Client, campaign: Campaign) -> None:
    book = load_workbook(BytesIO(client.get("/quan-tri/dot/mau/ke-hoach/mau.xlsx").content))
    sheet = book.worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["05900", "05901", "05902"]
    sheet["D2"], sheet["E2"] = 9000, 30
    file = BytesIO()
    book.save(file)

    reply = upload(client, file.getvalue(), "ke-hoach.xlsx")

    assert reply.context["found"] == {"units": 1, "sheets": 30, "population": 9000, "strata": 0}


def test_the_formula_sizes_every_unit_whose_people_are_stated(
    client: Client, campaign: Campaign
) -> None:
    for unit, people in (("05900", 300), ("05901", 100), ("05902", "")):
        put(client, unit, 5, people)

    client.post("/quan-tri/dot/mau/ke-hoach/co-mau/", {"error": "10", "way": "together"})
    assert [line[3] for line in stored(campaign)] == [60, 20, 5]

    client.post("/quan-tri/dot/mau/ke-hoach/co-mau/", {"error": "10", "way": "each"})
    assert [line[3] for line in stored(campaign)] == [75, 50, 5]
    page = client.get("/quan-tri/dot/mau/ke-hoach/", {"people": "400", "error": "10"})
    assert page.context["size"]["n"] == 80


def test_units_are_drawn_by_a_lot_that_stands_in_the_log(
    client: Client, campaign: Campaign
) -> None:
    for unit, people, stratum in (("05900", 300, "Xã"), ("05901", 100, "Xã"), ("05902", 50, "")):
        put(client, unit, 5, people, stratum)
    draw = "/quan-tri/dot/mau/ke-hoach/rut/"

    assert client.post(draw, {"m": 1, "lot": ""}).status_code == 422
    assert client.post(draw, {"m": 1, "lot": "58213"}).status_code == 302

    first = min(("05900", "05901"), key=lambda code: sha256(f"58213|{code}".encode()).hexdigest())
    assert stored(campaign) == [(first, "Xã", 400, 5), ("05902", "", 50, 5)]
    told = AuditEntry.objects.filter(deed="campaign.plan").latest("number").after or {}
    assert (told["lot"], told["drawn"]) == ("58213", "1 / 2, 1")


def test_without_the_people_of_each_unit_nothing_is_drawn(
    client: Client, campaign: Campaign
) -> None:
    put(client, "05900", 5, 300, "Xã")
    put(client, "05901", 5, "", "Xã")
    before = stored(campaign)

    client.post("/quan-tri/dot/mau/ke-hoach/rut/", {"m": 1, "lot": "58213"})

    assert stored(campaign) == before


def test_the_plan_of_an_open_campaign_is_frozen_and_says_why(
    client: Client, campaign: Campaign
) -> None:
    put(client, "05900", 30)
    open_campaign(campaign)

    assert put(client, "05900", 5) == 422
    client.post("/quan-tri/dot/mau/ke-hoach/bo/", {"unit": "05900"})
    page = client.get("/quan-tri/dot/mau/ke-hoach/")

    assert page.context["frozen"]
    assert stored(campaign) == [("05900", "", None, 30)]
    for change in (
        lambda: PlanLine.objects.update(target=5),
        lambda: PlanLine.objects.all().delete(),
        lambda: PlanLine.objects.create(
            campaign=campaign, unit=Unit.objects.get(code="05901"), target=5
        ),
    ):
        with pytest.raises(Error, match="plan is frozen"), transaction.atomic():
            change()


def test_who_manages_a_part_reads_and_cannot_change(campaign: Campaign, units: list[Unit]) -> None:
    PlanLine.objects.bulk_create(
        PlanLine(campaign=campaign, unit=unit, target=30) for unit in units[1:]
    )
    open_campaign(campaign)
    part = manager("mot-phan", units[1])

    page = part.get("/quan-tri/dot/mau/ke-hoach/")

    assert [line.unit.code for line, _name in page.context["lines"]] == ["05900"]
    assert put(part, "05900", 5) == 403


def test_a_plan_that_does_not_fit_the_tree_is_a_fault_of_the_list(units: list[Unit]) -> None:
    client = manager("quan-ly", units[0])
    made = make.campaign(slug="mau", tree_day=today(), opened=False)
    Campaign.objects.filter(pk=made.pk).update(scope=["05900"])
    PlanLine.objects.create(campaign=made, unit=units[2], target=2)

    page = client.get("/quan-tri/dot/mau/")

    found = {check.code: check.grade for check in page.context["checks"]}
    assert (found["plan_units"], found["plan_few"]) == ("fault", "warning")


def test_units_and_strata_behind_the_plan_are_seen(units: list[Unit]) -> None:
    """Five of ten days have gone by: two sheets make four at the end."""
    campaign = make.campaign(
        slug="mau",
        opens_on=today() - timedelta(days=4),
        closes_on=today() + timedelta(days=5),
        tree_day=today(),
        opened=False,
    )
    plan = [(units[1], "Đô thị", 4), (units[2], "Đô thị", 5), (units[3], "", 4)]
    for unit, stratum, target in plan:
        PlanLine.objects.create(campaign=campaign, unit=unit, stratum=stratum, target=target)
    open_campaign(campaign)
    campaign.refresh_from_db()
    for unit in units[1:]:
        make.responses(campaign, unit, [5, 1], on=date.fromordinal(today().toordinal() - 1))
    refresh.refresh(campaign, clock=timezone.now)
    client = manager("xem", units[0], Role.VIEWER)

    page = client.get("/quan-tri/dot/mau/ke-hoach/tien-do/")

    lines = [
        (line.code, line.counted, line.expected, line.is_behind)
        for line, _ in page.context["lines"]
    ]
    assert lines == [("05901", 2, 4, True), ("05900", 2, 4, False), ("05902", 2, 4, False)]
    (stratum,) = page.context["strata"]
    assert (stratum.counted, stratum.target, stratum.is_behind) == (4, 9, True)
    links = [alert.address for alert in client.get("/quan-tri/").context["board"].alerts]
    assert "/quan-tri/dot/mau/ke-hoach/tien-do/" in links
    assert "/quan-tri/dot/mau/ke-hoach/tien-do/#tang" in links
