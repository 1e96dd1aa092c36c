"""What is stale → cells → totals → release: the order of rebuilding and its locks.

One chunk (a province of the campaign's tree) is one READ COMMITTED transaction, each step a
statement of its own, so that each sees what committed before it: take the chunk's lock or
leave its marks to the next tick; delete the marks; count their cells; write the totals above
them, deepest first; wait for the root; write the root's totals; release what may be released.
A sheet that commits in the middle leaves its own mark, which this transaction cannot delete.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from results.counting.count_table import CellKey
from results.counting.rollup import add_up, touched_totals
from results.counting.settled import Touched
from results.counting.tally import count_cells
from results.releasing.releases import lock_root, release_due
from surveys.models import Campaign, CampaignUnit, StaleCell

# Days before today of which sheets still come as a rule: kiosks send at night what waited.
STILL_OPEN = timedelta(days=1)


class Chunk(NamedTuple):
    """A part of a campaign that is counted under one lock."""

    campaign_id: int
    unit_id: int


class Counted(NamedTuple):
    """What counting one chunk did."""

    cells: int
    sheets: int


def stale_chunks(campaign: Campaign | None = None) -> list[Chunk]:
    """Return the chunks with marks, of one campaign or of all."""
    marks = StaleCell.objects.order_by("campaign_id", "chunk_id")
    if campaign is not None:
        marks = marks.filter(campaign=campaign)
    return [Chunk(*row) for row in marks.values_list("campaign_id", "chunk_id").distinct()]


def refresh(
    campaign: Campaign | None = None,
    *,
    clock: Callable[[], datetime],
    report: Callable[[Chunk, Counted | None], None] = lambda _chunk, _counted: None,
) -> None:
    """Count everything stale in this process, two chunks at a time.

    One computes while the other waits for the server. A chunk another process is counting is
    skipped. `report` is called after each chunk, in any order and by either thread, never by both
    at once.
    """
    waiting, reporting = deque(stale_chunks(campaign)), Lock()

    def count_all() -> None:
        while True:
            try:
                chunk = waiting.popleft()
            except IndexError:  # none is left
                return
            counted = count_chunk(chunk, now=clock())
            with reporting:
                report(chunk, counted)

    # What a caller has not committed no other connection sees.
    if len(waiting) < 2 or connection.in_atomic_block:
        count_all()
        return
    with ThreadPoolExecutor(1) as beside:
        other = beside.submit(_then_disconnect, count_all)
        try:
            count_all()
            other.result()
        finally:
            waiting.clear()


def _then_disconnect(act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        connection.close()


def count_chunk(chunk: Chunk, *, now: datetime) -> Counted | None:
    """Count what is stale in one chunk; None when another process holds the chunk's lock."""
    with transaction.atomic():
        _limit_transaction()
        if not _try_lock(chunk):
            return None
        touched = _take_marks(chunk)
        if not touched:
            return Counted(0, 0)
        campaign = Campaign.objects.select_related("questionnaire", "method").get(
            pk=chunk.campaign_id
        )
        units = {key.unit_id for key in touched}
        cells = count_cells(campaign, touched, closed_before=timezone.localdate(now) - STILL_OPEN)
        below_root, root = _paths(campaign, units)
        add_up(campaign, touched_totals(touched, below_root), below_root, known=cells)
        # Totals of the root are everybody's: one transaction after the other, each reading
        # its children after it got the lock.
        lock_root(campaign)
        add_up(campaign, touched_totals(touched, {unit: [root] for unit in units}), {root: [root]})
        if campaign.publication == Campaign.Publication.LIVE and not campaign.held:
            release_due(campaign, units, now=now)
        return Counted(len(touched), cells.sheets())


def _paths(campaign: Campaign, units: set[int]) -> tuple[dict[int, list[int]], int]:
    """Return the units below the root down to each unit and to those above it; and the root."""
    paths = CampaignUnit.objects.filter(campaign=campaign, unit__in=units).values_list(
        "path", flat=True
    )
    below_root = {unit: path[1 : i + 1] for path in paths for i, unit in enumerate(path)}
    return below_root, next(unit for unit, above in below_root.items() if not above)


def end_stuck_counting() -> list[int]:
    """End counting transactions far over their time, and return their server processes.

    The server's own limits miss a worker that was stopped while the server was sending to it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND objsubid = 2"
            " AND pg_locks.database = (SELECT oid FROM pg_database"
            "                           WHERE datname = current_database())"
            " AND xact_start < clock_timestamp() - make_interval(secs => %s)"
            " AND pg_terminate_backend(pid)",
            [4 * settings.COUNTING_TIMEOUT_SECONDS],
        )
        return [row[0] for row in cursor.fetchall()]


def _limit_transaction() -> None:
    """Have the server end a transaction whose worker stopped, and so free its locks."""
    milliseconds = str(settings.COUNTING_TIMEOUT_SECONDS * 1000)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %(limit)s, true),"
            " set_config('idle_in_transaction_session_timeout', %(limit)s, true)",
            {"limit": milliseconds},
        )


def _try_lock(chunk: Chunk) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", list(chunk))
        return bool(cursor.fetchone()[0])


def _take_marks(chunk: Chunk) -> Touched:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH taken AS (DELETE FROM surveys_stalecell"
            " WHERE campaign_id = %s AND chunk_id = %s RETURNING unit_id, month, channel, since)"
            " SELECT unit_id, month, channel, CASE WHEN bool_and(since IS NOT NULL)"
            " THEN min(since) END FROM taken GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            list(chunk),
        )
        return {CellKey(*row[:3]): row[3] for row in cursor.fetchall()}
