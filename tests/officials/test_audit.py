"""The audit log only grows, and shows where it was tampered with."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from surveys.models import AuditEntry
from surveys.oversight import audit
from surveys.oversight.audit import COMMAND, Actor, Verdict
from surveys.oversight.deeds import Deed
from surveys.rights.acts import Role
from tests import make
from tests.officials.people import sign_in
from tests.races import at_once

pytestmark = pytest.mark.django_db
PAGE = "/quan-tri/nhat-ky/"


def three_entries() -> list[AuditEntry]:
    commune = make.commune()
    mai = Actor(make.official("mai", at=commune), "mai", "10.1.2.0/24")
    return [
        audit.record(Deed.GRANT, by=mai, to=commune, unit=commune, after={"role": "viewer"}),
        audit.record(Deed.REVOKE, by=mai, to=commune, unit=commune, before={"tên": "Thu\x00 Hà"}),
        audit.record(Deed.IMPORT, by=COMMAND, reason="theo công văn 12"),
    ]


def tampering(sql: str, *values: str) -> None:
    """Change the table as who may switch its guards off can."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE surveys_auditentry DISABLE TRIGGER USER")
        cursor.execute(sql, values)


def test_each_entry_carries_the_hash_of_the_one_before() -> None:
    entries = three_entries()

    previous = bytes(32)
    for number, entry in enumerate(AuditEntry.objects.order_by("number"), start=1):
        said = {
            "number": number,
            "at": entry.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
            "user": entry.user_id,
            "who": entry.who,
            "address": entry.address,
            "deed": entry.deed,
            "table": entry.table,
            "key": entry.key,
            "name": entry.name,
            "unit": entry.unit_id,
            "campaign": entry.campaign_id,
            "reason": entry.reason,
            "before": entry.before,
            "after": entry.after,
        }
        text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(previous + text.encode()).digest()
        assert bytes(entry.hash) == previous
    assert audit.check() == Verdict(3, previous.hex())
    assert entries[1].before == {"tên": "Thu Hà"}


COPY_OF_THE_LAST = """
INSERT INTO surveys_auditentry
SELECT 9, at, who, address, deed, "table", key, name, reason, before, after, previous_hash, hash,
       campaign_id, unit_id, user_id
  FROM surveys_auditentry WHERE number = 3
"""


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE surveys_auditentry SET who = 'khac'",
        "DELETE FROM surveys_auditentry WHERE number = 3",
        COPY_OF_THE_LAST,
    ],
)
def test_the_database_refuses_to_change_it(sql: str) -> None:
    three_entries()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert audit.check().broken is None
    assert AuditEntry.objects.count() == 3


def test_the_database_refuses_to_empty_it() -> None:
    three_entries()
    with connection.cursor() as cursor:
        # Tests that commit are cleaned up by TRUNCATE, so the guard is off for them (conftest).
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE surveys_auditentry ENABLE TRIGGER refuse_truncate")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE surveys_auditentry")

    assert AuditEntry.objects.count() == 3


@pytest.mark.parametrize(
    ("sql", "values", "broken"),
    [
        ("UPDATE surveys_auditentry SET who = %s WHERE number = 1", ["lan"], 1),
        ("UPDATE surveys_auditentry SET after = %s WHERE number = 1", ['{"role": "x"}'], 1),
        ("UPDATE surveys_auditentry SET at = at + interval '1 s' WHERE number = 2", [], 2),
        ("UPDATE surveys_auditentry SET hash = previous_hash WHERE number = 3", [], 3),
        ("DELETE FROM surveys_auditentry WHERE number = 2", [], 2),
        ("DELETE FROM surveys_auditentry WHERE number = 1", [], 1),
    ],
)
def test_the_first_broken_entry_is_named(sql: str, values: list[str], broken: int) -> None:
    three_entries()
    tampering(sql, *values)

    assert audit.check().broken == broken
    with pytest.raises(CommandError, match=str(broken)):
        call_command("check_audit")


def test_a_cut_off_end_is_seen_by_who_kept_its_hash() -> None:
    three_entries()
    said = io.StringIO()
    call_command("check_audit", stdout=said)
    kept = said.getvalue().strip().split()[-1]

    tampering("DELETE FROM surveys_auditentry WHERE number = 3")

    call_command("check_audit", stdout=io.StringIO())
    with pytest.raises(CommandError, match="3"):
        call_command("check_audit", kept=kept)


def test_a_log_rewritten_from_its_start_is_seen_by_who_kept_a_hash() -> None:
    three_entries()
    kept = f"1:{'ab' * 32}"

    with pytest.raises(CommandError, match="1"):
        call_command("check_audit", kept=kept)


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_chain() -> None:
    at_once(*[partial(audit.record, Deed.GRANT, by=Actor(None, f"m{n}")) for n in range(4)])

    assert audit.check().entries == 4
    assert audit.check().broken is None


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.113.131.77", "203.113.131.0/24"),
        ("2402:800:6172:9ab1::5", "2402:800:6172::/48"),
        ("::ffff:203.113.131.77", "203.113.131.0/24"),
        ("unix", ""),
    ],
)
def test_an_address_is_kept_without_its_end(address: str, kept: str) -> None:
    assert audit.shortened(address) == kept


