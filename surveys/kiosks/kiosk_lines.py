"""Kiosks as the list of officials shows them: which are asked for, what is worth a word."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy

from surveys.kiosks import office_hours
from surveys.models import Device

# A kiosk reports every five minutes; after this many office hours something is wrong.
SILENT_HOURS = 2
WRONG_CLOCK_SECONDS = 120


def unheard(now: datetime) -> Q:
    """Return the condition that a kiosk was not heard of for SILENT_HOURS office hours."""
    since = office_hours.instant_before(timezone.localtime(now), SILENT_HOURS)
    return Q(seen_at__lte=since) | Q(seen_at__isnull=True, paired_at__lte=since)


def silent_hours(device: Device, now: datetime) -> int:
    """Return for how many office hours a kiosk has been silent; 0 while that is no news.

    Args:
        now: local time.
    """
    if device.revoked_at is not None:
        return 0
    seen = timezone.localtime(device.seen_at or device.paired_at)
    hours = int(office_hours.hours_between(seen, now))
    return hours if hours >= SILENT_HOURS else 0


@dataclass(frozen=True)
class KioskLine:
    """A kiosk in the list, with what is worth a word."""

    device: Device
    silent_hours: int
    clock_wrong: bool
    may_revoke: bool


class KioskFilter(forms.Form):
    """Which kiosks to show."""

    q = forms.CharField(
        label=gettext_lazy("Kiosk or counter"), max_length=100, required=False, strip=True
    )
    state = forms.ChoiceField(
        label=gettext_lazy("How it is"),
        choices=[
            ("", gettext_lazy("all")),
            ("silent", gettext_lazy("not heard of")),
            ("waiting", gettext_lazy("sheets wait there")),
            ("refused", gettext_lazy("sheets were refused")),
            ("storage", gettext_lazy("storage not protected")),
        ],
        required=False,
    )

    def found(self, rows: QuerySet[Device], now: datetime) -> QuerySet[Device]:
        """Return the kiosks asked for, those that need someone first; none if asked wrongly."""
        if not self.is_valid():
            return rows.none()
        asked: dict[str, Any] = self.cleaned_data
        states = {
            "silent": unheard(now),
            "waiting": Q(queue_length__gt=0),
            "refused": Q(rejected__gt=0),
            "storage": Q(storage_persisted=False),
        }
        if asked["state"]:
            rows = rows.filter(states[asked["state"]], revoked_at=None)
        if text := asked["q"]:
            named = Q(name__icontains=text) | Q(counter__name__icontains=text)
            rows = rows.filter(named | Q(counter__code=text.lower()))
        # Those in use first, of these the longest silent; the others as counters are ordered.
        heard = Coalesce("seen_at", "paired_at")
        last = Case(When(unheard(now), then=heard), default=None)
        return rows.select_related("counter").order_by(
            F("revoked_at").desc(nulls_first=True),
            last.asc(nulls_last=True),
            Coalesce("rejected", 0).desc(),
            "counter__code",
            "name",
            "pk",
        )


def lines(devices: Iterable[Device], now: datetime, *, managed: Collection[Any]) -> list[KioskLine]:
    """Return a line for each kiosk.

    Args:
        now: local time.
        managed: the keys of those that the reader may revoke.
    """
    return [
        KioskLine(
            device,
            silent_hours=silent_hours(device, now),
            clock_wrong=abs(device.clock_offset_seconds or 0) > WRONG_CLOCK_SECONDS,
            may_revoke=device.pk in managed,
        )
        for device in devices
    ]
