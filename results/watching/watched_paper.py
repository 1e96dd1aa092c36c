"""Piles of paper where somebody watches: what still lies there, and how the others were keyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from surveys.models import PaperBatch

OLD_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Paper:
    """Batches of paper sheets, open and closed.

    `open` batches hold `collected` sheets, `keyed` of them keyed so far; none counts before its
    batch is closed. `old` have been open for a week or more. Of closed ones `handed_out` and
    `brought` back.
    """

    open: int = 0
    old: int = 0
    collected: int = 0
    keyed: int = 0
    closed: int = 0
    handed_out: int = 0
    brought: int = 0


def paper(batches: QuerySet[PaperBatch], now: datetime) -> Paper:
    """Return how the batches are, by one query."""
    is_open = Q(closed_at=None)
    counted = {
        "open": Count("pk", filter=is_open),
        "old": Count("pk", filter=is_open & Q(opened_at__lte=now - OLD_AFTER)),
        "collected": Sum("collected", filter=is_open, default=0),
        "keyed": Sum("n_keyed", filter=is_open, default=0),
        "closed": Count("pk", filter=~is_open),
        "handed_out": Sum("handed_out", filter=~is_open, default=0),
        "brought": Sum("collected", filter=~is_open, default=0),
    }
    # Under other names than those of the columns they are made of.
    found = batches.annotate(n_keyed=Count("sheets")).aggregate(
        **{f"all_{name}": value for name, value in counted.items()}
    )
    return Paper(**{name: found[f"all_{name}"] for name in counted})
