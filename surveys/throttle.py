"""A limit on sheets a minute that a public hall never reaches, and a flood does.

Counted by device key, or by counter where a program sends without one; never by address, since
hundreds of people share one behind a hall's router. A form that is posted is never counted: a
citizen is not refused. The counts live in Redis only and are forgotten after two minutes. Without
Redis nothing is limited, and nobody waits to find that out: one try of 50 ms, then none for a
while.
"""

from __future__ import annotations

from functools import lru_cache
from time import monotonic, time

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from surveys.models import Device

REDIS_SECONDS = 0.05
SILENT_SECONDS = 10.0  # for which a Redis that failed is not asked again
WINDOW = 60


class Breaker:
    """Remembers, in this process, that Redis failed a moment ago."""

    def __init__(self) -> None:
        self.asks_again_at = 0.0

    def failed(self) -> None:
        self.asks_again_at = monotonic() + SILENT_SECONDS

    def lets_try(self) -> bool:
        return monotonic() >= self.asks_again_at


breaker = Breaker()


def seconds_to_wait(counter_id: int, device: Device | None) -> int:
    """Count a sheet; return 0, or the seconds until the next one of this sender is taken."""
    limit = settings.SHEETS_A_MINUTE
    if not limit or not breaker.lets_try():
        return 0
    window, past = divmod(int(time()), WINDOW)
    who = f"device:{device.pk}" if device else f"counter:{counter_id}"
    key = f"throttle:{who}:{window}"
    try:
        with _client(settings.REDIS_URL).pipeline(transaction=False) as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, 2 * WINDOW)
            count, _kept = pipeline.execute()
    except redis.RedisError:
        breaker.failed()
        return 0
    return WINDOW - past if count > limit else 0


@lru_cache(maxsize=2)
def _client(address: str) -> redis.Redis:
    # No second try: redis-py would sleep before it.
    return redis.Redis.from_url(
        address,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
