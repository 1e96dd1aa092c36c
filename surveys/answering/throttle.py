"""How many sheets come in a minute, and what is asked of who sends beyond that.

Counted by device key, or by counter where somebody sends without one; never by address, since
hundreds of people share one behind a hall's router. A device waits; anybody else does some work
or waits some seconds, and is then taken (surveys.answering.work): no citizen is refused. Without
Redis nothing is limited.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import time

from django.conf import settings

from surveys.answering import short_memory
from surveys.models import Device

WINDOW = 60
SHORTEST, LONGEST = 5, 30  # seconds


@dataclass(frozen=True)
class Rush:
    """More sheets than a public hall sends."""

    next_minute: int  # seconds until its count begins anew
    times: int  # how many times the limit has been reached in this minute

    @property
    def pause(self) -> int:
        """Return the seconds a form waits: the more of them come, the longer."""
        return min(SHORTEST * self.times, LONGEST)


def note_sheet(counter_id: int, device: Device | None) -> Rush | None:
    """Count a sheet, and return whether it is one too many for this minute."""
    limit = settings.SHEETS_A_MINUTE
    if not limit:
        return None
    window, past = divmod(int(time()), WINDOW)
    who = f"device:{device.pk}" if device else f"counter:{counter_id}"
    count = short_memory.add(f"throttle:{who}:{window}", seconds=2 * WINDOW)
    if count is None or count <= limit:
        return None
    return Rush(next_minute=WINDOW - past, times=count // limit)
