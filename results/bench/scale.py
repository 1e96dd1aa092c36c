"""The nation on one machine: what grows with what is stored, and how long people wait.

All in one world and one run: the small stock first, then the large one on top of it, so that the
figures that are compared differ by what is stored and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date

from django.db import connection
from django.utils import timezone

from results.bench import counting, lag, latency, machine, old_snapshot, refreshing, world
from results.bench.scratch import scratch_database, scratch_directory, settle
from results.bench.site import site
from results.bench.sizes import ScaleSizes
from results.bench.targets import SCALE_TARGETS, verdicts
from results.bench.web import OURS, web_server
from results.counting import refresh
from results.releasing import releases
from surveys.models import Campaign

DAYS = 30
Say = Callable[[str], None]


def run(sizes: ScaleSizes, *, today: date, say: Say) -> dict[str, object]:
    """Return all figures of the large stock, beside those of the small one."""
    warning = machine.busy_warning()
    facts = machine.facts()
    with scratch_directory(), scratch_database() as database:
        say(f"22 criteria, {sizes.responses:,} sheets, in the database {database}")
        measures = _measure(sizes, today, say)
    return {
        "machine": facts,
        "warning": warning or machine.busy_warning(),
        "load_at_end": machine.load(),
        "sizes": asdict(sizes),
        "measures": measures,
        "targets": verdicts(measures, SCALE_TARGETS),
    }


def _measure(sizes: ScaleSizes, today: date, say: Say) -> dict[str, object]:
    here = world.build(
        today=today,
        provinces=sizes.provinces,
        communes=sizes.communes,
        criteria_only=True,
        opened_days_ago=DAYS - 1,
    )
    found: dict[str, object] = {}
    here.add_sheets(sizes.few_responses, say)
    found["few_stored"] = _refreshes(here, sizes, today, say)
    here.add_sheets(sizes.responses - sizes.few_responses, say)
    settle()
    found["bytes"] = _bytes()
    found["full_count"] = counting.full_count(here, runs=sizes.counting_runs, say=say)
    found["all_stored"] = _refreshes(here, sizes, today, say)
    found["old_snapshot"] = old_snapshot.measure(
        here,
        marks=sizes.dead_marks,
        new_sheets=sizes.new_sheets[0],
        runs=sizes.refresh_runs,
        day=today,
        say=say,
    )
    return {**found, **_served(here, sizes, say)}


def _refreshes(
    here: world.World, sizes: ScaleSizes, today: date, say: Say
) -> dict[str, dict[str, float]]:
    """Return the time of a refresh after few and after many sheets of today."""
    Campaign.objects.update(publication=Campaign.Publication.LIVE)
    refresh.refresh(clock=timezone.now)
    # What was counted before is published, or each unit touched would make its first release.
    releases.publish(here.campaign, now=timezone.now())
    found = {}
    for name, new_sheets in zip(("few_new", "many_new"), sizes.new_sheets, strict=True):
        settle()
        figures = refreshing.measure(
            here, new_sheets=new_sheets, runs=sizes.refresh_runs, day=today
        )
        found[name] = {"new_sheets": new_sheets, **figures}
        say(f"refresh after {new_sheets:,} new sheets: {figures}")
    return found


def _bytes() -> dict[str, float]:
    """Return bytes on disk: of each sheet's table and indexes, and of the database per million."""
    stored = refreshing.storage()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    return {**stored, "database_mb_per_million": round(size / stored["sheets"], 1)}


def _served(here: world.World, sizes: ScaleSizes, say: Say) -> dict[str, object]:
    """Return what those meet who ask and answer, with the whole site running."""
    with web_server(OURS) as web:
        lag.write_rate(here, web.port, seconds=sizes.seconds / 10)
        alone = lag.write_rate(here, web.port, seconds=sizes.seconds)
    with site() as running:
        port = running.web.port
        # Until workers and beat are up: what they need to start is no lag.
        lag.wait_until_counted()
        lags = lag.measure(here, port, rate=sizes.rate, seconds=sizes.seconds, say=say)
        rates = {
            "alone": alone,
            "counting as it goes": lag.write_rate(here, port, seconds=sizes.seconds),
        }
        with lag.sheets_come(here, port, rate=sizes.rate):
            busy = latency.measure(here, port, views=sizes.page_views, say=say)
        with counting.counting_beside(here):
            rates["while everything is counted"] = lag.write_rate(here, port, seconds=sizes.seconds)
        say(f"sheets a second: {rates}")
        lag.wait_until_counted()
        used = machine.memory(
            web=running.web.pid,
            worker=running.worker,
            beat=running.beat,
            broker=running.broker,
            database=machine.database_server(),
        )
        say(f"megabytes: {used}")
        return {
            "rates": rates,
            "lag": lags,
            "waits": latency.measure(here, port, views=sizes.page_views, say=say),
            "waits_while_sheets_come": busy,
            "memory_mb": used,
        }
