"""What machines that watch the site are told: counts, sizes and ages, never a figure of a unit.

Each measure is made when it is asked for, so that any process of the site can tell all of them.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Max

from results.models import WHOLE_CAMPAIGN, Release
from results.watching import boards, pulse
from results.watching.watched_kiosks import silent_kiosks
from surveys.models import Device
from surveys.proofs import canary, proof_state
from surveys.proofs.proof_state import State

# Somebody who asks is told soon, or told that it takes too long.
MILLISECONDS = 5000
MINUTE = 60.0
SLOW_SECONDS = 600.0
Samples = Sequence[tuple[dict[str, str], float]]

DATABASE = """
SELECT pg_database_size(current_database()),
       (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)
          FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()
           AND backend_type = 'client backend'),
       (SELECT failed_count FROM pg_stat_archiver),
       (SELECT extract(epoch FROM last_archived_time) FROM pg_stat_archiver)
"""
MARKS = "SELECT count(*), min(id) FROM surveys_stalecell"
# In steps of the threshold, as nobody sees an hour of fewer sheets either: who keeps what is told
# here with its times must not learn when the one sheet of an afternoon came.
SHEETS = """
SELECT campaign.slug, sum(total.n)::bigint / campaign.threshold * campaign.threshold
  FROM surveys_campaign AS campaign
  JOIN surveys_campaignunit AS root
    ON root.campaign_id = campaign.id AND root.parent_id IS NULL
  JOIN results_total AS total
    ON total.campaign_id = campaign.id AND total.unit_id = root.unit_id
   AND total.period = %(whole)s
 GROUP BY campaign.slug, campaign.threshold
 ORDER BY campaign.slug
"""
KIOSKS = """
SELECT count(*), coalesce(sum(queue_length), 0), coalesce(sum(rejected), 0), min(oldest_on)
  FROM surveys_device
 WHERE revoked_at IS NULL
"""


@dataclass(frozen=True)
class Measure:
    """A name, what it says, and a number for each set of labels."""

    name: str
    said: str
    samples: Samples
    is_counter: bool = False


def measures(*, now: datetime) -> list[Measure]:
    """Return all there is to tell; without the database only that, and what Redis holds."""
    found = list(_of_redis(pulse.read()))
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
                cursor.execute(f"SET LOCAL statement_timeout = {MILLISECONDS}")
            found += [*_of_database(), *_of_counting(), *_of_kiosks(now), *_of_proofs(now)]
    except DatabaseError:
        return [Measure("database_up", "Whether the database answers.", [({}, 0)]), *found]
    return [Measure("database_up", "Whether the database answers.", [({}, 1)]), *found]


def _of_redis(known: pulse.Pulse | None) -> Iterator[Measure]:
    yield Measure("redis_up", "Whether Redis answers.", [({}, known is not None)])
    if known is None:
        return
    yield Measure("queue_length", "Tasks that wait or are being done.", [({}, known.queued)])
    by_task = [
        ("tasks_ended_total", "Tasks that ended well.", known.ended, True),
        ("tasks_failed_total", "Tasks that failed or were ended.", known.failed, True),
        ("task_last_seconds", "When a task last ended well, in Unix time.", known.last, False),
    ]
    for name, said, table, is_counter in by_task:
        samples = [({"task": task}, number) for task, number in sorted(table.items())]
        yield Measure(name, said, samples, is_counter)
    yield Measure(
        "differences",
        "Figures that the last recount found different from the sheets.",
        [({"campaign": slug}, number) for slug, number in sorted(known.differences.items())],
    )
    yield Measure(
        "recounted_seconds",
        "When all shares of a recount had last ended, in Unix time.",
        [({"campaign": slug}, at) for slug, at in sorted(known.recounted.items())],
    )


def _of_database() -> Iterator[Measure]:
    size, oldest, failures, archived = _row(DATABASE)
    yield Measure("database_bytes", "Size of the database on disk.", [({}, size)])
    yield Measure("oldest_transaction_seconds", "Age of the oldest transaction.", [({}, oldest)])
    yield Measure(
        "log_archive_failures_total", "Pieces of log that were not kept.", [({}, failures)], True
    )
    yield Measure(
        "log_archived_seconds",
        "When a piece of PostgreSQL's log was last kept, in Unix time.",
        [({}, archived)] if archived is not None else [],
    )


def _of_counting() -> Iterator[Measure]:
    marks, oldest = _row(MARKS)
    yield Measure("stale_marks", "Marks of cells that wait to be counted.", [({}, marks)])
    yield Measure(
        "oldest_mark_seconds",
        "For how long the oldest mark has been seen waiting.",
        [({}, pulse.seconds_at_the_head(oldest))],
    )
    sheets = _rows(SHEETS, {"whole": WHOLE_CAMPAIGN})
    yield Measure(
        "counted_sheets",
        "Sheets that are counted, those set aside included, in steps of the threshold.",
        [({"campaign": slug}, n) for slug, n in sheets],
    )
    newest = Release.objects.values_list("campaign__slug").annotate(at=Max("released_at"))
    yield Measure(
        "release_seconds",
        "When figures were last released, in Unix time.",
        [({"campaign": slug}, at.timestamp()) for slug, at in newest.order_by("campaign__slug")],
    )


def _of_kiosks(now: datetime) -> Iterator[Measure]:
    paired, waiting, refused, oldest = _row(KIOSKS)
    yield Measure("kiosks", "Kiosks that are paired.", [({}, paired)])
    silent = boards.kept(
        "silent kiosks", MINUTE, lambda: silent_kiosks(Device.objects.all(), now).count()
    )
    yield Measure("silent_kiosks", "Kiosks not heard of for two office hours.", [({}, silent)])
    yield Measure("kiosk_waiting_sheets", "Sheets that wait on kiosks.", [({}, waiting)])
    yield Measure("kiosk_refused_sheets", "Sheets of kiosks that were refused.", [({}, refused)])
    yield Measure(
        "kiosk_oldest_sheet_days",
        "Age of the oldest sheet that waits on a kiosk.",
        [({}, (now.date() - oldest).days if oldest else 0)],
    )


def _of_proofs(now: datetime) -> Iterator[Measure]:
    states = boards.kept("proofs of all", SLOW_SECONDS, lambda: _proofs(now))
    yield Measure(
        "counters_by_proof",
        "Counters of open campaigns, by how the last proof of every answer stands.",
        [({"state": state.value}, states[state]) for state in State],
    )


def _proofs(now: datetime) -> Tally[State]:
    return Tally(
        one.state
        for campaign in proof_state.campaigns_to_watch(now.date())
        for one in proof_state.standings(campaign, canary.counters_of(campaign), now=now)
    )


def _row(statement: str) -> tuple[Any, ...]:
    return _rows(statement, {})[0]


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
