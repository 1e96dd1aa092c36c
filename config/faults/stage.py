"""One fault after the other: staged while kiosks send, then measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.functional import Promise

from config.faults import measuring
from config.faults.kiosks import Kiosks
from config.faults.measuring import Measured
from config.faults.private_site import PrivateSite

LONGEST = 180.0
BEFORE, AFTER = 2.0, 2.0
LOOK_EVERY = 0.1
Say = Callable[[str], None]


class Skipped(Exception):
    """The fault cannot be staged here; why, and what covers it instead, in a sentence."""


class PromiseBroken(Exception):
    """What a fault itself saw that must not be, in a sentence."""


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong, what is promised, and how it is staged.

    `strike` stages it, ends it, and returns a note on what else was seen. `takes_sheets`: while
    it lasts sheets must be taken all the same.
    """

    name: str
    title: str | Promise
    promise: str | Promise
    strike: Callable[[Stage], str]
    takes_sheets: bool = False


@dataclass
class Stage:
    """The private site, its kiosks, and the sheets that were stored before any kiosk sent.

    `kills`, `cuts` (of the power) and `seconds_without_redis` are how much of it is staged.
    """

    site: PrivateSite
    kiosks: Kiosks
    stored_before: int
    say: Say
    kills: int
    cuts: int
    seconds_without_redis: float

    def watch(self, seconds: float) -> None:
        """Let time pass, starting again what ends."""
        self.watch_until(lambda: False, seconds=seconds)

    def recovered(self, since: float) -> tuple[float | None, float | None]:
        """Wait until a sheet sent since then was taken, and all taken by then are counted.

        Args:
            since: time.monotonic() when the fault was over.

        Returns:
            The seconds that took, each; None where it did not happen in time.
        """

        def seconds(done: Callable[[], object]) -> float | None:
            return time.monotonic() - since if self.watch_until(done) else None

        to_take = seconds(lambda: self.kiosks.record.newest_try > since)
        told = len(self.kiosks.record.acknowledged) + self.stored_before
        return to_take, seconds(lambda: (measuring.counted(self.site) or 0) >= told)

    def watch_until(self, done: Callable[[], object], *, seconds: float = LONGEST) -> bool:
        """Wait, starting again what ends; return whether it was done in time."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                return False
            self.site.start_what_ended()
            time.sleep(LOOK_EVERY)
        return True


def run(stage: Stage, fault: Fault) -> Measured:
    """Stage one fault and measure what came of it.

    Raises:
        Skipped: it cannot be staged here.
    """
    record = stage.kiosks.record
    _quiet(stage)
    record.refused.clear()
    begun = len(record.acknowledged)
    stage.kiosks.open()
    stage.watch_until(lambda: len(record.acknowledged) > begun)
    stage.watch(BEFORE)
    before = len(record.acknowledged)
    note = broken = ""
    try:
        try:
            note = fault.strike(stage)
        except PromiseBroken as fact:
            broken = str(fact)
        over = time.monotonic()
        taken_meanwhile = len(record.acknowledged) - before
        to_take, to_count = stage.recovered(over)
        stage.watch(AFTER)
    finally:
        stage.kiosks.rest()
    _quiet(stage)
    measured = _measured(stage)
    return replace(
        measured,
        differences=broken or measured.differences,
        seconds_to_take=to_take,
        seconds_to_count=to_count,
        note=note,
        taken_meanwhile=taken_meanwhile if fault.takes_sheets else None,
    )


def _quiet(stage: Stage) -> None:
    """Wait until every sheet made has its receipt, and is counted."""
    stage.watch_until(stage.kiosks.are_done)
    stage.watch_until(lambda: measuring.is_counted(stage.site))


def _measured(stage: Stage) -> Measured:
    record = stage.kiosks.record
    stored = dict(stage.site.ask(measuring.STORED))
    figures = measuring.counted(stage.site)
    return Measured(
        acknowledged=len(record.acknowledged),
        stored=len(stored),
        counted=-1 if figures is None else figures - stage.stored_before,
        lost=measuring.lost_sheets(record, stored),
        differences=measuring.recount(),
        seconds_to_take=None,
        seconds_to_count=None,
        refused=list(record.refused),
    )
