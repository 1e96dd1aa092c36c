"""Time offices are open: a kiosk that is silent at night is no news. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

# Monday to Friday, as most offices keep it.
OPEN = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
SATURDAY = 5
LONGEST_LOOK = timedelta(days=60)


def hours_between(since: datetime, until: datetime) -> float:
    """Return the office hours between two local times; of more than 60 days, the last 60."""
    since = max(since, until - LONGEST_LOOK)
    total = timedelta()
    day = since.date()
    while day <= until.date():
        if day.weekday() < SATURDAY:
            for begins, ends in OPEN:
                start = max(since, datetime.combine(day, begins, tzinfo=until.tzinfo))
                end = min(until, datetime.combine(day, ends, tzinfo=until.tzinfo))
                total += max(end - start, timedelta())
        day += timedelta(days=1)
    return total / timedelta(hours=1)


def instant_before(until: datetime, hours: float) -> datetime:
    """Return the latest local time since which offices were open for so many hours."""
    left, day = timedelta(hours=hours), until.date()
    while True:
        for begins, ends in reversed(OPEN) if day.weekday() < SATURDAY else ():
            start = datetime.combine(day, begins, tzinfo=until.tzinfo)
            end = min(until, datetime.combine(day, ends, tzinfo=until.tzinfo))
            if end - start >= left:
                return end - left
            left -= max(end - start, timedelta())
        day -= timedelta(days=1)


def is_open_around(day: date, hour: int) -> bool:
    """Return whether offices are open in an hour of a day, or were or will be the hour beside."""
    return day.weekday() < SATURDAY and OPEN[0][0].hour - 1 <= hour <= OPEN[-1][1].hour + 1
