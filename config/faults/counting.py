"""Faults that are to meet a site while it counts: when to strike, and how many did."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from config.faults import database_log, measuring
from config.faults.private_site import PrivateSite
from config.faults.stage import Stage

# What strikes meets a site that counts again, or it would mostly hit what is just starting; and
# comes at any moment of the two seconds between two ticks.
LONGEST_WAIT, LONGEST_GAP = 30.0, 2.0


def watch_until_it_counts(stage: Stage) -> None:
    """Wait until sheets were counted, and then for a part of the time to the next tick."""
    before = measuring.counted(stage.site) or 0
    stage.watch_until(lambda: (measuring.counted(stage.site) or 0) > before, seconds=LONGEST_WAIT)
    stage.watch(random.uniform(0, LONGEST_GAP))


def inside_counting(site: PrivateSite, old_logs: Sequence[Path], moments: Sequence[float]) -> int:
    """Return how many of the strikes cut off a counting transaction.

    Args:
        old_logs: logs of the database that ended before the first.
        moments: of all strikes, seconds since 1970, in order.
    """
    logs = [log for log in site.logs("postgres") if log not in old_logs]
    lines = (line for log in logs for line in log.open(encoding="utf-8", errors="replace"))
    first = moments[0] - 2 * LONGEST_GAP
    return database_log.kills_inside(
        [moment for moment in database_log.cut_off(lines) if moment >= first], moments
    )
