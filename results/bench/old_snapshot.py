"""What a tick costs while an old transaction keeps the server from clearing marks away."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from statistics import median

import psycopg
from django.db import connection

from results.bench import refreshing
from results.bench.scratch import address, settle
from results.bench.world import World
from results.counting import refresh

# As ticks do it: marks come, and are taken. Each is one for a sheet, as citizens send them.
MARKS_A_TICK = 10_000
COME = """
INSERT INTO surveys_stalecell (campaign_id, chunk_id, unit_id, month, channel)
SELECT campaign_id, chunk_id, unit_id, %(month)s, 1
  FROM surveys_campaignunit, generate_series(1, %(times)s)
 WHERE campaign_id = %(campaign)s AND tier = 'commune'
 ORDER BY random()
 LIMIT %(marks)s
"""


def measure(
    world: World, *, marks: int, new_sheets: int, runs: int, day: date, say: Callable[[str], None]
) -> dict[str, object]:
    """Return the cost of looking for marks and of a refresh, without and with dead ones about."""
    settle()
    without = _costs(world, new_sheets, runs, day)
    say(f"no dead marks: {without}")
    with psycopg.connect(address()) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        reader.execute("SELECT count(*) FROM surveys_campaign")
        _leave_dead(world, marks)
        with_dead = _costs(world, new_sheets, runs, day)
        say(f"{marks:,} dead marks: {with_dead}")
        reader.rollback()
    settle()
    after = _costs(world, new_sheets, runs, day)
    say(f"after it ended: {after}")
    return {"dead_marks": marks, "without": without, "with": with_dead, "after": after}


def _costs(world: World, new_sheets: int, runs: int, day: date) -> dict[str, object]:
    refreshed = refreshing.measure(world, new_sheets=new_sheets, runs=runs, day=day)
    looking = []
    for _ in range(max(runs, 3)):
        start = time.perf_counter()
        refresh.stale_chunks()
        looking.append((time.perf_counter() - start) * 1000)
    return {"looking_ms": round(median(looking), 1), "refresh": refreshed}


def _leave_dead(world: World, marks: int) -> None:
    month = world.campaign.closes_on.year * 100 + world.campaign.closes_on.month
    with connection.cursor() as cursor:
        for start in range(0, marks, MARKS_A_TICK):
            batch = min(MARKS_A_TICK, marks - start)
            cursor.execute(
                COME,
                {
                    "campaign": world.campaign.pk,
                    "month": month,
                    "times": 1 + batch // len(world.communes),
                    "marks": batch,
                },
            )
            cursor.execute("DELETE FROM surveys_stalecell")
