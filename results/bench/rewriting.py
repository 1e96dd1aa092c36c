"""What the nightly rewrite of closed days costs, and how long it keeps anyone waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from statistics import median, quantiles
from threading import Event, Thread
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import connection

from results.bench.scratch import settle
from results.bench.world import World
from surveys import rewriting
from surveys.models import Channel, Counter, Response, StaleCell
from surveys.submissions import Sheet, record_device_response

PAUSE = 0.01
Say = Callable[[str], None]
Waits = dict[str, list[float]]

# A batch of 20 tickets for a commune and day, all spent; a comment with every twentieth sheet.
TICKETS = """
WITH batches AS (
    INSERT INTO surveys_ticketbatch (campaign_id, counter_id, day, issued, made_by_id)
    SELECT %(campaign)s, counter.id, %(first)s::date + (n %% 28)::int, 20, %(user)s
      FROM generate_series(1, %(tickets)s / 20) AS n
      JOIN (SELECT id, row_number() OVER () AS place, count(*) OVER () AS all_of_them
              FROM surveys_counter) AS counter ON counter.place = 1 + n %% all_of_them
    RETURNING id
)
INSERT INTO surveys_spentticket (digest, batch_id)
SELECT decode(md5(random()::text || batches.id::text || n), 'hex'), batches.id
  FROM generate_series(1, 20) AS n, batches
"""
COMMENTS = """
INSERT INTO surveys_comment (id, campaign_id, unit_id, month, text)
SELECT gen_random_uuid(), campaign_id, unit_id, %(month)s, repeat('ý kiến ', 10)
  FROM surveys_response TABLESAMPLE BERNOULLI (5)
"""


def measure(world: World, *, say: Say) -> dict[str, object]:
    """Return seconds and waits: of all that is stored, of one night's day, and of CLUSTER."""
    _add_what_comes_with_sheets(world)
    StaleCell.objects.all().delete()
    settle()
    last = world.campaign.closes_on
    whole = _rewrite(world, today=last)
    say(f"all closed days: {whole}")
    night = _rewrite(world, today=last + timedelta(days=1))
    say(f"one day: {night}")
    with _waits(world, last) as waits:
        start = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("CLUSTER surveys_response USING surveys_response_pkey")
        seconds = round(time.perf_counter() - start, 2)
    cluster = {"seconds": seconds, **_summary(waits)}
    say(f"CLUSTER: {cluster}")
    return {"all_closed_days": whole, "one_day": night, "cluster": cluster}


def _rewrite(world: World, *, today: date) -> dict[str, object]:
    stale = StaleCell.objects.count()
    closed = today - timedelta(days=1)
    with _waits(world, closed) as waits:
        start = time.perf_counter()
        moved = rewriting.rewrite_closed_days(today=today)
        seconds = time.perf_counter() - start
    if moved is None:
        raise RuntimeError("somebody else rewrites this database")
    marks = StaleCell.objects.count() - stale - len(waits["new sheet"]) - 1
    start = time.perf_counter()
    rewriting.clear_old_places()
    return {
        "sheets": moved.sheets,
        "tickets": moved.tickets,
        "comments": moved.comments,
        "seconds": round(seconds, 2),
        "vacuum_seconds": round(time.perf_counter() - start, 2),
        "cells_marked": marks,
        **_summary(waits),
    }


def _add_what_comes_with_sheets(world: World) -> None:
    day = world.campaign.opens_on
    user = get_user_model().objects.create(username="bench")
    with connection.cursor() as cursor:
        cursor.execute(COMMENTS, {"month": day.year * 100 + day.month})
        cursor.execute(
            TICKETS,
            {
                "campaign": world.campaign.pk,
                "user": user.pk,
                "first": day,
                "tickets": Response.objects.count() // 10,
            },
        )


@contextmanager
def _waits(world: World, closed: date) -> Iterator[Waits]:
    """Store new sheets, and one of a closed day again and again, beside what is done here."""
    counter = Counter.objects.order_by("pk")[0]
    answers = "1" * len(world.campaign.questionnaire.parsed().columns)
    last = world.campaign.closes_on

    def sheet(of: date, sheet_id: UUID) -> Sheet:
        return Sheet(
            id=sheet_id,
            campaign=world.campaign,
            unit_id=counter.unit_id,
            counter_id=counter.pk,
            channel=Channel.KIOSK,
            answers=answers,
            answered_on=of,
        )

    again = sheet(closed, uuid4())
    record_device_response(again, today=last)
    acts: dict[str, Callable[[], object]] = {
        "new sheet": lambda: record_device_response(sheet(last, uuid4()), today=last),
        "sheet of a closed day again": lambda: record_device_response(replace(again), today=last),
    }
    waits: Waits = {name: [] for name in acts}
    done = Event()

    def repeat(name: str) -> None:
        try:
            while not done.is_set():
                start = time.perf_counter()
                acts[name]()
                waits[name].append(time.perf_counter() - start)
                time.sleep(PAUSE)
        finally:
            connection.close()

    threads = [Thread(target=repeat, args=[name], daemon=True) for name in acts]
    for thread in threads:
        thread.start()
    try:
        yield waits
    finally:
        done.set()
        for thread in threads:
            thread.join()


def _summary(waits: Waits) -> dict[str, object]:
    """Return milliseconds waited: in the middle, of the slowest hundredth, and the longest."""
    found: dict[str, object] = {}
    for name, seconds in waits.items():
        # quantiles() asks for two values at least.
        slow = quantiles([*seconds, max(seconds)], n=100, method="inclusive")[-1]
        of = {"median": median(seconds), "p99": slow, "longest": max(seconds)}
        found[f"{name}, ms"] = {key: round(value * 1000, 1) for key, value in of.items()}
    return found
