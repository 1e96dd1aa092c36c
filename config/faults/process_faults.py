"""Processes that are killed: web, worker, beat, PostgreSQL."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from config.faults.processes import kill_all
from config.faults.stage import Fault, Stage


def _kill(name: str) -> Callable[[Stage], str]:
    def strike(stage: Stage) -> str:
        kill_all(stage.site.pid(name))
        return ""

    return strike


def _shut_down_at_once(stage: Stage) -> str:
    os.kill(stage.site.pid("postgres"), signal.SIGQUIT)
    return ""


FAULTS = (
    Fault(
        "kill-web",
        _("SIGKILL of all web processes"),
        _("what was acknowledged is stored; the next web process takes what is sent again"),
        _kill("web"),
    ),
    Fault(
        "kill-worker",
        _("SIGKILL of the worker and its processes"),
        _("sheets go on being taken; the next worker counts what this one was counting"),
        _kill("worker"),
    ),
    Fault(
        "kill-beat",
        _("SIGKILL of beat"),
        _("sheets go on being taken; counting goes on with the next beat"),
        _kill("beat"),
    ),
    Fault(
        "stop-postgres",
        _("PostgreSQL: immediate shutdown"),
        _("what was acknowledged is there after recovery; all processes find the way back"),
        _shut_down_at_once,
    ),
    Fault(
        "kill-postgres",
        _("PostgreSQL: SIGKILL of all its processes at once, fsync on"),
        _("what was acknowledged is there after recovery; all processes find the way back"),
        _kill("postgres"),
    ),
)
