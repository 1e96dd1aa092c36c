"""Queries and server time of the public pages and their API, at every tier."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from results.bench.world import World, units_of_every_tier
from results.reading.kept_pages import forget_pages


def measure(world: World, *, views: int, say: Callable[[str], None]) -> dict[str, dict[str, float]]:
    """Return, by tier and kind of page, queries, size, and milliseconds first and at the median.

    The median is of pages kept in the process. Made is the same with none kept, after a first view
    that also loaded code and templates; the queries are of a page made. The request goes through
    all middleware to the view, in this process: no network, no neighbours.
    """
    slug = world.campaign.slug
    client = Client(headers={"host": "127.0.0.1"})
    found = {}
    for tier, code in units_of_every_tier(world.campaign).items():
        addresses = {
            "page": f"/ket-qua/{slug}/{code}/",
            "API unit": f"/api/v1/campaigns/{slug}/units/{code}",
            "API children": f"/api/v1/campaigns/{slug}/units/{code}/children",
        }
        for kind, address in addresses.items():
            name = f"{tier}, {kind}"
            # Readings are counted, as everywhere, and the limit is never reached.
            with override_settings(READS_A_MINUTE=10**9):
                found[name] = _measure(client, address, views)
            line = "{median_ms} ms, made again {made_ms} ms, {queries} queries"
            say(f"{name}: {line.format(**found[name])}")
    return found


def _measure(client: Client, address: str, views: int) -> dict[str, float]:
    first = milliseconds_to_get(client, address)
    forget_pages()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    asked = len(queries)  # at once: the next request empties the log
    kept = [milliseconds_to_get(client, address) for _ in range(views)]
    made = []
    for _ in range(views):
        forget_pages()
        made.append(milliseconds_to_get(client, address))
    return {
        "queries": asked,
        "first_ms": round(first, 1),
        "median_ms": round(median(kept), 1),
        "made_ms": round(median(made), 1),
        "kilobytes": round(len(response.content) / 1000, 1),
    }


def milliseconds_to_get(client: Client, address: str) -> float:
    """Return how long a page took; a RuntimeError for any reply but 200."""
    start = time.perf_counter()
    response = client.get(address)
    taken = (time.perf_counter() - start) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{address} was answered by {response.status_code}")
    return taken
