"""Kills at random, of anything, while kiosks send."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.faults.counting import inside_counting, watch_until_it_counts
from config.faults.private_site import PrivateSite
from config.faults.processes import kill_all
from config.faults.stage import Fault, PromiseBroken, Stage

LEAST_INSIDE = 0.05
SESSIONS = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"
Kill = Callable[[PrivateSite], bool]


def _one_below(name: str) -> Kill:
    def kill(site: PrivateSite) -> bool:
        return _sent(random.choice(site.below(name) or [0]))

    return kill


def _all_of(name: str) -> Kill:
    def kill(site: PrivateSite) -> bool:
        kill_all(site.pid(name))
        return True

    return kill


def _session_of(name: str) -> Kill:
    """End a server process as the kernel would: PostgreSQL ends all others and recovers."""

    def kill(site: PrivateSite) -> bool:
        return _sent(random.choice(site.ask(SESSIONS, name) or [(0,)])[0])

    return kill


# Processes that count are what this is about; the rest is there so that nothing is spared.
KILLS: tuple[tuple[int, Kill], ...] = (
    (50, _one_below("worker")),
    (10, _session_of("worker")),
    (15, _one_below("web")),
    (5, _session_of("web")),
    (5, _all_of("worker")),
    (3, _all_of("web")),
    (5, _all_of("beat")),
    (4, _all_of("postgres")),
    (3, _all_of("valkey")),
)


def _sent(pid: int) -> bool:
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return True
    return False


def _strike(stage: Stage) -> str:
    weights, kills = zip(*KILLS, strict=True)
    old_logs = stage.site.logs("postgres")[:-1]
    times: list[float] = []
    while len(times) < stage.kills:
        watch_until_it_counts(stage)
        moment = time.time()
        if random.choices(kills, weights)[0](stage.site):
            times.append(moment)
            stage.say(gettext("%(n)d of %(all)d kills") % {"n": len(times), "all": stage.kills})
    stage.watch(2)
    inside = inside_counting(stage.site, old_logs, times)
    if inside < LEAST_INSIDE * stage.kills:
        raise PromiseBroken(_said(stage, inside))
    return _said(stage, inside)


def _said(stage: Stage, inside: int) -> str:
    return gettext("%(n)d kills, %(inside)d of them while a transaction was counting") % {
        "n": stage.kills,
        "inside": inside,
    }


FAULTS = (
    Fault(
        "random-kills",
        _("SIGKILL of any process at any moment"),
        _("acknowledged = stored = counted in the end"),
        _strike,
    ),
)
