from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django import Settings

from tests.live import Broker, LiveProcess, LiveSite


def test_a_process_that_answers_is_healthy_without_a_database(client: Client) -> None:
    reply = client.get("/healthz")

    assert (reply.status_code, reply.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_redis_is_reported_but_not_needed(
    client: Client, redis_server: Broker, settings: Settings
) -> None:
    settings.REDIS_URL = redis_server.url
    assert client.get("/readyz").json() == {"database": "ok", "redis": "ok"}

    redis_server.stop()

    reply = client.get("/readyz")
    assert reply.status_code == 200
    assert reply.json() == {"database": "ok", "redis": "unreachable"}


@pytest.mark.live
@pytest.mark.django_db(transaction=True)
def test_live(live_site: LiveSite, page: Page, celery_worker_process: LiveProcess) -> None:
    page.goto(live_site.url + "/readyz")
    assert "ok" in page.content()
