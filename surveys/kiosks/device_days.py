"""On which day a device's sheet was answered, whatever the device's clock says. Pure.

A tablet's clock may be wrong by years, and a tablet may be without network for weeks. What it
knows of its error it reports: with each sheet (how many days the clock was ahead when the
sheet was answered), and with each heartbeat (how many seconds the clock is ahead now).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class Answered:
    """A day, and whether it is another than the one the device's clock showed."""

    on: date
    corrected: bool


def answered(
    clock_day: date | None,
    *,
    ahead_days: int | None,
    ahead_seconds_now: int | None,
    opens_on: date,
    today: date,
) -> Answered:
    """Return the day a sheet counts for.

    Args:
        clock_day: the day on the device's clock when the sheet was answered; None: today.
        ahead_days: by how many days that clock was ahead, as the device says with the sheet.
        ahead_seconds_now: the same in seconds, as its last heartbeat said; used only for a
            day that cannot be, because nothing came with the sheet.
        opens_on: the first day anyone could answer.
        today: the server's day; nothing is answered after it is received.
    """
    if clock_day is None:
        return Answered(today, corrected=False)
    day = clock_day
    if ahead_days is not None:
        day = _earlier(day, ahead_days)
    elif ahead_seconds_now is not None and not opens_on <= day <= today:
        day = _earlier(day, round(ahead_seconds_now / SECONDS_A_DAY))
    day = min(day, today)
    return Answered(day, corrected=day != clock_day)


def _earlier(day: date, days: int) -> date:
    try:
        return day - timedelta(days=days)
    except OverflowError:
        return day
