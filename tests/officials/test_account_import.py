"""Many accounts from a file: checked row by row, all made or none, their links given once."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import Settings

from surveys.models import AuditEntry, Invitation, RoleGrant, Unit
from surveys.people.account_rows import COLUMNS
from tests import make
from tests.answering import Reply
from tests.officials.people import PASSWORD, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/quan-tri/nguoi-dung/tep/"
CONFIRM = f"{PAGE}xac-nhan/"
MAI = "mai.tran,Trần Thị Mai,mai@example.gov.vn,data_entry,05900,,"
BINH = "binh,Lê Bình,,người xem,19,,2099-12-31"


@pytest.fixture
def province() -> Unit:
    return make.province("Thái Nguyên", code="19")


@pytest.fixture
def thu(province: Unit) -> Client:
    """Thu manages the accounts of the province."""
    make.commune("Phú Bình", code="05900", parent=province)
    make.commune("Khác", code="07777")
    return sign_in(Client(), make.official("thu", at=province))


def check(client: Client, *rows: str) -> Reply:
    text = "\n".join([",".join(COLUMNS), *rows])
    return client.post(PAGE, {"file": SimpleUploadedFile("tai-khoan.csv", text.encode())})


def links(reply: Reply) -> dict[str, tuple[str, str]]:
    """Return by account whether its link was mailed, and the link."""
    rows = csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig")))
    return {row["username"]: (row["mailed"], row["link"]) for row in rows}


def test_accounts_are_made_with_roles_and_links_only_once_confirmed(
    thu: Client, settings: Settings
) -> None:
    settings.EMAIL_HOST = "smtp.example.gov.vn"
    checked = check(thu, MAI, BINH)
    assert [one.username for one in checked.context["found"]] == ["mai.tran", "binh"]
    assert not Invitation.objects.exists()

    sent = {"people_ticket": checked.context["ticket"]}
    reply = thu.post(CONFIRM, sent)

    assert "no-store" in reply["Cache-Control"]
    made = links(reply)
    assert {name: mailed for name, (mailed, _link) in made.items()} == {
        "mai.tran": "có",
        "binh": "không",
    }
    assert made["mai.tran"][1] in mail.outbox[0].body
    grants = RoleGrant.objects.exclude(user__username="thu").order_by("pk")
    assert list(grants.values_list("user__username", "role", "unit__code")) == [
        ("mai.tran", "data_entry", "05900"),
        ("binh", "viewer", "19"),
    ]
    ends_at = grants[1].ends_at
    assert ends_at is not None
    assert timezone.localtime(ends_at).isoformat()[:19] == "2100-01-01T00:00:00"
    deeds = list(AuditEntry.objects.order_by("number").values_list("deed", flat=True))
    assert deeds == ["account.create", "role.grant", "account.invite"] * 2
    path = made["binh"][1].removeprefix("http://testserver")
    chosen = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert Client().post(path, chosen).status_code == 302
    # A second click makes nothing.
    assert thu.post(CONFIRM, sent)["Location"] == PAGE
    assert User.objects.count() == 3


WRONG = (
    ("THU,Thu,,viewer,05900,,", "username"),
    ("a b,Lan,,viewer,05900,,", "username"),
    ("mai.tran,Lan,,viewer,05900,,", "username"),
    ("lan,,,viewer,05900,,", "full_name"),
    ("lan,Lan\u202e,,viewer,05900,,", "full_name"),
    ("lan,Lan,khong,viewer,05900,,", "email"),
    ("lan,Lan,,superuser,05900,,", "role"),
    ("lan,Lan,,viewer,07777,,", "unit_code"),
    ("lan,Lan,,viewer,vn,,", "unit_code"),
    ("lan,Lan,,viewer,05900,khac,", "campaign"),
    ("lan,Lan,,viewer,05900,,2020-01-01", "until"),
    ("lan,Lan,,viewer,05900,,mai", "until"),
    ("lan,Lan,,viewer,05900", ""),
)


def test_every_row_at_fault_is_named_and_nobody_is_made(thu: Client) -> None:
    reply = check(thu, MAI, *(row for row, _column in WRONG))

    assert reply.status_code == 422
    faults = reply.context["refused"].faults
    wanted = [(line, column) for line, (_row, column) in enumerate(WRONG, start=3)]
    assert [(fault.line, fault.column) for fault in faults] == wanted
    assert not User.objects.filter(username="mai.tran").exists()


@pytest.mark.parametrize(
    "text",
    [
        # Its roles would hold for all campaigns.
        "username,full_name,email,role,unit_code,campain\nlan,Lan,,viewer,05900,khac",
        "username,full_name,email,role,unit_code,until,until\nlan,Lan,,viewer,05900,,2099-01-01",
        f'username,full_name,email,role,unit_code\nlan,"{"x" * 200_000}",,viewer,05900',
    ],
)
def test_a_file_that_may_mean_something_else_is_refused(thu: Client, text: str) -> None:
    reply = thu.post(PAGE, {"file": SimpleUploadedFile("tai-khoan.csv", text.encode())})

    assert (reply.status_code, len(reply.context["refused"].faults)) == (422, 1)


def test_the_last_day_of_all_is_one(thu: Client) -> None:
    (found,) = check(thu, "lan,Lan,,viewer,05900,,9999-12-31").context["found"]

    assert found.first.ends_at is not None


def test_a_mail_server_that_is_not_there_is_asked_once(
    thu: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_HOST, tried = "smtp.example.gov.vn", list[None]()

    def refuse(_connection: EmailBackend) -> None:
        tried.append(None)
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "open", refuse)
    ticket = check(thu, MAI, MAI.replace("mai.", "an.")).context["ticket"]

    made = links(thu.post(CONFIRM, {"people_ticket": ticket}))

    assert ([mailed for mailed, _link in made.values()], len(tried)) == (["không"] * 2, 1)


def test_nobody_gives_more_than_they_have_by_a_file(thu: Client) -> None:
    """Who administers for some days gives nothing that would outlast them."""
    RoleGrant.objects.update(ends_at=timezone.now() + timedelta(days=5))

    assert [fault.column for fault in check(thu, MAI).context["refused"].faults] == ["role"]


def test_what_was_taken_since_the_check_makes_nothing(thu: Client) -> None:
    ticket = check(thu, MAI, BINH).context["ticket"]
    User.objects.create(username="Binh")

    assert thu.post(CONFIRM, {"people_ticket": ticket}).status_code == 422
    assert not User.objects.filter(username="mai.tran").exists()


def test_only_who_checked_a_file_confirms_it(thu: Client, province: Unit) -> None:
    other = sign_in(Client(), make.official("khac", at=province))
    ticket = check(thu, MAI).context["ticket"]

    assert other.post(CONFIRM, {"people_ticket": ticket}).status_code == 302
    assert not User.objects.filter(username="mai.tran").exists()


def test_the_template_is_a_file_that_is_understood(thu: Client) -> None:
    book = load_workbook(io.BytesIO(thu.get(f"{PAGE}mau.xlsx").content))
    for letter, cell in zip("ABCDEFG", MAI.split(","), strict=True):
        book.worksheets[0][f"{letter}2"] = cell or None
    book.save(filled := io.BytesIO())
    file = SimpleUploadedFile("tai-khoan.xlsx", filled.getvalue())

    assert len(thu.post(PAGE, {"file": file}).context["found"]) == 1
