from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import close_old_connections, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.middleware import SHEET
from surveys.answering import openings, prepared
from surveys.answering.answers import decode
from surveys.models import Campaign, Channel, Comment, Counter, Response
from tests import make
from tests.answering import (
    SHIPPED,
    FormPage,
    Reply,
    answer,
    asked_at_a_counter,
    body,
    post,
    put,
    shipped,
)

pytestmark = pytest.mark.django_db


def errors(response: Reply) -> dict[str, str]:
    found = json.loads(response.content)["errors"]
    assert isinstance(found, dict)
    assert found
    return found


def options(campaign: Campaign) -> dict[str, list[object]]:
    """Return every option of every question, as a device sends it."""
    return {
        code: [
            *(
                [n] if question.kind == "multiple" else n
                for n in range(1, len(question.options) + 1)
            ),
            *question.escapes,
        ]
        for code, question in campaign.questionnaire.parsed().questions.items()
        if question.kind != "text"
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_every_option_of_every_question_is_stored_as_chosen(
    client: Client, size: Callable[[Any, Any], Any], name: str
) -> None:
    counter, campaign = asked_at_a_counter(edition=shipped(name))
    edition = campaign.questionnaire.parsed()
    offered = options(campaign)
    # One option of each question at a time, not the same of neighbours; or one of all.
    together = [
        {code: values[(n + m) % len(values)] for m, (code, values) in enumerate(offered.items())}
        for n in range(max(map(len, offered.values())))
    ]
    one_by_one = [{code: value} for code, values in offered.items() for value in values]
    for answers in size(together, one_by_one):
        sheet_id = uuid4()

        response = put(client, counter, body(campaign, answers), sheet_id)

        assert response.status_code == 201
        assert json.loads(response.content) == {"id": str(sheet_id)}
        assert decode(edition, Response.objects.get(pk=sheet_id).answers) == answers


def test_not_asked_and_not_answered_are_told_apart(client: Client) -> None:
    counter, campaign = asked_at_a_counter()

    put(client, counter, body(campaign, {"c01": None, "m1": []}))

    # c01 asked, c02, c03, f1 not; the three columns of m1 asked; p1 not.
    assert Response.objects.get().answers == "-...---."


@pytest.mark.parametrize(
    ("kind", "channel"),
    [(Counter.Kind.DESK, Channel.PHONE), (Counter.Kind.LINK, Channel.ONLINE)],
)
def test_the_channel_is_never_the_client_s_word(client: Client, kind: str, channel: int) -> None:
    counter, campaign = asked_at_a_counter(kind=kind)

    put(client, counter, body(campaign, {"c01": 5}))
    refused = put(client, counter, body(campaign, {"c01": 5}, channel="kiosk"))

    assert Response.objects.get().channel == channel
    assert "channel" in errors(refused)


def test_the_same_sheet_again_is_not_stored_twice(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    sheet_id = uuid4()
    first = put(client, counter, body(campaign, {"c01": 5}, comment="Tốt", seconds=40), sheet_id)
    # Comment and time taken are not content.
    for more in ({}, {"comment": "Khác"}, {"seconds": 5}, {"answered_on": None}):
        again = put(client, counter, body(campaign, {"c01": 5}, **more), sheet_id)
        assert again.status_code == 200
        assert again.content == first.content

    assert first.status_code == 201
    assert Response.objects.count() == 1
    assert [comment.text for comment in Comment.objects.all()] == ["Tốt"]


def test_other_content_under_the_same_id_is_a_conflict(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    elsewhere = make.counter(Campaign.objects.get().units.get(unit=counter.unit_id).unit)
    sheet_id = uuid4()
    put(client, counter, body(campaign, {"c01": 5}), sheet_id)

    assert put(client, counter, body(campaign, {"c01": 4}), sheet_id).status_code == 409
    assert put(client, counter, body(campaign, {}), sheet_id).status_code == 409
    assert put(client, elsewhere, body(campaign, {"c01": 5}), sheet_id).status_code == 409
    assert Response.objects.count() == 1


def test_no_log_ties_a_sheet_to_a_time(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    counter, campaign = asked_at_a_counter()
    sheet_id = uuid4()
    for choice in (5, 5, 4):
        put(client, counter, body(campaign, {"c01": choice}), sheet_id)

    assert str(sheet_id) not in caplog.text


def test_an_upper_case_id_is_the_same_id(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    sheet_id = uuid4()

    put(client, counter, body(campaign, {"c01": 5}), sheet_id)
    again = put(client, counter, body(campaign, {"c01": 5}), str(sheet_id).upper())

    assert again.status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        *("x", "1", "１" * 32),
        "b0f3c966-e62e-11f1-abe9-02fc00000001",  # version 1
        "35ad3ff6-52c7-489c-9efc-bde435e8a61",
        "d8446e4f40c84654995d32c52de7870e",
        "{ae897d5f-912d-4d39-b3ca-920914bf748b}",
    ],
)
def test_only_a_uuid_of_version_4_is_an_id(client: Client, given: str) -> None:
    counter, campaign = asked_at_a_counter()

    response = put(client, counter, body(campaign, {"c01": 5}), given)

    assert response.status_code == 422
    assert "id" in errors(response)


BAD_ANSWERS = [
    ("c01", 0),
    ("c01", 6),
    ("c01", -1),
    ("c01", True),
    ("c01", False),
    ("c01", 1.0),
    ("c01", "1"),
    ("c01", "hài lòng"),
    ("c01", "x"),
    ("c01", [1]),
    ("c01", {}),
    ("c01", 10**300),
    ("c02", "?"),
    ("c99", 1),
    ("", 1),
    ("y_kien", "Góp ý"),
    ("m1", 1),
    ("m1", [0]),
    ("m1", [4]),
    ("m1", [1, 1]),
    ("m1", [1, 2, 3]),
    ("m1", [True]),
    ("m1", ["1"]),
    ("m1", [[1]]),
    ("m1", {"1": True}),
    ("m1", "?"),
    ("c\x00", 1),
    ("\ud800", 1),
]


@pytest.mark.parametrize(("code", "value"), BAD_ANSWERS)
def test_it_names_the_question_of_a_bad_answer(client: Client, code: str, value: object) -> None:
    counter, campaign = asked_at_a_counter()

    response = put(client, counter, body(campaign, {"c03": 2, code: value}))

    assert response.status_code == 422
    assert list(errors(response)) == [code]
    assert not Response.objects.exists()


BAD_FIELDS = [
    ({"campaign": "another"}, "campaign"),
    ({"campaign": 1}, "campaign"),
    ({"campaign": None}, "campaign"),
    ({"campaign": "a\x00"}, "campaign"),
    ({"questionnaire": "tiny@2"}, "questionnaire"),
    ({"questionnaire": "tiny"}, "questionnaire"),
    ({"questionnaire": ["tiny@1"]}, "questionnaire"),
    ({"answers": None}, "answers"),
    ({"answers": [1, 2]}, "answers"),
    ({"answers": "5"}, "answers"),
    ({"comment": 1}, "comment"),
    ({"comment": "a\x00b"}, "comment"),
    ({"comment": "\udcff"}, "comment"),
    ({"comment": "x" * 2001}, "comment"),
    ({"comment": ["x"]}, "comment"),
    ({"seconds": -1}, "seconds"),
    ({"seconds": 1.5}, "seconds"),
    ({"seconds": True}, "seconds"),
    ({"seconds": "74"}, "seconds"),
    ({"answered_on": "22/11/2026"}, "answered_on"),
    ({"answered_on": "20261122"}, "answered_on"),
    ({"answered_on": "2026-W47-7"}, "answered_on"),
    ({"answered_on": "2026-02-30"}, "answered_on"),
    ({"answered_on": "2026-11-22T10:00"}, "answered_on"),
    ({"answered_on": 20261122}, "answered_on"),
    ({"answered_on": "9999-12-31"}, "answered_on"),
    ({"answered_on": "0001-01-01"}, "answered_on"),
    ({"who": "me"}, "who"),
]


@pytest.mark.parametrize(("bad", "named"), BAD_FIELDS)
def test_it_names_a_bad_field(client: Client, bad: dict[str, object], named: str) -> None:
    counter, campaign = asked_at_a_counter()

    response = put(client, counter, {**body(campaign, {"c01": 5}), **bad})

    assert response.status_code == 422
    assert list(errors(response)) == [named]
    assert not Response.objects.exists()


@pytest.mark.parametrize("missing", ["campaign", "questionnaire", "answers"])
def test_it_names_a_missing_field(client: Client, missing: str) -> None:
    counter, campaign = asked_at_a_counter()
    content = body(campaign, {"c01": 5})
    del content[missing]

    response = put(client, counter, content)

    assert response.status_code == 422
    assert list(errors(response)) == [missing]


def test_it_names_all_bad_answers_at_once(client: Client) -> None:
    counter, campaign = asked_at_a_counter()

    response = put(client, counter, body(campaign, {"c01": 9, "m1": [9]}))

    assert set(errors(response)) == {"c01", "m1"}


@pytest.mark.parametrize("seconds", [0, 29, 10**9, 10**300, None])
def test_any_time_taken_is_kept_as_a_band(client: Client, seconds: int | None) -> None:
    counter, campaign = asked_at_a_counter()

    response = put(client, counter, body(campaign, {"c01": 5}, seconds=seconds))

    assert response.status_code == 201
    assert 0 <= Response.objects.get().seconds_band <= 5


NOT_JSON = [
    " ",
    "{",
    "null null",
    '{"campaign": NaN}',
    '{"seconds": Infinity}',
    '{"answers": {"c01": 1, "c01": 2}}',
    '{"campaign": "a", "campaign": "b"}',
    "[" * 60_000,
    '{"a":' * 10_000,
    '{"seconds": ' + "9" * 5_000 + "}",
    b'{"comment": "\xff"}',
    b"\x00",
    "\ufeff{}",
    json.dumps({"comment": "x"}).encode("utf-16"),
]


@pytest.mark.parametrize("content", NOT_JSON)
def test_what_is_no_json_is_a_bad_request(client: Client, content: str | bytes) -> None:
    counter, _campaign = asked_at_a_counter()

    response = put(client, counter, content)

    assert response.status_code == 400
    assert "body" in errors(response)


@pytest.mark.parametrize("content", ["null", "1", '"x"', "[]", "true"])
def test_json_that_is_no_object_is_refused(client: Client, content: str) -> None:
    counter, _campaign = asked_at_a_counter()

    assert put(client, counter, content).status_code == 422


def test_a_doubled_key_is_named(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()

    response = put(client, counter, '{"answers": {"c07": 1, "c07": 1}}')

    assert "c07" in errors(response)["body"]


def test_an_oversized_body_is_refused(client: Client) -> None:
    counter, campaign = asked_at_a_counter()

    response = put(client, counter, body(campaign, {"c01": 5}, comment="x" * 66_000))

    assert response.status_code == 413
    assert "body" in errors(response)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"]
)
def test_only_json_is_taken(client: Client, content_type: str) -> None:
    counter, campaign = asked_at_a_counter()
    address = f"/api/v1/counters/{counter.code}/responses/{uuid4()}"
    content = json.dumps(body(campaign, {"c01": 5}))

    response = client.put(address, content, content_type=content_type)

    assert response.status_code == 415
    assert "body" in errors(response)


@pytest.mark.parametrize("code", ["nowhere", "a%00b", "%ff", "x" * 300])
def test_an_unknown_counter_is_not_found(client: Client, code: str) -> None:
    _counter, campaign = asked_at_a_counter()

    response = put(client, Counter(code=code), body(campaign, {"c01": 5}))

    assert response.status_code == 404
    assert "counter" in errors(response)


def test_a_counter_switched_off_is_gone(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    Counter.objects.update(active=False)

    assert put(client, counter, body(campaign, {"c01": 5})).status_code == 410


@pytest.mark.parametrize(("opens_in", "closes_in"), [(1, 5), (-9, -1)])
def test_a_campaign_that_is_not_open_takes_nothing(
    client: Client, opens_in: int, closes_in: int
) -> None:
    counter, campaign = asked_at_a_counter(opens_in=opens_in, closes_in=closes_in)

    response = put(client, counter, body(campaign, {"c01": 5}))

    assert response.status_code == 410
    assert "campaign" in errors(response)
    assert not Response.objects.exists()


def test_a_campaign_whose_tree_is_not_frozen_is_unknown(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    draft = make.campaign(opened=False, slug="nhap")

    assert put(client, counter, body(draft, {"c01": 5})).status_code == 422


@pytest.mark.parametrize("days", [-1, 1])
def test_without_a_device_key_the_day_is_the_server_s(client: Client, days: int) -> None:
    counter, campaign = asked_at_a_counter()
    day = timezone.localdate() + timedelta(days=days)

    response = put(client, counter, body(campaign, {"c01": 5}, answered_on=day.isoformat()))

    assert response.status_code == 422
    assert "answered_on" in errors(response)


def test_today_may_be_said(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    today = timezone.localdate().isoformat()

    assert put(client, counter, body(campaign, {}, answered_on=today)).status_code == 201


def test_an_id_of_days_ago_is_never_confirmed(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    sheet_id = uuid4()
    put(client, counter, body(campaign, {"c01": 5}), sheet_id)
    Response.objects.update(answered_on=timezone.localdate() - timedelta(days=2))

    for choice in (5, 4):
        assert put(client, counter, body(campaign, {"c01": choice}), sheet_id).status_code == 410


def test_only_put_is_answered(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    address = f"/api/v1/counters/{counter.code}/responses/{uuid4()}"

    for method in (client.get, client.post, client.delete, client.patch):
        response = method(address)
        assert response.status_code == 405
        assert response["Allow"] == "PUT"
        assert "method" in errors(response)


def test_a_sheet_costs_one_look_up_and_one_insert(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, campaign = asked_at_a_counter()
    beside = make.counter(counter.unit)
    content = body(campaign, {"c01": 5})
    monkeypatch.setattr(openings, "monotonic", lambda: 0.0)
    put(client, counter, content)  # campaign and edition are read once

    with CaptureQueriesContext(connection) as queries:
        put(client, beside, content)
        put(client, beside, content)
    assert len(queries) == 2 + 1

    monkeypatch.setattr(openings, "monotonic", lambda: 100.0)
    with CaptureQueriesContext(connection) as queries:
        put(client, counter, content)
        put(client, beside, content)
    assert len(queries) == 1 + 2  # whether anything has changed, once for all counters


def test_what_is_switched_off_takes_a_last_sheet_two_seconds_later_at_most(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, campaign = asked_at_a_counter()
    content = body(campaign, {"c01": 5})

    def sent_at(seconds: float) -> int:
        monkeypatch.setattr(openings, "monotonic", lambda: seconds)
        return put(client, counter, content).status_code

    def change(row: Counter | Campaign, **to: object) -> None:
        with transaction.atomic():  # as a transaction of its own would
            type(row).objects.filter(pk=row.pk).update(**to)

    assert sent_at(0) == 201
    change(counter, active=False)
    assert [sent_at(1.9), sent_at(2)] == [201, 410]
    change(counter, active=True)
    assert sent_at(4) == 201
    change(campaign, closes_on=timezone.localdate() - timedelta(days=1))
    assert [sent_at(5.9), sent_at(6)] == [201, 410]


def test_put_goes_past_the_middleware_of_pages_by_the_address_of_its_view(client: Client) -> None:
    counter, campaign = asked_at_a_counter()
    address = reverse("surveys_api:response", args=[counter.code, uuid4()])
    assert SHEET.fullmatch(address)

    reply = put(client, counter, body(campaign, {"c01": 5}))
    assert reply.status_code == 201
    assert reply["Content-Length"] == str(len(reply.content))
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert reply["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "geolocation=()" in reply["Permissions-Policy"]
    assert put(client, counter, body(campaign, {}), headers={"Host": "evil"}).status_code == 400


def test_a_fault_of_the_server_keeps_the_policy_of_its_address(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(_code: str) -> openings.Place:
        raise RuntimeError("made for this test")

    counter, campaign = asked_at_a_counter()
    content = body(campaign, {"c01": 5})
    client.raise_request_exception = False
    monkeypatch.setattr("surveys.answering.intake.find_place", break_down)

    reply = put(client, counter, content)

    assert reply.status_code == 500
    assert reply["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "made for this test" not in reply.content.decode()


@pytest.mark.django_db(transaction=True)
def test_copies_of_one_sheet_at_the_same_instant_make_one_row() -> None:
    counter, campaign = asked_at_a_counter()
    content = body(campaign, {"c01": 5}, comment="Một lần")
    barrier = Barrier(4)

    def send(sheet_id: object) -> int:
        try:
            barrier.wait(timeout=120)
            return put(Client(), counter, content, sheet_id).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        for _round in range(10):
            statuses = list(threads.map(send, [uuid4()] * 4))
            assert sorted(statuses) == [200, 200, 200, 201]

    close_old_connections()
    assert Response.objects.count() == 10
    assert Comment.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_ended_costs_no_sheet(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, campaign = asked_at_a_counter()
    content = body(campaign, {"c01": 5}, comment="Một lần")
    address = connection.get_connection_params()

    def end_connection() -> None:
        with psycopg.connect(**address) as other:
            pid = connection.connection.info.backend_pid
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])

    assert put(client, counter, content).status_code == 201
    end_connection()
    assert put(client, counter, content).status_code == 201

    # Ended after the commit, before the reply: nobody knows whether it ran.
    run = prepared._rows_of

    def run_and_lose(statement: str, parameters: prepared.Parameters) -> prepared.Rows:
        monkeypatch.undo()
        run(statement, parameters)
        end_connection()
        return run(statement, parameters)

    monkeypatch.setattr(prepared, "_rows_of", run_and_lose)
    assert put(client, counter, content).status_code == 200
    assert (Response.objects.count(), Comment.objects.count()) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_said_in_a_sentence_and_keeps_the_answers(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    counter, campaign = asked_at_a_counter()
    said = "could not extend file: No space left on device"
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN RAISE EXCEPTION '{said}' USING ERRCODE = 'disk_full'; END $$;"
            "CREATE TRIGGER full_disk BEFORE INSERT ON surveys_response"
            " EXECUTE FUNCTION full_disk()"
        )
    try:
        by_script = put(client, counter, body(campaign, {"c01": 5}))
        by_form = answer(client, counter, ("c01", "5"))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION full_disk() CASCADE")

    for reply in (by_script, by_form):
        assert (reply.status_code, reply.headers["Retry-After"]) == (503, "60")
    assert list(by_script.json()["errors"]) == ["body"]
    again = FormPage(by_form.content.decode())
    assert ("c01", "5") in again.chosen()
    assert [record.getMessage() for record in caplog.records if "intake" in record.name] == [
        f"No sheet can be stored: {said}"
    ] * 2
    assert post(client, again.action, again.chosen()).status_code == 303


@pytest.mark.django_db(transaction=True)
def test_two_different_sheets_of_one_id_at_the_same_instant_make_one_row() -> None:
    counter, campaign = asked_at_a_counter()
    barrier = Barrier(2)

    def send(sheet: tuple[object, int]) -> int:
        sheet_id, choice = sheet
        try:
            barrier.wait(timeout=120)
            return put(Client(), counter, body(campaign, {"c01": choice}), sheet_id).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        for _round in range(10):
            sheet_id = uuid4()
            statuses = list(threads.map(send, [(sheet_id, 1), (sheet_id, 5)]))
            assert sorted(statuses) == [201, 409]
    assert Response.objects.count() == 10
