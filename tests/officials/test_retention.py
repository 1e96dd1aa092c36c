"""What is over is deleted, what is not stays, and the log says what was done."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from time import time
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from surveys import tasks
from surveys.bulk import uploads
from surveys.models import (
    AuditEntry,
    Comment,
    CommentNote,
    FailedSignIn,
    Invitation,
    RecoveryCode,
    Response,
    SignedIn,
)
from surveys.oversight import audit, retention
from surveys.oversight.deeds import Deed
from surveys.people import accounts, invitations, sessions
from tests import make
from tests.officials.people import sign_in

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=365)


def nothing() -> dict[str, int]:
    return dict.fromkeys([kept.code for kept in retention.KEPT], 0)


def test_comments_nobody_checked_go_a_year_after_closing_and_sheets_stay() -> None:
    commune = make.commune()
    campaign = make.campaign(closes_on=date(2026, 11, 30))
    make.responses(campaign, commune, [5, 4])
    of = {"campaign": campaign, "unit": commune}
    unread, read, sorted_only = [
        Comment.objects.create(**of, month=202611, text=f"Anh Nam {n}").pk for n in range(3)
    ]
    CommentNote.objects.create(**of, comment_id=read, checked_by=make.official())
    CommentNote.objects.create(**of, comment_id=sorted_only, tags=["thái độ"])
    last_day = datetime(2027, 11, 30, 23, tzinfo=timezone.get_current_timezone())

    assert retention.delete_what_is_over(last_day) == nothing()
    assert retention.over(last_day + timedelta(hours=2))["comments"] == 2
    assert Comment.objects.count() == 3  # asked, not done
    deleted = retention.delete_what_is_over(last_day + timedelta(hours=2))

    assert (deleted["comments"], deleted["notes"]) == (2, 1)
    assert list(Comment.objects.values_list("pk", flat=True)) == [read]
    assert list(CommentNote.objects.values_list("pk", flat=True)) == [read]
    assert Response.objects.count() == 2
    entry = AuditEntry.objects.get(deed=Deed.DELETE_OLD)
    assert (entry.who, entry.after) == ("manage.py", {"comments": 2})
    assert unread != sorted_only


def test_an_account_is_forgotten_two_years_after_it_was_closed() -> None:
    now = timezone.now()
    lan, nam = make.official("lan"), make.official("nam")
    for user in (lan, nam):
        user.email, user.last_name = f"{user.username}@example.gov.vn", "Nguyễn"
        user.save()
        RecoveryCode.objects.create(user=user, digest=user.username)
    User.objects.update(date_joined=now - 9 * YEAR, last_login=now - 8 * YEAR)
    accounts.close(lan, now=now)
    closed = audit.record(Deed.CLOSE_ACCOUNT, by=audit.COMMAND, to=lan)

    assert retention.over(now + 2 * YEAR - timedelta(hours=1))["accounts"] == 0
    deleted = retention.delete_what_is_over(now + 2 * YEAR + timedelta(hours=1))

    lan.refresh_from_db()
    nam.refresh_from_db()
    assert deleted["accounts"] == 1
    assert lan.username == f"closed-{lan.pk}"
    assert (lan.email, lan.last_name, lan.has_usable_password()) == ("", "", False)
    assert not RecoveryCode.objects.filter(user=lan).exists()
    assert (nam.email, nam.recovery_codes.count()) == ("nam@example.gov.vn", 1)
    assert retention.over(now + 3 * YEAR)["accounts"] == 0  # once
    # What was done in office stays readable, and the chain whole.
    assert AuditEntry.objects.get(pk=closed.pk).name == "lan"
    assert audit.check().broken is None


def test_what_signing_in_leaves_goes_when_it_is_over(client: Client) -> None:
    now = timezone.now()
    lan = make.official("lan")
    sign_in(client, lan)
    alive = Session.objects.get()
    sessions.begin(lan, alive.session_key, address="203.0.113.0/24", browser="x", now=now)
    Session.objects.create(session_key="gone", session_data="", expire_date=now - timedelta(1))
    SignedIn.objects.create(user=lan, session_key="gone", began_at=now, seen_at=now)
    FailedSignIn.objects.create(key="old", failed_at=now - timedelta(days=2))
    FailedSignIn.objects.create(key="new", failed_at=now)
    invitations.make(lan, by=lan, now=now - timedelta(days=40))
    Invitation.objects.create(
        user=lan, digest=uuid4().hex, made_by=lan, made_at=now, expires_at=now
    )
    said = StringIO()

    call_command("delete_what_is_over", "--dry-run", stdout=said)
    assert SignedIn.objects.count() == 2
    deleted = retention.delete_what_is_over(now)

    expected = {"sessions": 1, "places": 1, "failed": 1, "invitations": 1}
    assert deleted == {**nothing(), **expected}
    assert "1 " in said.getvalue()
    assert SignedIn.objects.get().session_key == alive.session_key
    assert FailedSignIn.objects.get().key == "new"
    assert not AuditEntry.objects.exists()


def test_a_file_nobody_confirmed_goes_the_night_after_a_day(
    settings: Settings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    (tmp_path / "new.csv").write_text("mai,Trần Thị Mai")
    old, new = (uploads.keep(tmp_path / "new.csv") for _file in range(2))
    path = uploads.kept(old)
    assert path is not None
    before = time() - uploads.KEPT_SECONDS - 60
    os.utime(path, (before, before))

    tasks.delete_what_is_over()

    assert (uploads.kept(old), uploads.kept(new) is not None) == (None, True)
