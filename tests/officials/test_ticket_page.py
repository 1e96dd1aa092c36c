"""Issuing one-time tickets in the panel: codes leave once, rates show from the threshold on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from surveys.counters import ticket_codes, tickets
from surveys.models import AuditEntry, Campaign, Channel, Counter, TicketBatch, Unit
from surveys.rights.acts import Role
from surveys.submissions import Sheet, record_response
from tests import make
from tests.answering import Reply
from tests.officials.campaigning import today
from tests.surveys.print.pdf import codes

pytestmark = pytest.mark.django_db

PAGE = "/quan-tri/ma-phieu/"


@pytest.fixture
def commune() -> Unit:
    return make.commune()


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    day = timedelta(days=10)
    made = make.campaign(
        slug="dot", tree_day=today(), opens_on=today() - day, closes_on=today() + day, threshold=3
    )
    made.tickets = True
    made.save(update_fields=["tickets"])
    return made


@pytest.fixture
def counter(campaign: Campaign, commune: Unit) -> Counter:
    return make.counter(commune, code="mo", name="Quầy một cửa")


@pytest.fixture
def binh(client: Client, commune: Unit) -> Client:
    client.force_login(make.official("binh", role=Role.MANAGER, at=commune))
    return client


def issue(client: Client, **fields: object) -> Reply:
    asked = {"campaign": "dot", "counter": "mo", "day": today().isoformat(), "number": 5}
    return client.post(PAGE, {**asked, "asked_as": uuid4(), **fields})


def spend(code: str, campaign: Campaign, counter: Counter) -> None:
    sheet = Sheet(
        id=uuid4(),
        campaign=campaign,
        unit_id=counter.unit_id,
        counter_id=counter.pk,
        channel=Channel.PHONE,
        answers="15321011",
        ticket=code,
    )
    record_response(sheet, today=today())


def codes_on(pdf: bytes) -> list[str]:
    """Return the tickets that the QR codes of the slips lead to."""
    read = [address for page in codes(pdf, dots_per_inch=300) for address in page]
    return [address.split("/k/mo/?v=")[1] for address in read]


def test_slips_come_as_a_file_with_a_name(binh: Client, counter: Counter) -> None:
    reply = issue(binh, counter=" MO ", number=23)

    assert reply["Content-Type"] == "application/pdf"
    assert f"ma-phieu-mo-{today()}-23.pdf" in reply["Content-Disposition"]
    assert reply["Content-Disposition"].startswith("attachment")
    assert reply["Cache-Control"] == "no-store"
    made = set(codes_on(reply.content))
    assert len(made) == 23
    assert all(map(ticket_codes.read, made))
    batch = TicketBatch.objects.get()
    assert (batch.issued, batch.day, batch.made_by.username) == (23, today(), "binh")
    entry = AuditEntry.objects.get(deed="print.tickets")
    assert entry.after == {"day": today().isoformat(), "number": 23}
    # Neither the page nor the log has them afterwards.
    page = binh.get(PAGE).content.decode()
    assert not any(code in page or code in str(entry.__dict__) for code in made)


def test_tickets_are_shown_one_by_one_without_paper(binh: Client, counter: Counter) -> None:
    page = issue(binh, number=3, on_screen="1").content.decode()
    too_many = issue(binh, number=51, on_screen="1")

    assert page.count("viewBox") >= 3  # else it is as small as its modules are in pixels
    assert [page.count(f'id="ma-{n}"') for n in (1, 2, 3, 4)] == [1, 1, 1, 0]
    assert [page.count(f'href="#ma-{n}"') for n in (1, 2, 3, 4)] == [0, 1, 1, 0]
    assert too_many.status_code == 422
    assert TicketBatch.objects.count() == 1


def test_how_many_came_back_shows_from_the_threshold_on(
    binh: Client, campaign: Campaign, counter: Counter
) -> None:
    made = codes_on(issue(binh, number=5).content)
    for code in made[:2]:
        spend(code, campaign, counter)
    few = binh.get(PAGE)
    spend(made[2], campaign, counter)
    enough = binh.get(PAGE)

    assert few.context["lines"][0].spent is None
    assert "40,0" not in few.content.decode()
    assert enough.context["lines"][0].spent == 3
    assert "60,0" in enough.content.decode()


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"number": 0}, "number"),
        ({"number": 4097}, "number"),
        ({"counter": "khong-co"}, "counter"),
        ({"counter": "xa"}, "counter"),
        ({"campaign": "khong-co"}, "campaign"),
        ({"day": 11}, "day"),
        ({"day": -2}, "day"),
    ],
)
def test_what_cannot_be_issued_is_named_and_nothing_made(
    binh: Client, counter: Counter, fields: dict[str, Any], fault: str
) -> None:
    elsewhere = make.commune()
    make.counter(elsewhere, code="xa")
    if "day" in fields:  # counted from today
        fields = {"day": (today() + timedelta(days=fields["day"])).isoformat()}

    reply = issue(binh, **fields)

    assert reply.status_code == 422
    assert fault in reply.context["form"].errors
    assert not TicketBatch.objects.exists()


def test_a_neighbour_sees_and_issues_nothing(client: Client, counter: Counter) -> None:
    client.force_login(make.official("cuong", role=Role.MANAGER, at=make.commune()))

    assert issue(client).status_code == 422
    assert not TicketBatch.objects.exists()


def test_without_a_key_the_page_says_what_is_missing(
    binh: Client, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TICKET_KEY", "")

    assert "TICKET_KEY" in binh.get(PAGE).content.decode()
    assert issue(binh).status_code == 422
    assert not TicketBatch.objects.exists()


def test_a_second_click_brings_the_same_tickets_and_later_none(
    binh: Client, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "SECOND_CLICK", timedelta(hours=1))  # a busy machine is slow
    key = uuid4()
    first, second = issue(binh, asked_as=key), issue(binh, asked_as=key)

    assert sorted(codes_on(first.content)) == sorted(codes_on(second.content))
    assert TicketBatch.objects.count() == 1
    assert issue(binh, asked_as=key, number=6).status_code == 422
    TicketBatch.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    assert issue(binh, asked_as=key).status_code == 422
    assert issue(binh).status_code == 200
    assert TicketBatch.objects.count() == 2