def test_an_administrator_reads_what_was_done_at_their_units() -> None:
    inside, outside = make.commune("Trong"), make.commune("Ngoài")
    mai = make.official("mai", at=inside)
    for unit, name in ((inside, "gần"), (outside, "xa"), (None, "chung")):
        audit.record(Deed.GRANT, by=Actor(None, name), unit=unit)
    client = sign_in(Client(), mai)

    seen = [line.entry.who for line in client.get(PAGE).context["lines"]]
    top = make.official("toan-quoc")
    all_seen = sign_in(Client(), top).get(PAGE).context["lines"]

    assert seen == ["gần"]
    assert [line.entry.who for line in all_seen] == ["chung", "xa", "gần"]
    assert client.get(PAGE, {"q": "xa"}).context["lines"] == []
    assert len(client.get(PAGE, {"deed": Deed.GRANT.value}).context["lines"]) == 1
    assert not client.get(PAGE, {"until": "2020-01-01"}).context["lines"]


def test_words_units_campaigns_and_days_find_an_entry() -> None:
    province = make.province("Thái Nguyên", code="19")
    commune, campaign = make.commune("Phú Bình", code="05900", parent=province), make.campaign()
    mai = make.official("mai", at=province)
    by, told = Actor(None, "lan", "10.2.0.0/24"), {"name": "Cửa số 3"}
    wanted = audit.record(Deed.CHANGE_COUNTER, by=by, unit=commune, before=told)
    audit.record(Deed.CLOSE_CAMPAIGN, by=by, unit=province, campaign=campaign, reason="Bão số 5")
    client = sign_in(Client(), mai)

    def found(**asked: str) -> list[int]:
        return [line.entry.number for line in client.get(PAGE, asked).context["lines"]]

    assert found() == [2, 1]
    assert found(q="cửa số") == found(unit="phu binh") == found(unit="05900") == [wanted.number]
    assert found(q="bão") == found(campaign=campaign.slug) == [2]
    assert found(q="10.2.") == found(unit="19") == found(since=str(wanted.at.date())) == [2, 1]
    assert found(unit="khong-co") == found(q="cửa số", campaign=campaign.slug) == []


def test_before_and_after_stand_side_by_side_in_words() -> None:
    commune = make.commune("Phú Bình")
    facts = {"role": "viewer", "unit": commune.pk, "ends_at": None, "tickets": True}
    changes = {"role": "manager", "closes_on": "2026-12-15", "khac": {"a": 1}, "campaign": None}
    audit.record(Deed.GRANT, by=Actor(None, "lan"), unit=commune, before=facts, after=changes)
    client = sign_in(Client(), make.official("mai", at=commune))

    (line,) = client.get(PAGE).context["lines"]

    assert (line.deed, {fact.label: (fact.before, fact.after) for fact in line.facts}) == (
        "giao vai trò",
        {
            "Vai trò": ("người xem", "phụ trách đợt khảo sát"),
            "Đơn vị": ("Xã Phú Bình", None),
            "Đến hết": ("không có", None),
            "Chỉ nhận phiếu có mã dùng một lần": ("có", None),
            "Ngày cuối": (None, "15/12/2026"),
            "khac": (None, "a: 1"),
            "Đợt khảo sát": (None, "không có"),
        },
    )


def test_no_name_keeps_the_log_from_being_read() -> None:
    """One that is a moment past all calendars is a name still."""
    commune, named = make.commune(), "9999-12-31T23:59:59Z"
    audit.record(Deed.CHANGE_COUNTER, by=Actor(None, "lan"), unit=commune, after={"name": named})

    (line,) = sign_in(Client(), make.official("mai", at=commune)).get(PAGE).context["lines"]

    assert [fact.after for fact in line.facts] == [named]


def test_the_file_has_the_entries_and_taking_it_is_an_entry() -> None:
    inside = make.commune()
    audit.record(Deed.GRANT, by=Actor(None, "=1+1"), unit=inside, after={"role": "viewer"})
    client = sign_in(Client(), make.official("mai", at=inside))

    reply = client.get(f"{PAGE}tep.csv")
    text = reply.getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))

    assert rows[0][:3] == ["number", "at", "who"]
    assert rows[1][2] == "'=1+1"
    entry = AuditEntry.objects.order_by("number")[0]
    row = dict(zip(rows[0], rows[1], strict=True))
    assert row["after"] == '{"role": "viewer"}'
    assert (row["previous_hash"], row["hash"]) == (bytes(32).hex(), bytes(entry.hash).hex())
    assert AuditEntry.objects.latest("number").deed == Deed.EXPORT_AUDIT.value


def test_the_file_needs_a_password_given_a_short_while_ago() -> None:
    client = Client()
    client.force_login(make.official("mai", role=Role.ADMINISTRATOR))

    reply = client.get(f"{PAGE}tep.csv")

    assert reply["Location"].startswith("/quan-tri/tai-khoan/xac-nhan/")
