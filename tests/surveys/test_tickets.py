"""One ticket, one sheet: whoever sends, however often, at whichever door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from surveys.counters import ticket_codes, tickets
from surveys.counters.tickets import CannotIssue, Fault, TicketNotTaken
from surveys.models import (
    Campaign,
    Channel,
    Comment,
    Counter,
    Response,
    SpentTicket,
    StaleCell,
    TicketBatch,
)
from surveys.submissions import (
    ContentDiffers,
    Outcome,
    Sheet,
    record_device_response,
    record_response,
)
from tests import make
from tests.answering import FormPage, answer, asked_at_a_counter, body, open_form, post, put
from tests.races import at_once

pytestmark = pytest.mark.django_db

TODAY = make.DAY
DAY = timedelta(days=1)


def official() -> User:
    user, _ = User.objects.get_or_create(username="can-bo", is_staff=True, is_superuser=True)
    return user


@dataclass(frozen=True)
class Hall:
    campaign: Campaign
    counter: Counter

    def tickets(self, number: int = 1, *, day: date = TODAY) -> list[str]:
        return tickets.issue(
            self.campaign, self.counter, day=day, number=number, made_by=official()
        )

    def sheet(self, ticket: str, *, comment: str = "", on: date | None = None) -> Sheet:
        return Sheet(
            id=uuid4(),
            campaign=self.campaign,
            unit_id=self.counter.unit_id,
            counter_id=self.counter.pk,
            channel=Channel.PHONE,
            answers="15321011",
            comment=comment,
            answered_on=on,
            ticket=ticket,
        )


def with_tickets(campaign: Campaign) -> Campaign:
    campaign.tickets = True
    campaign.save(update_fields=["tickets"])
    return campaign


@pytest.fixture
def hall() -> Hall:
    commune = make.commune()
    return Hall(with_tickets(make.campaign()), make.counter(commune))


def fault_of(sheet: Sheet, *, today: date = TODAY) -> Fault:
    with pytest.raises(TicketNotTaken) as refused:
        record_response(sheet, today=today)
    return refused.value.fault


# Issuing


def test_a_batch_remembers_how_many_tickets_and_none_of_them(hall: Hall) -> None:
    codes = hall.tickets(50)

    assert len(set(codes)) == 50
    batch = TicketBatch.objects.get()
    assert (batch.campaign, batch.counter, batch.day) == (hall.campaign, hall.counter, TODAY)
    assert (batch.issued, batch.made_by) == (50, official())
    assert not SpentTicket.objects.exists()


def test_the_order_of_the_slips_is_not_that_of_the_serials(hall: Hall) -> None:
    claims = [ticket_codes.read(code) for code in hall.tickets(200)]

    serials = [claim.serial for claim in claims if claim]
    assert sorted(serials) == list(range(200))
    assert serials != sorted(serials)


def test_tickets_that_would_not_be_good_are_not_issued(hall: Hall) -> None:
    for number, day in [(0, TODAY), (4097, TODAY), (1, date(2026, 12, 1))]:
        with pytest.raises(CannotIssue):
            hall.tickets(number, day=day)
    with pytest.raises(CannotIssue, match="does not ask about the unit"):
        replace(hall, counter=make.counter(make.commune())).tickets()
    with pytest.raises(CannotIssue, match="without tickets"):
        replace(hall, campaign=make.campaign()).tickets()
    assert not TicketBatch.objects.exists()


def test_without_a_key_no_ticket_is_made(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TICKET_KEY", "")

    with pytest.raises(ImproperlyConfigured, match="TICKET_KEY is not set"):
        hall.tickets()


# Spending


def test_a_sheet_with_a_good_ticket_is_stored_and_the_ticket_spent(hall: Hall) -> None:
    (code,) = hall.tickets()

    assert record_response(hall.sheet(code, comment="Tốt"), today=TODAY) is Outcome.STORED

    assert Response.objects.count() == Comment.objects.count() == 1
    assert SpentTicket.objects.get().batch == TicketBatch.objects.get()
    assert StaleCell.objects.count() == 1


def test_what_is_stored_of_a_ticket_is_its_digest_and_batch_only() -> None:
    assert {field.name for field in SpentTicket._meta.get_fields()} == {"digest", "batch"}


def test_a_ticket_buys_one_sheet(hall: Hall) -> None:
    (code,) = hall.tickets()
    record_response(hall.sheet(code), today=TODAY)

    assert fault_of(hall.sheet(code, comment="Lần nữa")) is Fault.SPENT
    assert fault_of(hall.sheet(code.upper().replace("-", " "))) is Fault.SPENT

    assert (Response.objects.count(), Comment.objects.count()) == (1, 0)


def test_the_same_sheet_again_is_told_so_although_its_ticket_is_spent(hall: Hall) -> None:
    (code,) = hall.tickets()
    sheet = hall.sheet(code)
    record_response(sheet, today=TODAY)

    assert record_response(sheet, today=TODAY) is Outcome.ALREADY_STORED
    # The reply was lost before midnight.
    assert record_response(sheet, today=TODAY + DAY) is Outcome.ALREADY_STORED
    with pytest.raises(ContentDiffers):
        record_response(replace(sheet, answers="25321011"), today=TODAY)

    assert Response.objects.count() == SpentTicket.objects.count() == 1


def test_a_stored_sheet_sent_with_another_ticket_leaves_that_unspent(hall: Hall) -> None:
    first, second = hall.tickets(2)
    sheet = hall.sheet(first)
    record_response(sheet, today=TODAY)

    assert record_response(replace(sheet, ticket=second), today=TODAY) is Outcome.ALREADY_STORED

    assert record_response(hall.sheet(second), today=TODAY) is Outcome.STORED


def test_a_sheet_without_a_good_ticket_is_not_stored(hall: Hall) -> None:
    (code,) = hall.tickets()
    elsewhere = replace(hall, counter=make.counter(make.commune()))
    forged = ticket_codes.code("another key", tickets._scope(TicketBatch.objects.get()), 0)

    assert fault_of(hall.sheet("")) is Fault.MISSING
    assert fault_of(hall.sheet(" \n")) is Fault.MISSING
    assert fault_of(hall.sheet(code[:-1])) is Fault.MISTYPED
    assert fault_of(hall.sheet("x" * 10_000)) is Fault.MISTYPED
    assert fault_of(hall.sheet(forged)) is Fault.UNKNOWN
    assert fault_of(replace(hall.sheet(code), counter_id=elsewhere.counter.pk)) is Fault.ELSEWHERE
    other = with_tickets(make.campaign())
    assert fault_of(replace(hall.sheet(code), campaign=other)) is Fault.ELSEWHERE

    assert not Response.objects.exists()
    assert not SpentTicket.objects.exists()


def test_a_ticket_beyond_those_issued_is_unknown(hall: Hall) -> None:
    hall.tickets()
    scope = tickets._scope(TicketBatch.objects.get())
    made_later = ticket_codes.code("a key for tests only", scope, 1)

    assert fault_of(hall.sheet(made_later)) is Fault.UNKNOWN


def test_a_ticket_is_good_on_its_day_and_the_next(hall: Hall) -> None:
    early, same, next_day, late = hall.tickets(4)

    assert fault_of(hall.sheet(early), today=TODAY - DAY) is Fault.OTHER_DAY
    assert record_response(hall.sheet(same), today=TODAY) is Outcome.STORED
    assert record_response(hall.sheet(next_day), today=TODAY + DAY) is Outcome.STORED
    assert fault_of(hall.sheet(late), today=TODAY + 2 * DAY) is Fault.OTHER_DAY


def test_a_kiosks_late_sheet_is_judged_by_the_day_it_says(hall: Hall) -> None:
    (code,) = hall.tickets()
    sheet = replace(hall.sheet(code, on=TODAY), channel=Channel.KIOSK)

    assert record_device_response(sheet, today=TODAY + 20 * DAY) is Outcome.STORED
    assert record_device_response(sheet, today=TODAY + 21 * DAY) is Outcome.ALREADY_STORED


def test_without_tickets_a_campaign_reads_none() -> None:
    commune = make.commune()
    hall = Hall(make.campaign(), make.counter(commune))

    assert record_response(hall.sheet("anything"), today=TODAY) is Outcome.STORED
    assert not SpentTicket.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_ticket_spent_twice_at_once_makes_one_sheet(hall: Hall) -> None:
    for code in hall.tickets(10):
        sheets = [hall.sheet(code, comment="a") for _ in range(2)]

        outcomes = at_once(*(partial(record_response, one, today=TODAY) for one in sheets))

        assert outcomes.count(Outcome.STORED) == 1
        (refused,) = [one for one in outcomes if one is not Outcome.STORED]
        assert isinstance(refused, TicketNotTaken)
        assert refused.fault is Fault.SPENT
    assert Response.objects.count() == SpentTicket.objects.count() == Comment.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_copies_of_one_sheet_at_once_both_succeed(hall: Hall) -> None:
    for code in hall.tickets(10):
        sheet = hall.sheet(code)

        outcomes = at_once(*[partial(record_response, sheet, today=TODAY)] * 2)

        assert set(outcomes) == {Outcome.STORED, Outcome.ALREADY_STORED}
    assert Response.objects.count() == SpentTicket.objects.count() == 10


# The doors


@pytest.fixture
def open_hall() -> Hall:
    counter, campaign = asked_at_a_counter()
    return Hall(with_tickets(campaign), counter)


def test_a_device_sends_the_ticket_in_the_body(client: Client, open_hall: Hall) -> None:
    (code,) = open_hall.tickets(day=timezone.localdate())
    content = body(open_hall.campaign, {"c01": 5}, ticket=code)
    sheet_id = uuid4()

    assert put(client, open_hall.counter, content, sheet_id).status_code == 201
    assert put(client, open_hall.counter, content, sheet_id).status_code == 200
    refused = put(client, open_hall.counter, content)
    assert (refused.status_code, [*refused.json()["errors"]]) == (422, ["ticket"])
    for wrong in (None, 5, "abc"):
        content["ticket"] = wrong
        refused = put(client, open_hall.counter, content)
        assert (refused.status_code, [*refused.json()["errors"]]) == (422, ["ticket"])
    assert Response.objects.count() == 1


def test_the_form_asks_for_the_ticket_and_takes_it_from_the_qr_code(
    client: Client, open_hall: Hall
) -> None:
    (code,) = open_hall.tickets(day=timezone.localdate())
    address = f"/k/{open_hall.counter.code}/"

    page = FormPage(client.get(f"{address}?v={code}").content.decode())
    (field,) = [control for control in page.controls if control.name == "ticket"]
    assert field.value == code

    sent = post(client, page.action, [*page.chosen(), ("ticket", field.value)])
    assert sent.status_code == 303
    assert SpentTicket.objects.count() == 1


@pytest.mark.parametrize("brought", ["", "?v=", '?v="><script>', "?v=abc"])
def test_what_is_no_code_is_not_put_into_the_page(
    client: Client, open_hall: Hall, brought: str
) -> None:
    page = open_form(client, open_hall.counter)
    html = client.get(f"/k/{open_hall.counter.code}/{brought}").content.decode()

    (field,) = [control for control in FormPage(html).controls if control.name == "ticket"]
    assert field.value == ""
    assert "<script>" not in html.replace(page.html, "")


def test_a_spent_ticket_is_explained_and_the_answers_stay(client: Client, open_hall: Hall) -> None:
    (code,) = open_hall.tickets(day=timezone.localdate())
    answer(client, open_hall.counter, ("c01", "5"), ("ticket", code))

    again = answer(client, open_hall.counter, ("c01", "2"), ("ticket", code))

    assert again.status_code == 422
    html = unescape(again.content.decode())
    page = FormPage(html)
    assert ("c01", "2") in page.chosen()
    (field,) = [control for control in page.controls if control.name == "ticket"]
    assert field.value == code
    assert 'id="ticket-error"' in html
    assert Response.objects.count() == 1


def test_a_campaign_without_tickets_shows_no_field(client: Client) -> None:
    counter, _ = asked_at_a_counter()

    page = open_form(client, counter)

    assert "ticket" not in {control.name for control in page.controls}


# What officials see


def test_the_command_prints_codes_or_slips(
    open_hall: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    official()
    call = partial(
        call_command,
        "issue_tickets",
        open_hall.campaign.slug,
        open_hall.counter.code,
        "--number=3",
        "--by=can-bo",
    )

    call()
    codes = capsys.readouterr().out.split()
    call(f"--output={tmp_path / 'slips.pdf'}")

    assert len(codes) == 3
    assert record_response(open_hall.sheet(codes[0]), today=timezone.localdate())
    assert (tmp_path / "slips.pdf").read_bytes().startswith(b"%PDF")
    assert [batch.issued for batch in TicketBatch.objects.all()] == [3, 3]


def test_the_command_says_in_a_sentence_what_is_wrong(open_hall: Hall, tmp_path: Path) -> None:
    official()
    slug, code = open_hall.campaign.slug, open_hall.counter.code
    for args, fault in [
        ((slug, "nope", "--number=1", "--by=can-bo"), "."),
        ((slug, code, "--number=1", "--by=nobody"), "nobody"),
        ((slug, code, "--number=0", "--by=can-bo"), "1 to 4096"),
        ((slug, code, "--number=1", "--by=can-bo", "--day=2020-01-01"), "outside"),
        ((slug, code, "--number=1", "--by=can-bo", f"--output={tmp_path}/no/x.pdf"), "No such"),
    ]:
        with pytest.raises(CommandError, match=fault):
            call_command("issue_tickets", *args)
    assert not TicketBatch.objects.exists()


def test_the_admin_shows_how_many_tickets_came_back(client: Client, hall: Hall) -> None:
    codes = hall.tickets(8)
    client.force_login(official())
    for code in codes[:2]:
        record_response(hall.sheet(code), today=TODAY)

    few = client.get("/quan-tri/he-thong/surveys/ticketbatch/").content.decode()
    record_response(hall.sheet(codes[2]), today=TODAY)
    page = client.get("/quan-tri/he-thong/surveys/ticketbatch/").content.decode()

    assert '<td class="field-spent">-</td>' in few  # below the threshold of 3
    assert "25,0" not in few
    assert '<td class="field-issued">8</td>' in page
    assert '<td class="field-spent">3</td>' in page
    assert "37,5" in page
