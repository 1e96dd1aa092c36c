"""How long it takes from an answer to the figure that counts it, while many answer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from django.db import connection

from results.bench import respondents
from results.bench.latency import percentiles
from results.bench.respondents import Connection
from results.bench.world import World
from surveys.models import Counter, StaleCell

# Communes that only the probes answer about, so that their totals tell of these alone.
PROBES = 20
CLIENTS = 8
POLL_SECONDS = 0.1
PATIENCE_SECONDS = 120.0

TOTALS = """
SELECT unit_id, sum(n)::integer FROM results_total
 WHERE campaign_id = %s AND unit_id = ANY (%s) AND period = 0 GROUP BY unit_id
"""


def measure(
    world: World, port: int, *, rate: float, seconds: float, say: Callable[[str], None]
) -> dict[str, float]:
    """Send sheets at a steady rate, and return how long some of them took to be counted.

    The clock of a sheet starts when its sender has the reply and ends when its commune's total
    has it, looked for ten times a second.

    Returns:
        `sheets_a_second` in fact accepted, `probes`, seconds at p50, p95 and p99; milliseconds
        a sender waited for a reply, the same.
    """
    counters = list(Counter.objects.order_by("pk").values_list("unit_id", "code"))
    spread = max(len(counters) // min(PROBES, len(counters) // 2), 2)
    probed = dict(counters[::spread])
    paths = [_path(code) for unit, code in counters if unit not in probed]
    bodies = _bodies(world)
    start = time.perf_counter()
    with _steady(port, paths, bodies, rate) as waited:
        lags = _probe(world, port, probed, bodies, until=start + seconds)
    taken = time.perf_counter() - start
    in_seconds = percentiles([lag * 1000 for lag in lags])
    found = {
        "sheets_a_second": round((len(waited) + len(lags)) / taken, 1),
        "probes": len(lags),
        **{f"{name}_seconds": round(value / 1000, 2) for name, value in in_seconds.items()},
        **{f"reply_{name}_ms": value for name, value in percentiles(waited).items()},
    }
    say(f"lag: {found}")
    return found


@contextmanager
def sheets_come(world: World, port: int, *, rate: float) -> Iterator[None]:
    """Have so many sheets a second come in meanwhile, from any counter."""
    with _steady(port, _paths(), _bodies(world), rate):
        yield


def write_rate(world: World, port: int, *, seconds: float) -> float:
    """Return how many sheets a second are accepted when senders send as fast as they can."""
    rate = respondents.rate(port, _paths(), _bodies(world), clients=CLIENTS, seconds=seconds)
    return round(rate, 1)


def wait_until_counted() -> None:
    """Wait until the running site has counted everything."""
    end = time.perf_counter() + PATIENCE_SECONDS
    while StaleCell.objects.exists():
        if time.perf_counter() > end:
            raise RuntimeError(f"marks are left after {PATIENCE_SECONDS} s")
        time.sleep(POLL_SECONDS)


def _probe(
    world: World, port: int, probed: dict[int, str], bodies: Sequence[bytes], *, until: float
) -> list[float]:
    """Answer once about each commune, again whenever that was counted; return the lags."""
    sender = Connection(port)
    known, since = _totals(world, probed), dict[int, float]()
    lags: list[float] = []
    while time.perf_counter() < until or since:
        if time.perf_counter() > until + PATIENCE_SECONDS:
            raise RuntimeError(f"{len(since)} sheets are not counted")
        for unit, code in probed.items():
            if unit not in since and time.perf_counter() < until:
                respondents.put(sender, _path(code), random.choice(bodies))  # noqa: S311 - made up
                since[unit] = time.perf_counter()
        time.sleep(POLL_SECONDS)
        totals = _totals(world, since)
        now = time.perf_counter()
        for unit in [unit for unit in since if totals.get(unit, 0) > known.get(unit, 0)]:
            known[unit] = totals[unit]
            lags.append(now - since.pop(unit))
    sender.close()
    return lags


def _totals(world: World, units: Iterable[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, [world.campaign.pk, list(units)])
        return dict(cursor.fetchall())


@contextmanager
def _steady(
    port: int, paths: Sequence[str], bodies: Sequence[bytes], rate: float
) -> Iterator[list[float]]:
    """Send so many sheets a second meanwhile; yield the milliseconds each waited for its reply."""
    enough, waited = Event(), list[float]()

    def send(client: int) -> None:
        sender = Connection(port)
        choose = random.Random(client)  # noqa: S311 - made-up answers
        due = time.perf_counter() + client / rate
        while not enough.wait(max(due - time.perf_counter(), 0)):
            start = time.perf_counter()
            respondents.put(sender, choose.choice(paths), choose.choice(bodies))
            waited.append((time.perf_counter() - start) * 1000)
            # One that cannot keep up sends as fast as it can, and the rate told is lower.
            due += CLIENTS / rate
        sender.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        sending = [pool.submit(send, client) for client in range(CLIENTS)]
        try:
            yield waited
        finally:
            enough.set()
    for of_one in sending:
        of_one.result()


def _bodies(world: World) -> list[bytes]:
    return respondents.random_bodies(
        world.campaign.questionnaire.parsed(), world.campaign.slug, 200
    )


def _paths() -> list[str]:
    return [_path(code) for code in Counter.objects.values_list("code", flat=True)]


def _path(counter: str) -> str:
    return f"/api/v1/counters/{counter}/responses/"
