"""Public pages from a copy of the database, wherever it shows what the database itself shows.

A copy (REPLICA_URL, streaming replication) is some moments behind. So that no reader goes back in
time, from one copy to another or to the database, each page first asks the database how far every
campaign is, and the copy in the page's own snapshot: only where both say the same does the copy
serve. A release shows at once; a copy that has not replayed it yet is passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import TypeAlias

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections

from results.models import WHOLE_CAMPAIGN
from results.reading.snapshot import snapshot

logger = logging.getLogger(__name__)

REPLICA = "replica"
# After a copy did not answer it is left alone for so long.
PAUSE_SECONDS = 10.0

# Of every campaign the newest release, and the sheets counted so far, which pages show too.
STANDING = """
SELECT root.campaign_id,
       (SELECT max(number) FROM results_release WHERE campaign_id = root.campaign_id),
       (SELECT sum(n)::bigint FROM results_total
         WHERE campaign_id = root.campaign_id AND unit_id = root.unit_id AND period = %s)
  FROM surveys_campaignunit AS root
 WHERE root.parent_id IS NULL
 ORDER BY root.campaign_id
"""
Standing: TypeAlias = list[tuple[int, int | None, int | None]]

_paused_until = 0.0


@contextmanager
def public_snapshot() -> Iterator[None]:
    """Read everything inside as of one moment, from a copy if it shows what the database does."""
    with ExitStack() as stack:
        if not _from_replica(stack):
            stack.enter_context(snapshot())
        yield


def _from_replica(stack: ExitStack) -> bool:
    """Enter a snapshot of the copy; False when the database has to serve."""
    global _paused_until  # noqa: PLW0603 - one for the process
    if (
        REPLICA not in connections.settings
        or connection.in_atomic_block
        or monotonic() < _paused_until
    ):
        return False
    # Before the copy is read, or what comes in between would pass for known.
    known = _of_database()
    try:
        with ExitStack() as trying:
            trying.enter_context(_instead())
            trying.enter_context(snapshot())
            if known is None or _standing() == known:
                stack.push(trying.pop_all())
                return True
    except OperationalError as error:
        _paused_until = monotonic() + PAUSE_SECONDS
        logger.warning("the replica is left alone for a while: %s", error)
    return False


def _of_database() -> Standing | None:
    """Return how far the database is; None when it does not answer.

    Then nothing new is released either, and a copy is the better answer.
    """
    try:
        return _standing()
    except OperationalError:
        connection.close()
        return None


def _standing() -> Standing:
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [WHOLE_CAMPAIGN])
        return list(cursor.fetchall())


@contextmanager
def _instead() -> Iterator[None]:
    """Have this thread's statements go to the copy, whoever sends them; it takes no writing."""
    own = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connections[REPLICA]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = own
