"""What background work leaves behind for who watches the site: when it last ended well, how often
it failed, what the night found. In Redis only: lost with it, and told anew by the next task.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from time import time
from typing import Any, cast

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS = 0.5
ENDED, FAILED, LAST = "pulse:ended", "pulse:failed", "pulse:last"
DIFFERENCES, RECOUNTED, MARK = "pulse:differences", "pulse:recounted", "pulse:mark"
# Of one night and campaign: what each share of its recount found, and how many shares there are.
RECOUNT, SHARES = "pulse:recount:", "shares"
TWO_DAYS = 172_800
# Celery's own names: the queue, that of the recount (priority 9), and what workers have taken and
# not yet done.
QUEUE, BEHIND, TAKEN = "celery", "celery\x06\x169", "unacked"


@dataclass(frozen=True)
class Pulse:
    """What Redis holds of it, by name of task or campaign; `queued` waits or is being done."""

    ended: dict[str, float] = field(default_factory=dict)
    failed: dict[str, float] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    differences: dict[str, float] = field(default_factory=dict)
    recounted: dict[str, float] = field(default_factory=dict)
    queued: int = 0


def note_ended(task: str) -> None:
    """Note that a task ended well, just now."""
    with without_waiting() as client, client.pipeline(transaction=False) as pipe:
        pipe.hincrby(ENDED, task, 1)
        pipe.hset(LAST, task, str(int(time())))
        pipe.execute()


def note_failed(task: str) -> None:
    with without_waiting() as client:
        client.hincrby(FAILED, task, 1)


def begin_recount(campaign: str, shares: int) -> None:
    """Note into how many shares this night's recount of a campaign is divided."""
    with without_waiting() as client, client.pipeline() as pipe:
        pipe.delete(RECOUNT + campaign)
        pipe.hset(RECOUNT + campaign, SHARES, str(shares))
        pipe.expire(RECOUNT + campaign, TWO_DAYS)
        pipe.execute()


def note_share(campaign: str, share: str, n: int) -> None:
    """Note how many figures a share of the recount found different.

    The campaign's own number is that of the night before until all shares have ended, but a
    difference is told at once.
    """
    with without_waiting() as client, client.pipeline() as pipe:
        pipe.hset(RECOUNT + campaign, share, str(n))
        pipe.expire(RECOUNT + campaign, TWO_DAYS)
        pipe.hgetall(RECOUNT + campaign)
        found = _numbers(pipe.execute()[-1])
        has_ended = found.pop(SHARES, None) == len(found)
        if has_ended or any(found.values()):
            client.hset(DIFFERENCES, campaign, str(int(sum(found.values()))))
        if has_ended:
            client.hset(RECOUNTED, campaign, str(int(time())))


def differences_of(campaign: str) -> int:
    """Return how many figures of a campaign the last recount found different; 0 if unknown."""
    with without_waiting() as client:
        return int(cast("bytes | None", client.hget(DIFFERENCES, campaign)) or 0)
    return 0


def read() -> Pulse | None:
    """Return what is there; None when Redis does not answer."""
    try:
        with client_of(settings.REDIS_URL).pipeline(transaction=False) as pipe:
            for key in (ENDED, FAILED, LAST, DIFFERENCES, RECOUNTED):
                pipe.hgetall(key)
            pipe.llen(QUEUE)
            pipe.llen(BEHIND)
            pipe.hlen(TAKEN)
            *tables, waiting, behind, taken = pipe.execute()
    except redis.RedisError:
        return None
    ended, failed, last, differences, recounted = map(_numbers, tables)
    return Pulse(ended, failed, last, differences, recounted, waiting + behind + taken)


def seconds_at_the_head(mark: int | None) -> float:
    """Return for how long a mark has been the oldest whenever somebody asked; 0: it is new.

    A mark holds no time, for it would be that of a sheet. So this is at most as fine as the
    pace of asking, and never more than the truth.

    Args:
        mark: the id of the oldest mark now; None when there is none.
    """
    now = time()
    with without_waiting() as client:
        if mark is None:
            client.delete(MARK)
            return 0
        kept = cast("bytes | None", client.get(MARK)) or b""
        known, _, since = kept.decode().partition(" ")
        if known == str(mark):
            return max(now - float(since), 0)
        client.set(MARK, f"{mark} {now}", ex=86_400)
    return 0


@contextmanager
def without_waiting() -> Iterator[redis.Redis]:
    """Give a client; what Redis cannot do now is left undone."""
    with suppress(redis.RedisError):
        yield client_of(settings.REDIS_URL)


@lru_cache(maxsize=2)
def client_of(address: str) -> redis.Redis:
    # Where a sheet may wait for Redis for longer, this may too.
    seconds = max(SECONDS, settings.REDIS_SECONDS)
    return redis.Redis.from_url(
        address,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )


def _numbers(table: dict[bytes, Any]) -> dict[str, float]:
    return {name.decode(): float(number) for name, number in table.items()}
