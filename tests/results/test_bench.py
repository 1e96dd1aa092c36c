"""The benchmark runs, small: every part, in a database of its own that is gone afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from results.bench.sizes import MORE_PARTS, PARTS
from results.bench.targets import SCALE_TARGETS, TARGETS, verdicts
from tests.live import database_address

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]


def scratch_databases() -> set[str]:
    with psycopg.connect(database_address()) as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench%'")
        return {row[0] for row in rows}


def figures_of(environment: dict[str, str], *options: str) -> dict[str, Any]:
    """Run the benchmark, small, and return what it prints; no database may be left."""
    before = scratch_databases()
    done = subprocess.run(
        [sys.executable, "manage.py", "bench", "--small", *options],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert scratch_databases() == before
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


@pytest.fixture
def _as_before(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take back what the command sets in its process, which usually ends with it."""
    settings.STATIC_ROOT = settings.STATIC_ROOT
    for name in ("DATABASE_URL", "VAR_DIR"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    heard = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, heard)


@pytest.mark.usefixtures("_as_before")
def test_what_was_asked_for_is_measured_and_no_database_left() -> None:
    # In this process: one of its own, and a migration from the start, took three times as long.
    before, used, said = scratch_databases(), connection.settings_dict["NAME"], StringIO()

    call_command("bench", small=True, only="imports", stdout=said, stderr=StringIO())

    assert json.loads(said.getvalue())["measures"]["csv_import"]["rows"] == 200
    assert scratch_databases() == before
    assert connection.settings_dict["NAME"] == used


@pytest.mark.long
def test_every_target_is_measured(live_environment: dict[str, str]) -> None:
    figures = figures_of(live_environment, f"--only={','.join(PARTS + MORE_PARTS)}")

    assert [found["what"] for found in figures["targets"]] == [target.what for target in TARGETS]
    assert figures["measures"]["counting_whole_form"]["rows"]["results_cell"] > 0
    assert figures["measures"]["csv_import"]["rows"] == 200
    rewriting = figures["measures"]["rewriting"]
    assert rewriting["all_closed_days"]["sheets"] + rewriting["one_day"]["sheets"] >= 3_000
    assert rewriting["all_closed_days"]["cells_marked"] == rewriting["one_day"]["cells_marked"] == 0


@pytest.mark.long
def test_a_small_nation_is_measured(live_environment: dict[str, str]) -> None:
    figures = figures_of(live_environment, "--scale")

    assert [found["what"] for found in figures["targets"]] == [t.what for t in SCALE_TARGETS]
    assert figures["measures"]["bytes"]["sheets"] >= 2_000
    assert figures["measures"]["lag"]["probes"] > 0
    assert set(figures["measures"]["memory_mb"]) == {"web", "worker", "beat", "broker", "database"}


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(CommandError, match="speed"):
        call_command("bench", only="counting,speed")


def test_a_figure_beyond_its_limit_is_not_met() -> None:
    stored = {"bytes_per_sheet_whole_form": {"table": 201.0}}
    counted = {"counting_22_criteria": {"times_faster_than_plain_sql": 9.9}}

    assert [found["met"] for found in verdicts(stored | counted)] == [False, False]
    assert [found["met"] for found in verdicts({"bytes_per_sheet_whole_form": {"table": 200}})] == [
        True
    ]


def test_what_grows_with_what_is_stored_is_not_met() -> None:
    def cost(milliseconds: float, fixed: float = 1) -> dict[str, float]:
        work = {"fixed_work_seconds": fixed, "fixed_work_cpu_ms": fixed}
        return {"seconds": 1, "cpu_ms": milliseconds, "database_cpu_ms": 0, **work}

    marks = {"with": {"refresh": cost(10)}, "without": {"refresh": cost(10)}}
    measures = {
        "few_stored": {"few_new": cost(100), "many_new": cost(100)},
        # Meanwhile the machine has become half as fast, or not.
        "all_stored": {"few_new": cost(260, fixed=2), "many_new": cost(131)},
        "old_snapshot": marks,
    }

    found = {target["what"]: target["met"] for target in verdicts(measures, SCALE_TARGETS)}

    assert found["refresh after few_new sheets, all to few stored: processor time"]
    assert not found["refresh after many_new sheets, all to few stored: processor time"]
