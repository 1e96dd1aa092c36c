"""Messages nobody understands, tasks that fail, kill, or never end; a session that holds a lock."""

from __future__ import annotations

import json

import psycopg
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.celery import app
from config.faults.broken_tasks import ENDLESS_LIMIT, kill_its_process, never_end, raise_always
from config.faults.private_site import COUNTING_TIMEOUT
from config.faults.stage import Fault, PromiseBroken, Stage

POISONED = 10
HELD_SECONDS = 1.5 * COUNTING_TIMEOUT
# One that Celery's worker takes for a task and, since it has no id, would be given again for ever.
NO_ID = {
    "headers": {"task": "results.tasks.count_stale"},
    "body": "W10=",
    "content-type": "application/json",
    "content-encoding": "utf-8",
    "properties": {
        "body_encoding": "base64",
        "delivery_tag": "x",
        "delivery_info": {"exchange": "", "routing_key": "celery"},
    },
}
# What config/broker_transport.py drops: no JSON, no text, no message.
MALFORMED = (
    *(b"{", b"\xff\xfe", b"[" * 100_000, b"[1]", b'{"body": 1}'),
    json.dumps(NO_ID).encode(),
)
LOCK_ROOTS = "SELECT 1 FROM surveys_campaignunit WHERE parent_id IS NULL FOR UPDATE"


def _poison(stage: Stage) -> str:
    worker = stage.site.pid("worker")
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
    if stage.site.pid("worker") != worker:
        raise PromiseBroken(gettext("a message ended the worker"))
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
