"""What a sheet costs through the real web server, by form and by API, and how many pass."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from django.db import connection

from results.bench import bare_urls, respondents
from results.bench.counting import counting_beside
from results.bench.machine import CpuMeter, database_server
from results.bench.respondents import Connection
from results.bench.sizes import Sizes
from results.bench.web import BARE, OURS, Server, web_server
from results.bench.world import World
from surveys.models import Counter

CLIENTS = 8
WARMING = 3  # times
Say = Callable[[str], None]


def measure(world: World, sizes: Sizes, *, say: Say) -> dict[str, object]:
    """Return CPU milliseconds per submission, and rates beside those of a bare Django."""
    with connection.cursor() as cursor:
        cursor.execute(bare_urls.TABLE)
    with web_server(OURS) as ours, web_server(BARE) as bare:
        return {
            "cpu_ms": _costs(world, ours, bare, sizes=sizes, say=say),
            "rates": _rates(world, ours, bare, sizes=sizes, say=say),
        }


def _costs(
    world: World, ours: Server, bare: Server, *, sizes: Sizes, say: Say
) -> dict[str, dict[str, float]]:
    counters = list(Counter.objects.values_list("code", flat=True))
    bodies = respondents.random_bodies(
        world.campaign.questionnaire.parsed(), world.campaign.slug, 200
    )

    def put(port: int, path: str) -> None:
        connection = Connection(port)
        respondents.put(connection, path, random.choice(bodies))  # noqa: S311 - made up
        connection.close()

    def any_counter() -> str:
        return random.choice(counters)  # noqa: S311 - made up

    acts: dict[str, tuple[Server, Callable[[], None]]] = {
        "form, one counter": (
            ours,
            lambda: respondents.fill_in_form(ours.port, counters[0]),
        ),
        "form, any counter": (ours, lambda: respondents.fill_in_form(ours.port, any_counter())),
        "API, any counter": (ours, lambda: put(ours.port, _put_path(any_counter()))),
        "bare Django, one INSERT": (bare, lambda: put(bare.port, "/bare/")),
    }
    found = {}
    for name, (server, act) in acts.items():
        respondents.repeat(act, max(sizes.submissions // 5, 2), clients=CLIENTS)
        app, database = CpuMeter(server.pid), CpuMeter(database_server())
        respondents.repeat(act, sizes.submissions, clients=CLIENTS)
        app_ms = app.milliseconds() / sizes.submissions
        database_ms = database.milliseconds() / sizes.submissions
        found[name] = {
            "app": round(app_ms, 2),
            "database": round(database_ms, 2),
            "total": round(app_ms + database_ms, 2),
        }
        say(f"{name}: {app_ms + database_ms:.2f} CPU ms")
    return found


def _rates(world: World, ours: Server, bare: Server, *, sizes: Sizes, say: Say) -> dict[str, float]:
    """Return rates of accepted sheets; their ratios are medians of ratios of neighbours."""
    bodies = respondents.random_bodies(
        world.campaign.questionnaire.parsed(), world.campaign.slug, 200
    )
    paths = [_put_path(code) for code in Counter.objects.values_list("code", flat=True)]
    found: dict[str, list[float]] = {}
    # As on a site that has run for a while, both processes have met the counters: each path goes
    # by several connections, which the processes share out among themselves.
    some = max(len(paths) // CLIENTS, 1)
    for _ in range(WARMING):
        with ThreadPoolExecutor(CLIENTS) as pool:
            parts = [paths[start : start + some] for start in range(0, len(paths), some)]
            list(pool.map(lambda part: _send_one_each(ours.port, part, bodies[0]), parts))

    def measure(name: str, server: Server, paths: list[str]) -> None:
        found.setdefault(name, []).append(
            respondents.rate(server.port, paths, bodies, clients=CLIENTS, seconds=sizes.seconds)
        )
        say(f"{name}: {found[name][-1]:.0f} a second")

    for _ in range(sizes.rate_runs):
        measure("bare Django", bare, ["/bare/"])
        measure("one counter", ours, paths[:1])
        measure("any counter", ours, paths)
        with counting_beside(world):
            measure("any counter, while counting", ours, paths)

    def ratio(name: str, to: str) -> float:
        return round(median(a / b for a, b in zip(found[name], found[to], strict=True)), 2)

    return {
        **{name: round(median(rates)) for name, rates in found.items()},
        "one counter to bare Django": ratio("one counter", "bare Django"),
        "any counter to bare Django": ratio("any counter", "bare Django"),
        "counting to alone": ratio("any counter, while counting", "any counter"),
    }


def _send_one_each(port: int, paths: list[str], body: bytes) -> None:
    connection = Connection(port)
    for path in paths:
        respondents.put(connection, path, body)
    connection.close()


def _put_path(counter: str) -> str:
    return f"/api/v1/counters/{counter}/responses/"
