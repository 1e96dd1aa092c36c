"""A limit on guessing pairing codes at a counter, for all processes of the site together.

A code has 40 bits and lives ten minutes, so this only keeps the log of a guesser short. Without
Redis each process counts for itself, with a limit so much lower.
"""

from __future__ import annotations

from time import time

from django.core.cache import cache

from surveys.answering import short_memory

GUESSES_A_MINUTE = 20
GUESSES_ALONE = 5
WINDOW = 60


def may_guess(counter_id: int) -> bool:
    """Count a guess, before it is judged: of many at once none slips through."""
    key = _key(counter_id)
    count = short_memory.add(key, seconds=2 * WINDOW)
    if count is not None:
        return count <= GUESSES_A_MINUTE
    cache.add(key, 0, timeout=2 * WINDOW)
    return cache.incr(key) <= GUESSES_ALONE


def was_right(counter_id: int) -> None:
    """Take back the guess that was none: many tablets of a hall are paired in one minute."""
    key = _key(counter_id)
    if short_memory.add(key, by=-1, seconds=2 * WINDOW) is None and cache.get(key):
        cache.decr(key)


def _key(counter_id: int) -> str:
    return f"pairing:{counter_id}:{int(time()) // WINDOW}"
