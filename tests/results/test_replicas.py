"""Public pages from a copy of the database: where it is as far, so nobody goes back in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from results.counting import refresh
from results.reading import kept_pages, replicas
from surveys.models import Campaign, Unit
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def replica(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A second way to the same database; an open transaction makes it lag."""
    monkeypatch.setitem(connections.settings, replicas.REPLICA, connection.settings_dict)
    monkeypatch.setattr(replicas, "_paused_until", 0.0)
    # By its own name Django's tests would not let it be used.
    connections[replicas.REPLICA] = connection.copy(alias="default")
    yield
    connections[replicas.REPLICA].close()
    del connections[replicas.REPLICA]


@pytest.fixture
def commune() -> Unit:
    return make.commune(code="05908")


@pytest.fixture
def campaign(commune: Unit) -> Campaign:
    campaign = make.campaign(slug="sipas")
    answer(campaign, commune)
    return campaign


def answer(campaign: Campaign, commune: Unit) -> None:
    """Have enough people answer for one more release."""
    make.responses(campaign, commune, [5, 4, 3])
    refresh.refresh(campaign, clock=timezone.now)


def shown(client: Client) -> int:
    """Return the release a page shows."""
    kept_pages.forget_pages()
    reply = client.get("/api/v1/campaigns/sipas/units/05908")
    assert reply.status_code == 200
    return int(reply.json()["release"])


def read(client: Client) -> tuple[int, int]:
    """Return the release a page shows, and how many statements the copy ran for it."""
    with CaptureQueriesContext(connections[replicas.REPLICA]) as asked:
        return shown(client), len(asked)


def test_a_copy_that_is_as_far_serves_and_one_that_is_gone_costs_nobody_a_page(
    client: Client, replica: None, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = connection.settings_dict
    tries = []

    def refuse() -> None:
        tries.append(1)
        raise OperationalError("gone")

    release, asked = read(client)
    assert (release, asked > 5) == (1, True)
    # A fault of the page stays one, and the thread has its own connection again.
    assert client.get("/ket-qua/khong-co/").status_code == 404
    assert connection.settings_dict is own

    connections[replicas.REPLICA].close()
    monkeypatch.setattr(connections[replicas.REPLICA], "connect", refuse)

    assert [shown(client), shown(client)] == [1, 1]
    assert len(tries) == 1  # then it is left alone for a while
    assert connection.settings_dict is own


def test_a_copy_that_lags_is_passed_over_until_it_has_the_release(
    client: Client, replica: None, campaign: Campaign, commune: Unit
) -> None:
    with transaction.atomic(using=replicas.REPLICA):
        with connections[replicas.REPLICA].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT 1")
        assert read(client)[0] == 1
        answer(campaign, commune)
        with closing(connections[replicas.REPLICA].cursor()) as cursor:
            cursor.execute("SELECT max(number) FROM results_release")
            assert cursor.fetchone() == (1,)  # it does lag

        release, asked = read(client)

        assert (release, asked) == (2, 1)  # asked how far it is, and nothing else

    release, asked = read(client)
    assert (release, asked > 5) == (2, True)
