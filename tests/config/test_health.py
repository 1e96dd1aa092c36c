from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from config import health
from tests.live import Broker, LiveSite


def test_a_process_that_answers_is_healthy_without_a_database(client: Client) -> None:
    reply = client.get("/healthz")

    assert (reply.status_code, reply.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_redis_is_reported_but_not_needed(
    client: Client,
    redis_server: Broker,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("config.health.REDIS_SECONDS", 60)
    settings.REDIS_URL = redis_server.url
    fine = {"database": "ok", "migrations": "ok", "redis": "ok", "catalogues": "ok"}
    assert client.get("/readyz").json() == fine

    redis_server.stop()

    reply = client.get("/readyz")
    assert reply.status_code == 200
    assert reply.json() == {**fine, "redis": "unreachable"}


@pytest.mark.django_db
def test_a_database_that_lacks_a_migration_is_not_ready_one_that_is_ahead_is(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    MigrationRecorder(connection).record_applied("surveys", "9999_of_the_next_version")
    assert client.get("/readyz").status_code == 200

    monkeypatch.setattr(health, "newest_migrations", lambda: {("surveys", "9998_not_applied")})

    reply = client.get("/readyz")
    assert (reply.status_code, reply.json()["migrations"]) == (503, "missing")


@pytest.mark.live
@pytest.mark.django_db(transaction=True)
def test_the_real_server_is_ready(live_site: LiveSite) -> None:
    with closing(HTTPConnection("127.0.0.1", live_site.port, timeout=60)) as http:
        http.request("GET", "/readyz")
        said = json.load(http.getresponse())

    assert set(said.values()) == {"ok"}
