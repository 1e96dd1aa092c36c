"""Messages nobody understands, tasks that fail, kill, or never end; a session that holds a lock."""

from __future__ import annotations

import psycopg
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.celery import app
from config.faults.broken_tasks import ENDLESS_LIMIT, kill_its_process, never_end, raise_always
from config.faults.private_site import COUNTING_TIMEOUT
from config.faults.stage import Fault, Stage

POISONED = 10
HELD_SECONDS = 1.5 * COUNTING_TIMEOUT
# The first ends the worker (its messages are read before anything can catch it), which is started
# again; the second costs it a connection.
MALFORMED = (b"{", b'{"body": 1}')
LOCK_ROOTS = "SELECT 1 FROM surveys_campaignunit WHERE parent_id IS NULL FOR UPDATE"


def _poison(stage: Stage) -> str:
    for _time in range(POISONED):
        raise_always.delay()
        kill_its_process.delay()
        app.send_task("surveys.tasks.no_such_task", ["?"])
        app.send_task("results.tasks.count_chunk", [0, 0])
        app.send_task("results.tasks.count_chunk", ["x", None, 1])
        stage.watch(0.2)
    with stage.site.redis() as client:
        client.lpush("celery", *MALFORMED)
    stage.watch(5)
    return gettext("%(n)d messages") % {"n": 5 * POISONED + len(MALFORMED)}


def _never_end(stage: Stage) -> str:
    never_end.delay()
    stage.watch(ENDLESS_LIMIT + 5)
    return gettext("ended after %(seconds)d s; 360 s elsewhere") % {"seconds": ENDLESS_LIMIT}


def _hold_lock(stage: Stage) -> str:
    with psycopg.connect(stage.site.address) as other:
        other.execute(LOCK_ROOTS)
        stage.watch(HELD_SECONDS)
        other.rollback()
    return gettext("for %(seconds)d s") % {"seconds": HELD_SECONDS}


FAULTS = (
    Fault(
        "poisoned-tasks",
        _("messages nobody understands; tasks that fail or kill their process"),
        _("each is dropped; the others go on"),
        _poison,
        takes_sheets=True,
    ),
    Fault(
        "endless-task",
        _("a task that never ends"),
        _("its time limit ends it; the others go on meanwhile"),
        _never_end,
        takes_sheets=True,
    ),
    Fault(
        "held-lock",
        _("a session that keeps the lock of the root"),
        _("sheets go on being taken; counting gives up in time, and goes on afterwards"),
        _hold_lock,
        takes_sheets=True,
    ),
)
