"""Every option is proven through the real server, and what does not work is named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.client import HTTPConnection
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from results.counting import refresh
from results.models import Cell
from surveys import tasks
from surveys.models import (
    CanarySheet,
    Channel,
    Comment,
    CounterProof,
    OptionProof,
    Response,
    StaleCell,
)
from surveys.proofs import canary, canary_doors, canary_sheets, used_options
from surveys.questionnaires.editions import parse
from tests import make
from tests.answering import SHIPPED, asked_at_a_counter, body, shipped
from tests.live import LiveProcess, LiveSite, eventually

EDITIONS = (make.EDITION, *map(shipped, SHIPPED))

live = pytest.mark.live
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def public(live_site: LiveSite, monkeypatch: pytest.MonkeyPatch) -> LiveSite:
    monkeypatch.setattr(settings, "PUBLIC_URL", live_site.url)
    return live_site


@pytest.mark.parametrize("definition", EDITIONS, ids=lambda edition: edition["code"])
def test_few_sheets_choose_every_option(definition: dict[str, Any]) -> None:
    edition = parse(definition)
    sheets = canary_sheets.sheets(edition)

    wanted = {
        (column.position, code)
        for column in edition.columns
        for code in column.codes
        if code not in "0-."
    }
    assert {mark for sheet in sheets for choice in sheet for mark in choice.marks} == wanted
    assert len(sheets) == max(
        len(q.options) + len(q.escapes)
        if q.kind != "multiple"
        else -(-len(q.options) // (q.max or len(q.options))) + len(q.escapes)
        for q in edition.questions.values()
    )


@live
@committed
@pytest.mark.parametrize("name", SHIPPED)
def test_all_options_of_the_shipped_editions_are_proven_and_nothing_is_counted(
    public: LiveSite, name: str
) -> None:
    counter, campaign = asked_at_a_counter(edition=shipped(name))
    out = StringIO()

    call_command("prove_options", campaign.slug, "--counter", counter.code, stdout=out)

    edition = campaign.questionnaire.parsed()
    options = sum(code not in "0-." for column in edition.columns for code in column.codes)
    assert OptionProof.objects.filter(proven_on=timezone.localdate(), fault="").count() == options
    assert CounterProof.objects.get().whole_on == timezone.localdate()
    assert CanarySheet.objects.count() == 2 * len(canary_sheets.sheets(edition))
    assert (Response.objects.count(), Comment.objects.count()) == (0, 0)
    assert not StaleCell.objects.exists()
    refresh.refresh(campaign, clock=timezone.now)
    assert not Cell.objects.exists()


@pytest.fixture
def no_worst_answer() -> Iterator[None]:
    """A database that turns the worst answer of the second question into a better one."""
    with connection.cursor() as cursor:
        cursor.execute("""
            CREATE FUNCTION improve() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF substr(NEW.answers, 2, 1) = '1' THEN
                    NEW.answers := overlay(NEW.answers placing '4' from 2);
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER improve BEFORE INSERT ON surveys_canarysheet
               FOR EACH ROW EXECUTE FUNCTION improve();
        """)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION improve CASCADE")


@live
@committed
def test_an_answer_stored_as_another_is_named(public: LiveSite, no_worst_answer: None) -> None:
    counter, campaign = asked_at_a_counter()

    with pytest.raises(CommandError, match=rf"{counter.code} c02 = 1: API: .*1.*4") as failed:
        call_command("prove_options", campaign.slug)

    assert len(str(failed.value).splitlines()) == 1
    broken = OptionProof.objects.exclude(fault="").get()
    assert (broken.column, broken.code, broken.proven_on) == (1, "1", None)
    together = CounterProof.objects.get()
    today = timezone.localdate()
    assert (together.faults, together.last_on, together.whole_on) == (1, today, None)


@pytest.fixture
def refuses_worst_answer() -> Iterator[None]:
    """A database in which a sheet with the worst answer to the first question is an error."""
    with connection.cursor() as cursor:
        cursor.execute("""
            ALTER TABLE surveys_canarysheet
              ADD CONSTRAINT no_worst CHECK (answers NOT LIKE '1%')
        """)
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE surveys_canarysheet DROP CONSTRAINT no_worst")


@live
@committed
def test_of_a_refused_sheet_only_the_option_at_fault_is_named(
    public: LiveSite, refuses_worst_answer: None
) -> None:
    counter, campaign = asked_at_a_counter()

    faults = canary.prove(campaign, counter, today=timezone.localdate())

    assert [(fault.question, fault.option) for fault in faults] == [("c01", "1")]


@live
@committed
def test_an_option_that_the_form_leaves_out_is_named(public: LiveSite) -> None:
    """The code book of the campaign asks what another edition of the page does not show."""
    counter, campaign = asked_at_a_counter()
    door = canary_doors.doors(campaign, counter)
    next(door)
    form: Any = next(door)
    form._offered.discard(("c03", "1"))
    sheet = canary_sheets.sheets(campaign.questionnaire.parsed())[0]

    with pytest.raises(canary_doors.CanarySheetRefused):
        form.send(uuid4(), sheet)


@committed
def test_a_site_that_does_not_answer_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PUBLIC_URL", "http://127.0.0.1:9")
    _counter, campaign = asked_at_a_counter()

    with pytest.raises(CommandError, match=re.escape("127.0.0.1:9")):
        call_command("prove_options", campaign.slug)
    assert not OptionProof.objects.filter(fault="").exists()


@live
@committed
@pytest.mark.parametrize(
    ("key", "status", "counted"),
    [
        ("Canary guessed", 401, 0),
        ("Canary ", 401, 0),
        ("", 201, 1),
        ("canary the canary of the tests", 201, 0),
    ],
)
def test_only_the_key_makes_a_canary(public: LiveSite, key: str, status: int, counted: int) -> None:
    counter, campaign = asked_at_a_counter()
    http = HTTPConnection("127.0.0.1", public.port, timeout=60)
    headers = {"Content-Type": "application/json"} | ({"Authorization": key} if key else {})
    content = json.dumps(body(campaign, {"c01": 1}, comment="Cảm ơn"))
    address = f"/api/v1/counters/{counter.code}/responses/{uuid4()}"
    http.request("PUT", address, content, headers)
    assert http.getresponse().status == status
    http.close()

    assert Response.objects.count() == Comment.objects.count() == counted
    assert CanarySheet.objects.count() == (1 if status == 201 and not counted else 0)


@pytest.mark.django_db
def test_without_a_key_of_the_site_nobody_is_the_canary(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CANARY_KEY", "")
    counter, campaign = asked_at_a_counter()
    reply = client.put(
        f"/api/v1/counters/{counter.code}/responses/{uuid4()}",
        body(campaign, {"c01": 1}),
        content_type="application/json",
        headers={"Authorization": "Canary "},
    )

    assert reply.status_code == 401
    with pytest.raises(canary.CannotProve):
        canary.prove(campaign, counter, today=timezone.localdate())


@pytest.mark.django_db
def test_the_last_day_people_chose_an_option() -> None:
    counter, campaign = asked_at_a_counter()
    today = timezone.localdate()
    for days, rating in ((1, 5), (2, 5), (3, 1), (0, 2)):
        make.response(
            campaign,
            counter.unit,
            {"c02": rating, "m1": [3]},
            on=today - timedelta(days=days),
            channel=Channel.PHONE,
            at=counter,
        )
    used_options.note_used(today)
    used_options.note_used(today)

    used = {
        (proof.column, proof.code): (today - proof.used_on).days
        for proof in OptionProof.objects.exclude(used_on=None)
        if proof.used_on
    }
    edition = campaign.questionnaire.parsed()
    third = edition.columns_of["m1"][2].position
    assert used == {(1, "5"): 1, (1, "1"): 3, (third, "1"): 1}


@pytest.mark.django_db
def test_old_sheets_of_the_canary_go() -> None:
    counter, campaign = asked_at_a_counter()
    today = timezone.localdate()
    for days in (30, 31):
        CanarySheet.objects.create(
            campaign=campaign, counter=counter, sent_on=today - timedelta(days=days), answers="-"
        )

    assert canary.delete_old_sheets(today) == 1


@pytest.mark.django_db
def test_the_admin_lists_what_failed(admin_client: Any) -> None:
    counter, campaign = asked_at_a_counter()
    for code, fault in (("1", "API: 422"), ("2", "")):
        OptionProof.objects.create(
            campaign=campaign, counter=counter, column=0, code=code, fault=fault
        )

    page = admin_client.get("/quan-tri/he-thong/surveys/optionproof/?proof=failed")

    assert page.status_code == 200
    assert page.content.decode().count("field-fault") == 1
    assert "API: 422" in page.content.decode()
    assert settings.CANARY_KEY not in page.content.decode()


@live
@committed
def test_a_worker_proves_every_counter_one_after_the_other(
    public: LiveSite,
    live_environment: dict[str, str],
    start_celery_worker: Callable[[], LiveProcess],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(live_environment, "PUBLIC_URL", public.url)
    counter, campaign = asked_at_a_counter()
    second = make.counter(counter.unit)
    start_celery_worker()

    tasks.prove_options.delay()

    options = campaign.questionnaire.parsed().columns
    count = sum(code not in "0-." for column in options for code in column.codes)
    today = timezone.localdate()
    proven = OptionProof.objects.filter(counter__in=[counter, second], proven_on=today, fault="")
    eventually(lambda: proven.count() == 2 * count)
