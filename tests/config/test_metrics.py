"""/metrics: what it tells, to whom, and that alerts and the dashboard ask for what is there."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config.celery import note_ended, note_failed
from config.metrics import in_text
from config.supervisor import BASE_DIR
from results.counting import refresh
from results.tasks import check_campaign, count_stale
from results.watching import boards, pulse
from results.watching.measures import Measure
from surveys.models import Device
from tests import make
from tests.live import Broker

PROMETHEUS = BASE_DIR / "config" / "deploy" / "prometheus"
NAME = re.compile(r"hai_long_([a-z_]+)")
Ask = Callable[[], dict[str, float]]


@pytest.fixture
def ask(client: Client, redis_server: Broker, settings: Settings) -> Ask:
    settings.REDIS_URL = redis_server.url
    settings.METRICS_KEY = "of the tests"
    boards.forget()

    def ask() -> dict[str, float]:
        reply = client.get("/metrics", headers={"Authorization": "Bearer of the tests"})
        lines = reply.content.decode().splitlines()
        pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name.removeprefix("hai_long_"): float(number) for name, _, number in pairs}

    return ask


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer guess"}])
@pytest.mark.parametrize("token", ["", "of the tests"])
def test_without_the_token_it_is_not_there(
    client: Client, settings: Settings, header: dict[str, str], token: str
) -> None:
    settings.METRICS_KEY = token

    assert client.get("/metrics", headers=header).status_code == 404


@pytest.mark.django_db
def test_it_tells_what_waits_what_failed_and_who_is_silent(
    ask: Ask, redis_server: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    commune = make.commune()
    make.responses(make.campaign(slug="sipas", threshold=3), commune, [5, 4, 3, 2])
    long_ago = timezone.now() - timedelta(days=10)
    kiosk = {"counter": make.counter(commune), "paired_by": make.official(), "paired_at": long_ago}
    Device.objects.create(**kiosk, key_digest="1", seen_at=long_ago, queue_length=7)
    Device.objects.create(**kiosk, key_digest="2", seen_at=timezone.now(), queue_length=1)
    Device.objects.create(**kiosk, key_digest="3", revoked_at=long_ago, queue_length=9)
    note_ended(count_stale)
    note_failed(check_campaign)
    pulse.begin_recount("sipas", 2)
    pulse.note_share("sipas", "totals", 3)

    first = ask()
    later = time.time() + 40
    monkeypatch.setattr(pulse, "time", lambda: later)
    second = ask()

    assert (first["database_up"], first["redis_up"], first["database_bytes"] > 1e6) == (1, 1, True)
    assert (first["kiosks"], first["silent_kiosks"], first["kiosk_waiting_sheets"]) == (2, 1, 8)
    assert first['tasks_ended_total{task="results.tasks.count_stale"}'] == 1
    assert first['tasks_failed_total{task="results.tasks.check_campaign"}'] == 1
    assert first['differences{campaign="sipas"}'] == 3
    assert first["stale_marks"] > 0
    assert first["oldest_mark_seconds"] == 0
    assert second["oldest_mark_seconds"] == pytest.approx(40, abs=5)

    refresh.refresh(clock=timezone.now)
    counted = ask()
    assert (counted["stale_marks"], counted["oldest_mark_seconds"]) == (0, 0)
    assert counted['counted_sheets{campaign="sipas"}'] == 3  # of 4: in steps of the threshold

    redis_server.stop()
    assert ask()["redis_up"] == 0


@pytest.mark.django_db
def test_alerts_and_the_dashboard_ask_for_what_is_told(ask: Ask) -> None:
    note_ended(count_stale)
    note_failed(count_stale)
    pulse.begin_recount("sipas", 1)
    pulse.note_share("sipas", "totals", 0)
    commune = make.commune()
    make.responses(make.campaign(slug="sipas"), commune, [5, 4, 3, 2, 1])
    refresh.refresh(clock=timezone.now)
    known = {name.partition("{")[0] for name in ask()}
    known.add("log_archived_seconds")  # only where a server keeps its log

    asked: set[str] = set()
    for rules in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]:
        for rule in rules["rules"]:
            asked |= set(NAME.findall(rule["expr"]))
    for panel in dashboard()["panels"]:
        for target in panel["targets"]:
            asked |= set(NAME.findall(target["expr"]))

    assert len(asked) > 15
    assert asked - known == set()


def dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((PROMETHEUS / "dashboard.json").read_text())
    return read


def test_the_dashboard_can_be_laid_out() -> None:
    panels = dashboard()["panels"]
    source = f"${{{dashboard()['templating']['list'][0]['name']}}}"
    cells = []
    for panel in panels:
        assert panel["datasource"] == {"type": "prometheus", "uid": source}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        x, y, width, height = (panel["gridPos"][name] for name in "xywh")
        cells += [(i, j) for i in range(x, x + width) for j in range(y, y + height)]

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len(set(cells)) == len(cells)  # none lies over another
    assert max(x for x, _ in cells) < 24


def test_a_label_cannot_break_the_line() -> None:
    measure = Measure("waiting", "What waits.", [({"task": 'a"b\\c\nd'}, 1)])

    assert in_text([measure]).splitlines()[2] == 'hai_long_waiting{task="a\\"b\\\\c\\nd"} 1.0'
