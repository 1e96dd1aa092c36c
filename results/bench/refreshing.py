"""How long it takes until new sheets are counted, and what a stored sheet takes on disk."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date

from django.db import connection
from django.utils import timezone

from results.bench.counting import Run, summary
from results.bench.machine import CpuMeter, database_server
from results.bench.world import World
from results.counting import refresh


def measure(
    world: World, *, new_sheets: int, runs: int, day: date | None = None
) -> dict[str, float]:
    """Return the time of a refresh after new sheets, of one day or of any; else all is counted.

    Beside it stands that of the same fixed work before each refresh, so that refreshes measured
    minutes apart can be compared on a machine whose speed changes.
    """
    refresh.refresh(clock=timezone.now)
    done, fixed = [], []
    for _ in range(runs):
        world.add_sheets(new_sheets, day=day)
        fixed.append(_run(fixed_work))
        done.append(_run(lambda: refresh.refresh(clock=timezone.now)))
    yardstick = summary(fixed)
    return {
        **summary(done),
        "fixed_work_seconds": yardstick["seconds"],
        "fixed_work_cpu_ms": yardstick["cpu_ms"] + yardstick["database_cpu_ms"],
    }


def fixed_work() -> None:
    """Work some 0.2 seconds, half of it in the database: the same whatever is stored."""
    for _ in range(50):
        json.loads(json.dumps([list(range(40)) for _ in range(100)]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(hashtext(n::text)) FROM generate_series(1, 150000) AS n")


def _run(act: Callable[[], object]) -> Run:
    server = CpuMeter(database_server())
    cpu, start = time.process_time(), time.perf_counter()
    act()
    seconds = time.perf_counter() - start
    cpu_ms = (time.process_time() - cpu) * 1000
    return Run(seconds, cpu_ms, server.milliseconds())


def storage() -> dict[str, float]:
    """Return bytes per stored sheet: the table with its map files, and each index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), pg_table_size('surveys_response') FROM surveys_response")
        sheets, table = cursor.fetchone()
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_relation_size(indexrelid)"
            "  FROM pg_index WHERE indrelid = 'surveys_response'::regclass"
        )
        indexes = dict(cursor.fetchall())
    per_sheet = {f"index {name}": round(size / sheets, 1) for name, size in indexes.items()}
    return {"sheets": sheets, "table": round(table / sheets, 1), **per_sheet}
