"""Kiosks where somebody watches: how many, which are silent, which need somebody most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When, Window
from django.db.models.functions import Coalesce, RowNumber

from surveys.kiosks.kiosk_lines import silent_hours, unheard
from surveys.models import Device

MOST = 5
# What a kiosk took yesterday may still wait for this morning.
STUCK_AFTER = timedelta(days=2)


@dataclass(frozen=True)
class Kiosks:
    """Kiosks in use, and how many need somebody.

    `silent` were not heard of for some office hours; `holding` said that sheets wait on them,
    `waiting` in all; on `stuck` they have for two days or more; `refused` hold sheets that were not
    taken; `unprotected` keep theirs where the browser may delete them. `worst`: those that need
    somebody most, each with the office hours it has been silent.
    """

    n: int = 0
    silent: int = 0
    holding: int = 0
    waiting: int = 0
    stuck: int = 0
    refused: int = 0
    unprotected: int = 0
    worst: Sequence[tuple[Device, int]] = ()


COUNTED = ("n", "silent", "holding", "waiting", "stuck", "refused", "unprotected")


def silent_kiosks(devices: QuerySet[Device], now: datetime) -> QuerySet[Device]:
    """Return the kiosks in use not heard of for some office hours."""
    return devices.filter(unheard(now), revoked_at=None)


def kiosks(devices: QuerySet[Device], now: datetime) -> Kiosks:
    """Return how kiosks in use are, by one query however many there are.

    Args:
        now: local time.
    """
    silent, waits = unheard(now), Q(queue_length__gt=0)
    counted = {
        "silent": Count("pk", filter=silent),
        "holding": Count("pk", filter=waits),
        "waiting": Sum(Coalesce("queue_length", 0)),
        "stuck": Count("pk", filter=waits & Q(oldest_on__lte=now.date() - STUCK_AFTER)),
        "refused": Count("pk", filter=Q(rejected__gt=0)),
        "unprotected": Count("pk", filter=Q(storage_persisted=False)),
    }
    last = Case(When(silent, then=Coalesce("seen_at", "paired_at")), default=None)
    place = Window(
        RowNumber(),
        order_by=[
            last.asc(nulls_last=True),
            Coalesce("rejected", 0).desc(),
            Coalesce("queue_length", 0).desc(),
            F("storage_persisted").asc(),
            F("counter__code").asc(),
        ],
    )
    found = (
        devices.filter(revoked_at=None)
        .select_related("counter")
        .annotate(n_n=Window(Count("pk")), place=place)
        .annotate(**{f"n_{name}": Window(value) for name, value in counted.items()})
        .filter(place__lte=MOST)
        .order_by("place")
    )
    worst = [(device, silent_hours(device, now)) for device in found]
    if not worst:
        return Kiosks()
    first = worst[0][0].__dict__
    return Kiosks(**{name: first[f"n_{name}"] for name in COUNTED}, worst=worst)
