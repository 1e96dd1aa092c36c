"""Counts that are shared by all processes and forgotten within a day: Redis, and nothing else.

Nobody waits to find out that Redis is gone: one try of REDIS_SECONDS, then none for a while. Who
asks gets None then, and decides what that means.
"""

from __future__ import annotations

from functools import lru_cache
from time import monotonic
from typing import cast

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

SILENT_SECONDS = 10.0  # for which a Redis that failed is not asked again
LONGEST = 24 * 3600


class Breaker:
    """Remembers, in this process, that Redis failed a moment ago."""

    def __init__(self) -> None:
        self.asks_again_at = 0.0

    def failed(self) -> None:
        self.asks_again_at = monotonic() + SILENT_SECONDS

    def lets_try(self) -> bool:
        return monotonic() >= self.asks_again_at


breaker = Breaker()


def add(key: str, *, by: int = 1, seconds: int) -> int | None:
    """Add to a count, and return it; None when Redis does not answer.

    Args:
        seconds: after which it is forgotten, counted from now; at most a day.
    """
    if not breaker.lets_try():
        return None
    try:
        with _client().pipeline(transaction=False) as pipeline:
            pipeline.incrby(key, by)
            pipeline.expire(key, min(seconds, LONGEST))
            count, _kept = pipeline.execute()
    except redis.RedisError:
        breaker.failed()
        return None
    return int(count)


def add_to(key: str, field: str, *, seconds: int) -> int | None:
    """Add one to a field of a set of counts, and return it; None when Redis does not answer.

    Args:
        seconds: after which the whole set is forgotten, counted from now; at most a day.
    """
    if not breaker.lets_try():
        return None
    try:
        with _client().pipeline(transaction=False) as pipeline:
            pipeline.hincrby(key, field, 1)
            pipeline.expire(key, min(seconds, LONGEST))
            count, _kept = pipeline.execute()
    except redis.RedisError:
        breaker.failed()
        return None
    return int(count)


def tallies(key: str) -> dict[str, int]:
    """Return a set of counts; empty when there is none or Redis does not answer."""
    if not breaker.lets_try():
        return {}
    try:
        # An async client would give a promise here; this one never does.
        found = cast("dict[bytes, bytes]", _client().hgetall(key))
    except redis.RedisError:
        breaker.failed()
        return {}
    return {field.decode(): int(n) for field, n in found.items()}


def _client() -> redis.Redis:
    return _client_of(settings.REDIS_URL, settings.REDIS_SECONDS)


@lru_cache(maxsize=2)
def _client_of(address: str, seconds: float) -> redis.Redis:
    # No second try: redis-py would sleep before it.
    return redis.Redis.from_url(
        address,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )
