"""How many sheets come in a minute, and what is asked of who sends beyond that.

Counted by device key, or by counter where somebody sends without one; never by address, since
hundreds of people share one behind a hall's router. A device waits; anybody else does some work
or waits some seconds, and is then taken (surveys.answering.work): no citizen is refused. Without
Redis nothing is limited.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from time import time

from django.conf import settings

from surveys.answering import short_memory
from surveys.models import Device

WINDOW = 60
SHORTEST, LONGEST = 5, 30  # seconds
# Sheets of a sender that a process counts by itself before it tells the others and hears of
# theirs, at most: asking Redis for every sheet took a sixth of what a sheet costs, as did asking
# for the first of each counter in a minute where many send few (docs/performance.md).
UNSHARED = 10
UNSHARED_OF_LIMIT = 100  # and never more than this part of the limit


@dataclass(frozen=True)
class Rush:
    """More sheets than a public hall sends."""

    next_minute: int  # seconds until its count begins anew
    times: int  # how many times the limit has been reached in this minute

    @property
    def pause(self) -> int:
        """Return the seconds a form waits: the more of them come, the longer."""
        return min(SHORTEST * self.times, LONGEST)


@dataclass
class Minute:
    """What this process knows of one minute, by sender.

    Threads may count past each other, and then miss a sheet: a limit can bear that.
    """

    window: int
    shared: dict[str, int] = field(default_factory=dict)  # of all processes, when last asked
    own: dict[str, int] = field(default_factory=dict)  # since then, of this one

    def add(self, who: str, *, limit: int) -> int:
        """Count a sheet, and return how many the sender has sent, by what is known here."""
        own = self.own.get(who, 0) + 1
        if own > min(UNSHARED, limit // UNSHARED_OF_LIMIT):
            key = f"throttle:{who}:{self.window}"
            self.shared[who] = short_memory.add(key, by=own, seconds=2 * WINDOW) or 0
            own = 0
        self.own[who] = own
        return self.shared.get(who, 0) + own


def note_sheet(counter_id: int, device: Device | None) -> Rush | None:
    """Count a sheet, and return whether it is one too many for this minute."""
    limit = settings.SHEETS_A_MINUTE
    if not limit:
        return None
    window, past = divmod(int(time()), WINDOW)
    who = f"device:{device.pk}" if device else f"counter:{counter_id}"
    count = minute_now(window).add(who, limit=limit)
    if count <= limit:
        return None
    return Rush(next_minute=WINDOW - past, times=count // limit)


@lru_cache(maxsize=1)
def minute_now(window: int) -> Minute:
    """Return the one minute this process remembers."""
    return Minute(window)
