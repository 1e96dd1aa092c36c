"""The rush, slow clients and junk, one after the other, and the table of what was measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from config.faults import front, junk, measuring
from config.faults.asking import Latencies
from config.faults.opened_site import OpenedSite
from config.faults.rush import rush
from config.faults.slow_clients import honest, slow_clients
from results.bench import machine

# Caches fill and fragments stay; what leaks by the request is far above this.
MEGABYTES_MORE = 60
LONGEST_COUNTING = 120
# Each waits in vain for as long as people have patience.
FEW = 3


@dataclass
class Measures:
    """Rows of the table, and what must not have been seen, in sentences."""

    say: Callable[[str], None]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, what: str, seen: Latencies, *, may_fail: bool = False) -> None:
        times = (number_format(seconds, 2) for seconds in seen.percentiles())
        self.row(what, str(len(seen.seconds)), *times, str(seen.failed))
        if seen.failed and not may_fail:
            self.faults.append(
                _("%(what)s: %(n)d met a fault or nothing") % {"what": what, "n": seen.failed}
            )

    def row(self, *cells: str) -> None:
        self.rows.append(cells)
        self.say(" | ".join(cells))

    def table(self) -> str:
        """Return the rows as a table in Markdown."""
        head = (_("request"), _("number"), "p50 (s)", "p95 (s)", "p99 (s)", _("faults"))
        return "\n".join(
            f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *self.rows)
        )


def measure(
    opened: OpenedSite,
    *,
    people: int,
    slow: int,
    junk_requests: int,
    honest_requests: int,
    say: Callable[[str], None],
) -> Measures:
    """Stage all of it, and say each figure as it is measured."""
    found = Measures(say)
    _measure_rush(found, opened, people)
    _measure_slow(found, opened, slow, honest_requests)
    _measure_junk(found, opened, junk_requests)
    return found


def _measure_rush(found: Measures, opened: OpenedSite, people: int) -> None:
    begun = time.monotonic()
    seen = rush(
        opened.site.port, [kiosk.counter for kiosk in opened.paired], opened.asked, people=people
    )
    took = time.monotonic() - begun
    found.add(_("%(n)d people at once: page") % {"n": people}, seen.pages)
    found.add(_("form, sent"), seen.forms)
    found.add(_("sheet by the script"), seen.sheets)
    found.row(_("all of them, seconds"), str(seen.thanked), number_format(took, 1))
    _wait(lambda: measuring.is_counted(opened.site))
    stored = opened.site.ask(measuring.STORED_NUMBER)[0][0] - opened.stored_before
    counted = (measuring.counted(opened.site) or 0) - opened.stored_before
    if not seen.thanked == stored == counted == people:
        found.faults.append(
            _("%(people)d people, %(thanked)d thanked, %(stored)d stored, %(counted)d counted")
            % {"people": people, "thanked": seen.thanked, "stored": stored, "counted": counted}
        )


def _measure_slow(found: Measures, opened: OpenedSite, slow: int, times: int) -> None:
    alone = opened.site.port
    found.add(_("page, nobody slow"), honest(alone, times=times))
    with slow_clients(alone, heads=slow, bodies=0):
        found.add(_("page beside %(n)d slow heads") % {"n": slow}, honest(alone, times=times))
    # A web process reads a body in one of its few threads: that is why nginx stands in front.
    with slow_clients(alone, heads=0, bodies=slow):
        what = _("page beside %(n)d slow bodies, without nginx") % {"n": slow}
        found.add(what, honest(alone, times=FEW), may_fail=True)
    if not front.is_there():
        found.row(_("with nginx: not staged, it is not installed"), "0")
        return
    with (
        front.nginx_before(alone, opened.site.var / "nginx") as before,
        slow_clients(before, heads=0, bodies=slow),
    ):
        what = _("page beside %(n)d slow bodies, with nginx") % {"n": slow}
        found.add(what, honest(before, times=times))


def _measure_junk(found: Measures, opened: OpenedSite, requests: int) -> None:
    # The first of each kind fill what is kept.
    counter = opened.paired[0].counter
    junk.send(opened.site.port, counter, times=min(requests // 3, 300))
    before = _megabytes(opened)
    seen, by_status, wrong = junk.send(opened.site.port, counter, times=requests)
    more = _megabytes(opened) - before
    # A line that says nothing of HTTP gets no reply, and needs none.
    seen.failed = sum(n for status, n in by_status.items() if status >= 500)
    found.add(_("junk"), seen)
    statuses = ", ".join(f"{status}: {n}" for status, n in sorted(by_status.items()))
    found.row(_("junk by status; MB more"), statuses, number_format(more, 1))
    found.faults += wrong[:10]
    if more > MEGABYTES_MORE:
        found.faults.append(_("memory grew by %(n)d MB") % {"n": more})


def _megabytes(opened: OpenedSite) -> float:
    """Return what the web processes hold in memory."""
    return sum(machine.memory(web=opened.site.pid("web"))["web"])


def _wait(done: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_COUNTING
    while not done() and time.monotonic() < end:
        time.sleep(0.2)
