"""The daily mail: to who watches, of what lies in their subtree, only where mail is set up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.utils import timezone
from django.utils.formats import date_format

from results.watching import boards, digest
from surveys.models import Campaign, Device, Response, RoleGrant
from surveys.rights.acts import Role
from tests import make
from tests.officials.world import MARKED, World, world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    boards.forget()
    yield
    boards.forget()


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(settings, "EMAIL_HOST", "mail.example")
    made = world()
    Response.objects.all().delete()
    for name, at in (("trong", made.inside), ("ngoai", made.outside), ("tren", made.above)):
        user = make.official(name, role=Role.VIEWER, at=at)
        User.objects.filter(pk=user.pk).update(email=f"{name}@example.vn")
    make.official("khong-thu", role=Role.VIEWER, at=made.inside)  # no address
    return made


def test_each_gets_what_needs_somebody_where_they_watch(there: World) -> None:
    assert digest.send_digests(now=timezone.localtime()) == 2

    by_reader = {one.to[0]: one for one in mail.outbox}
    assert by_reader.keys() == {"trong@example.vn", "tren@example.vn"}
    assert all(MARKED in one.body for one in mail.outbox)


def test_after_closing_only_what_is_not_here_yet_is_told(there: World) -> None:
    """Sheets of a kiosk are taken for thirty days more; silence and pace matter no longer."""
    now = timezone.localtime()
    long_ago = now - timedelta(days=9)
    Campaign.objects.update(closes_on=now.date() - timedelta(days=1))
    Device.objects.update(paired_at=long_ago, seen_at=long_ago, queue_length=0)
    assert digest.send_digests(now=now) == 0

    Device.objects.update(queue_length=4)
    boards.forget()
    assert digest.send_digests(now=now) == 2
    last_day = date_format(now.date() + timedelta(days=29), "SHORT_DATE_FORMAT")
    assert all(last_day in one.body for one in mail.outbox)

    later = now + timedelta(days=30)
    boards.forget()
    assert digest.send_digests(now=later) == 0


def test_nothing_is_sent_without_a_mail_server(
    there: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMAIL_HOST", "")

    assert digest.send_digests(now=timezone.localtime()) == 0
    assert mail.outbox == []


def test_who_no_longer_holds_a_role_gets_nothing(there: World) -> None:
    RoleGrant.objects.filter(user__username="trong").update(ends_at=timezone.now())

    digest.send_digests(now=timezone.localtime())

    assert [one.to for one in mail.outbox] == [["tren@example.vn"]]
