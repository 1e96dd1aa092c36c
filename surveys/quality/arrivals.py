"""How many sheets of its kiosk reached us from a counter, hour by hour: counts, never times.

The running hour is kept in Redis only and may be lost; hours that have ended go into
ArrivalCount. Nothing here knows which sheet it counts, and nothing stands beside a sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import connection

from surveys.answering import short_memory

KEPT_SECONDS = 24 * 3600
LOOK_BACK = 23  # hours a tally can still be there

UPSERT = """
INSERT INTO surveys_arrivalcount (counter_id, day, hour, n)
SELECT counter.id, %(day)s, %(hour)s, tally.n
  FROM unnest(%(counters)s::int[], %(counts)s::int[]) AS tally (counter_id, n)
  JOIN surveys_counter AS counter ON counter.id = tally.counter_id
    ON CONFLICT (counter_id, day, hour) DO UPDATE SET n = EXCLUDED.n
 WHERE surveys_arrivalcount.n < EXCLUDED.n
"""


def note(counter_id: int, *, now: datetime) -> None:
    """Count a new sheet of a kiosk in the hour of `now`, local time; not at all without Redis."""
    short_memory.add_to(_key(now.date(), now.hour), str(counter_id), seconds=KEPT_SECONDS)


def keep_ended_hours(*, now: datetime) -> int:
    """Move the hours that have ended into the table; again, nothing changes. Return the rows.

    Args:
        now: local time.
    """
    return sum(_keep(day, hour) for day, hour in _ended(now))


def _keep(day: date, hour: int) -> int:
    tallies = short_memory.tallies(_key(day, hour))
    if not tallies:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            UPSERT,
            {
                "day": day,
                "hour": hour,
                "counters": [int(counter) for counter in tallies],
                "counts": list(tallies.values()),
            },
        )
        return int(cursor.rowcount)


def _ended(now: datetime) -> Iterator[tuple[date, int]]:
    # As the clock on the wall shows it, which is how hours were counted.
    wall = now.replace(tzinfo=None, minute=0, second=0, microsecond=0)
    for back in range(1, LOOK_BACK + 1):
        ended = wall - timedelta(hours=back)
        yield ended.date(), ended.hour


def _key(day: date, hour: int) -> str:
    return f"arrivals:{day.isoformat()}:{hour:02}"
