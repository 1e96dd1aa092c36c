"""Kiosks where somebody watches: how many, which are silent, which need somebody most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Q, QuerySet, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from surveys.kiosks import office_hours
from surveys.kiosks.pairing_views import SILENT_HOURS
from surveys.models import Device

MOST = 5


@dataclass(frozen=True)
class Silent:
    """A kiosk that has not been heard of for some office hours."""

    device: Device
    hours: int


@dataclass(frozen=True)
class Kiosks:
    """How many kiosks are in use, the silent ones, and the others that need somebody most."""

    n: int
    silent: Sequence[Silent]
    others: Sequence[Device]

    @property
    def worst(self) -> list[tuple[Device, int]]:
        """Those to show: silent, full, unprotected, with how many office hours each is silent."""
        shown = [(one.device, one.hours) for one in self.silent]
        return [*shown, *((device, 0) for device in self.others)][:MOST]


def silent_kiosks(devices: QuerySet[Device], now: datetime) -> list[Silent]:
    """Return the kiosks in use not heard of for some office hours, the longest first."""
    return _silent(devices.filter(_unheard(now), revoked_at=None).select_related("counter"), now)


def kiosks(devices: QuerySet[Device], now: datetime) -> Kiosks:
    """Return how kiosks in use are, by one query however many there are."""
    found = list(
        devices.filter(revoked_at=None)
        .select_related("counter")
        .annotate(
            n_all=Window(Count("pk")),
            unheard=Case(When(_unheard(now), then=1), default=0),
            place=Window(
                RowNumber(),
                order_by=[
                    F("unheard").asc(),
                    Coalesce("queue_length", 0).desc(),
                    F("storage_persisted").asc(),
                    F("counter__code").asc(),
                ],
            ),
        )
        .filter(Q(unheard=1) | Q(place__lte=MOST))
        .order_by("place")
    )
    silent = _silent([device for device in found if device.__dict__["unheard"]], now)
    gone = {one.device.pk for one in silent}
    others = [device for device in found if device.pk not in gone]
    return Kiosks(found[0].__dict__["n_all"] if found else 0, silent, others[:MOST])


def _unheard(now: datetime) -> Q:
    since = now - timedelta(hours=SILENT_HOURS)
    return Q(seen_at__lt=since) | Q(seen_at__isnull=True, paired_at__lt=since)


def _silent(devices: Iterable[Device], now: datetime) -> list[Silent]:
    found = []
    for device in devices:
        seen = timezone.localtime(device.seen_at or device.paired_at)
        hours = int(office_hours.hours_between(seen, now))
        if hours >= SILENT_HOURS:
            found.append(Silent(device, hours))
    return sorted(found, key=lambda one: -one.hours)
