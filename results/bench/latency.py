"""How long readers wait for pages and the API of a real web server, and how the slowest fare."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from statistics import quantiles

from results.bench.respondents import Connection, Unexpected
from results.bench.world import World
from surveys.models import CampaignUnit, Tier

Say = Callable[[str], None]


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and p99 of some values, in their own unit."""
    # quantiles() asks for two values at least.
    cuts = quantiles([*values, max(values)], n=100, method="inclusive")
    return {f"p{cut}": round(cuts[cut - 1], 1) for cut in (50, 95, 99)}


def measure(world: World, port: int, *, views: int, say: Say) -> dict[str, dict[str, float]]:
    """Return milliseconds of requests for any unit of a tier, on one connection kept open.

    Pages are asked for in random order: some are kept by the web process, most are made.
    """
    slug = world.campaign.slug
    units = CampaignUnit.objects.filter(campaign=world.campaign)
    codes = {
        tier: list(units.filter(tier=tier).values_list("code", flat=True))
        for tier in (Tier.NATION, Tier.PROVINCE, Tier.COMMUNE)
    }
    addresses = {
        "page": f"/ket-qua/{slug}/{{}}/",
        "API unit": f"/api/v1/campaigns/{slug}/units/{{}}",
        "API children": f"/api/v1/campaigns/{slug}/units/{{}}/children",
    }
    found = {}
    choose = random.Random(1)  # noqa: S311 - which page is looked at
    for tier, of_tier in codes.items():
        for kind, address in addresses.items():
            connection = Connection(port)
            waited = [
                _milliseconds(connection, address.format(choose.choice(of_tier)))
                for _ in range(views)
            ]
            connection.close()
            found[f"{tier.value}, {kind}"] = percentiles(waited)
            say(f"{tier.value}, {kind}: {percentiles(waited)} ms")
    return found


def _milliseconds(connection: Connection, path: str) -> float:
    start = time.perf_counter()
    reply = connection.ask("GET", path)
    taken = (time.perf_counter() - start) * 1000
    if reply.status != 200:
        raise Unexpected(f"{path} was answered by {reply.status}")
    return taken
