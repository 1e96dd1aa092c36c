"""A made-up month of honest counters, and five ways of stuffing one of them on its last day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from surveys.bulk.simulated_answers import PERSON_SPREAD, MadeAnswers
from surveys.quality.counter_days import CounterDay, Sheets, fast_bands, tabulate
from surveys.quality.rules import Situation
from surveys.questionnaires.codebook import Edition
from surveys.submissions import SECONDS_BANDS

DAYS, COUNTERS = 20, 40
SHEETS_A_DAY = 30
KIOSK_SHARE = 0.6
COUNTER_SPREAD = 0.35
MEDIAN_SECONDS, SECONDS_SPREAD = 95.0, 0.6
# One person in five gives one answer throughout; counters differ in that, in how long people
# take, and days in how many come (a variance of three times the mean).
STRAIGHT, STRAIGHT_WEIGHT = 0.2, 20
COUNTER_SPEED_SPREAD = 0.25
CROWDING = 2.0
OPEN_HOURS = tuple(range(8, 12)) + tuple(range(13, 17))


@dataclass(frozen=True)
class MadeDay:
    """The sheets of one counter's day, and the hour each arrived in."""

    sheets: Sheets
    hours: np.ndarray


class World:
    """Honest counters of one campaign, that differ as honest counters do."""

    def __init__(self, edition: Edition, seed: int) -> None:
        self.edition = edition
        self.rng = np.random.default_rng(seed)
        self.made = MadeAnswers(edition, self.rng)
        self.better = self.rng.normal(0, COUNTER_SPREAD, COUNTERS)
        self.slower = self.rng.normal(0, COUNTER_SPEED_SPREAD, COUNTERS)
        self.straight = self.rng.beta(
            STRAIGHT * STRAIGHT_WEIGHT, (1 - STRAIGHT) * STRAIGHT_WEIGHT, COUNTERS
        )
        self.fast_up_to = fast_bands(edition, SECONDS_BANDS)
        self.days = [[self.honest(counter) for _ in range(DAYS)] for counter in range(COUNTERS)]
        self.counted = [[self.tabulated(day) for day in days] for days in self.days]
        self.months = [sum(days, CounterDay()) for days in self.counted]
        self.others: dict[int, CounterDay] = {}

    def honest(self, counter: int, n: int | None = None, shift: float = 0.0) -> MadeDay:
        if n is None:
            n = self.rng.poisson(self.rng.gamma(SHEETS_A_DAY / CROWDING, CROWDING))
        felt = self.better[counter] + shift + self.rng.normal(0, PERSON_SPREAD, n)
        slower = self.rng.normal(self.slower[counter], SECONDS_SPREAD, n)
        seconds = MEDIAN_SECONDS * np.exp(slower)
        kiosk = self.rng.random(n) < KIOSK_SHARE
        bands = 1 + np.searchsorted(SECONDS_BANDS, seconds, side="right")
        answers = self.made.draw(self.rng, felt)
        straight = np.flatnonzero(self.rng.random(n) < self.straight[counter])
        columns = np.array(
            [self.edition.columns_of[q.code][0].position for q in self.edition.criteria]
        )
        answers[np.ix_(straight, columns)] = answers[straight, columns[0]][:, None]
        return MadeDay(Sheets(answers, bands, kiosk, ~kiosk), self.rng.choice(OPEN_HOURS, n))

    def tabulated(self, day: MadeDay) -> CounterDay:
        return tabulate(self.edition, day.sheets, fast_up_to=self.fast_up_to)

    def elsewhere(self, counter: int) -> CounterDay:
        """Return the month of all other counters; it is asked for again and again."""
        if counter not in self.others:
            others = self.months[:counter] + self.months[counter + 1 :]
            self.others[counter] = sum(others, CounterDay())
        return self.others[counter]

    def situation(self, counter: int, day: MadeDay, past: list[MadeDay] | None = None) -> Situation:
        """Return what the rules see of a counter whose last day was `day`."""
        before = self.counted[counter][:-1]
        if past is not None:
            before = [self.tabulated(made) for made in past]
        at_kiosk = day.hours[day.sheets.kiosk]
        by_hour = np.bincount(at_kiosk, minlength=24).tolist()
        usual = sum(d.n for d in before) * KIOSK_SHARE / (len(before) * len(OPEN_HOURS))
        return Situation(
            day=self.tabulated(day),
            past=sum(before, CounterDay()),
            elsewhere=self.elsewhere(counter),
            hours=by_hour,
            usual_hour=usual,
            outside=sum(n for hour, n in enumerate(by_hour) if hour not in OPEN_HOURS),
        )


def added(day: MadeDay, more: MadeDay) -> MadeDay:
    """Return a day with the sheets of another put in at its kiosk."""
    a, b = day.sheets, more.sheets
    return MadeDay(
        Sheets(
            np.concatenate([a.answers, b.answers]),
            np.concatenate([a.bands, b.bands]),
            np.concatenate([a.kiosk, np.ones(len(b.bands), bool)]),
            np.concatenate([a.phone, np.zeros(len(b.bands), bool)]),
        ),
        np.concatenate([day.hours, more.hours]),
    )


def best_at_once(world: World, counter: int, n: int) -> MadeDay:
    """Staff tap "rất hài lòng" to every question, each sheet in under half a minute."""
    day = world.honest(counter)
    return added(day, _filled(world, n, levels=(5,), band=1, hours=OPEN_HOURS))


def copies(world: World, counter: int, n: int) -> MadeDay:
    """One believable sheet is entered again and again, unhurried."""
    more = _filled(world, n, levels=(4, 5), band=3, hours=OPEN_HOURS)
    same = np.repeat(more.sheets.answers[:1], n, axis=0)
    return added(world.honest(counter), replace(more, sheets=replace(more.sheets, answers=same)))


def at_closing_time(world: World, counter: int, n: int) -> MadeDay:
    """Different good sheets, each in its minute, all in the last hour."""
    return added(world.honest(counter), _filled(world, n, levels=(4, 5), band=2, hours=(16,)))


def after_hours(world: World, counter: int, n: int) -> MadeDay:
    """Different good sheets, unhurried, after the office has closed."""
    return added(world.honest(counter), _filled(world, n, levels=(4, 5), band=3, hours=(18, 19)))


def only_the_pleased(world: World, counter: int, n: int) -> list[MadeDay]:
    """For a month the tablet is handed to those who look pleased; own phones stay honest."""
    days = []
    for day in world.days[counter]:
        pleased = world.honest(counter, n, shift=1.5)
        phones = day.sheets.phone
        own = MadeDay(
            Sheets(
                day.sheets.answers[phones],
                day.sheets.bands[phones],
                day.sheets.kiosk[phones],
                day.sheets.phone[phones],
            ),
            day.hours[phones],
        )
        days.append(added(own, pleased))
    return days


ONE_DAY: dict[str, Callable[[World, int, int], MadeDay]] = {
    way.__name__: way for way in (best_at_once, copies, at_closing_time, after_hours)
}


def _filled(
    world: World, n: int, *, levels: tuple[int, ...], band: int, hours: tuple[int, ...]
) -> MadeDay:
    answers = world.made.draw(world.rng, np.zeros(n))
    for question in world.edition.criteria:
        column = world.edition.columns_of[question.code][0].position
        answers[:, column] = world.rng.choice(levels, n) + ord("0")
    kiosk = np.ones(n, bool)
    sheets = Sheets(answers, np.full(n, band), kiosk, ~kiosk)
    return MadeDay(sheets, world.rng.choice(hours, n))
