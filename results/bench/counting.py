"""How long it takes to count everything stored, beside one SQL statement that does the like."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from threading import Event, Thread

from django.db import connection

from results.bench.machine import CpuMeter, database_server
from results.bench.scratch import settle
from results.bench.world import World, forget_all_figures, mark_all_stale
from surveys.models import Campaign

# What a plain report does: takes the answers apart and groups them. It stores nothing and adds
# nothing up to provinces, so it has the lighter task.
PLAIN_SQL = """
SELECT count(*), sum(n)
  FROM (SELECT sheet.unit_id, to_char(sheet.answered_on, 'YYYYMM') AS month, sheet.channel,
               answer.question, answer.option, count(*) AS n
          FROM surveys_response AS sheet
         CROSS JOIN LATERAL unnest(string_to_array(sheet.answers, NULL))
               WITH ORDINALITY AS answer (option, question)
         WHERE sheet.campaign_id = %s
         GROUP BY 1, 2, 3, 4, 5) AS counted
"""


@dataclass(frozen=True)
class Run:
    """One run: time on the clock, and processor time of client and server."""

    seconds: float
    cpu_ms: float
    database_cpu_ms: float
    peak_mb: float = 0


class Workers:
    """Counting processes that are ready and wait."""

    def __init__(self, stack: ExitStack, number: int) -> None:
        command = [sys.executable, "-m", "results.bench.worker"]
        self._processes = [stack.enter_context(_process([*command])) for _ in range(number)]
        for process in self._processes:
            _read(process)

    def count(self) -> Run:
        """Count what is stale and wait for the last to finish."""
        server = CpuMeter(database_server())
        start = time.perf_counter()
        for process in self._processes:
            assert process.stdin is not None  # noqa: S101 - it was made with pipes
            process.stdin.write("count\n")
            process.stdin.flush()
        results = [json.loads(_read(process)) for process in self._processes]
        return Run(
            seconds=time.perf_counter() - start,
            cpu_ms=sum(result["cpu_ms"] for result in results),
            database_cpu_ms=server.milliseconds(),
            peak_mb=max(result["peak_mb"] for result in results),
        )


@contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _read(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # noqa: S101 - it was made with pipes
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("a counting process ended; its own words are above")
    return line


def measure(world: World, *, runs: int, say: Callable[[str], None]) -> dict[str, object]:
    """Return the figures of the full count; each run starts from nothing counted."""
    kinds = {
        "one_process": (1, Campaign.Publication.ON_CLOSE),
        "one_process_with_releases": (1, Campaign.Publication.LIVE),
        "two_processes": (2, Campaign.Publication.ON_CLOSE),
    }
    found: dict[str, list[Run]] = {kind: [] for kind in kinds}
    plain: list[Run] = []
    for number in range(1, runs + 1):
        for kind, (processes, publication) in kinds.items():
            found[kind].append(_full_count(world, processes, publication))
            say(f"full count, {kind}, run {number}: {found[kind][-1].seconds:.2f} s")
        plain.append(_plain_sql(world))
        say(f"plain SQL, run {number}: {plain[-1].seconds:.2f} s")
    again = _count_again(world)
    say(f"count of what was counted before: {again.seconds:.2f} s")
    figures = {kind: summary(of_kind) for kind, of_kind in found.items()}
    return {
        **figures,
        "again": summary([again]),
        "plain_sql": summary(plain),
        "times_faster_than_plain_sql": _ratio(plain, found["one_process"], lambda run: run.seconds),
        "two_processes_times_faster_than_plain_sql": _ratio(
            plain, found["two_processes"], lambda run: run.seconds
        ),
        # What a busy machine cannot distort as much.
        "times_less_processor_time": _ratio(
            plain, found["one_process"], lambda run: run.cpu_ms + run.database_cpu_ms
        ),
        "rows": _rows(),
    }


def full_count(world: World, *, runs: int, say: Callable[[str], None]) -> dict[str, object]:
    """Return the figures of the full count by one process and by two, without releases."""
    found: dict[str, list[Run]] = {"one_process": [], "two_processes": []}
    for _ in range(runs):
        for processes, of_kind in enumerate(found.values(), start=1):
            of_kind.append(_full_count(world, processes, Campaign.Publication.ON_CLOSE))
            say(f"full count by {processes}: {of_kind[-1]}")
    return {kind: summary(of_kind) for kind, of_kind in found.items()}


@contextmanager
def counting_beside(world: World) -> Iterator[None]:
    """Count the whole campaign again and again in a process beside."""
    enough = Event()

    def count(workers: Workers) -> None:
        while not enough.is_set():
            mark_all_stale(world.campaign)
            workers.count()
        connection.close()

    with ExitStack() as stack:
        counting = Thread(target=count, args=(Workers(stack, 1),))
        counting.start()
        try:
            yield
        finally:
            enough.set()
            counting.join()


def _ratio(runs: list[Run], to: list[Run], of: Callable[[Run], float]) -> float:
    return round(median(map(of, runs)) / median(map(of, to)), 1)


def summary(runs: list[Run]) -> dict[str, float]:
    """Return medians, and the peak of memory over all runs."""
    return {
        "seconds": round(median(run.seconds for run in runs), 3),
        "cpu_ms": round(median(run.cpu_ms for run in runs)),
        "database_cpu_ms": round(median(run.database_cpu_ms for run in runs)),
        "peak_mb": round(max(run.peak_mb for run in runs)),
        "runs": len(runs),
    }


def _full_count(world: World, processes: int, publication: str) -> Run:
    Campaign.objects.filter(pk=world.campaign.pk).update(publication=publication)
    forget_all_figures()
    mark_all_stale(world.campaign)
    settle()
    with ExitStack() as stack:
        return Workers(stack, processes).count()


def _count_again(world: World) -> Run:
    """Count everything once more over what is there: as after a repair."""
    mark_all_stale(world.campaign)
    settle()
    with ExitStack() as stack:
        return Workers(stack, 1).count()


def _plain_sql(world: World) -> Run:
    server = CpuMeter(database_server())
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(PLAIN_SQL, [world.campaign.pk])
        cursor.fetchone()
    return Run(time.perf_counter() - start, 0, server.milliseconds())


def _rows() -> dict[str, int]:
    tables = ("results_cell", "results_total", "results_releasedcell", "results_releasedtotal")
    with connection.cursor() as cursor:
        figures = {}
        for table in tables:
            cursor.execute(f"SELECT count(*), pg_total_relation_size('{table}') FROM {table}")  # noqa: S608 - names of this module
            figures[table], figures[f"{table}_bytes"] = cursor.fetchone()
    return figures
