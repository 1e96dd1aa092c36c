"""Redis loses everything, restarts, is full, is gone: sheets do not need it."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.faults.processes import kill_all
from config.faults.stage import Fault, Stage

FLUSHES = 20
FULL_SECONDS = 10.0
PROMISE = _("sheets go on being taken; what waits is counted when Redis is back")


def _flush(stage: Stage) -> str:
    with stage.site.redis() as client:
        for _time in range(FLUSHES):
            client.flushall()
            stage.watch(0.25)
    return gettext("emptied %(n)d times") % {"n": FLUSHES}


def _restart(stage: Stage) -> str:
    kill_all(stage.site.pid("valkey"))
    return ""


def _fill(stage: Stage) -> str:
    with stage.site.redis() as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1")
        stage.watch(FULL_SECONDS)
        client.config_set("maxmemory", "0")
    return gettext("for %(seconds)d s") % {"seconds": FULL_SECONDS}


def _take_away(stage: Stage) -> str:
    stage.site.put_down("valkey")
    stage.watch(stage.seconds_without_redis)
    stage.site.take_up("valkey")
    return gettext("for %(seconds)d s") % {"seconds": stage.seconds_without_redis}


FAULTS = (
    Fault("flush-redis", _("Redis: emptied, again and again"), PROMISE, _flush, takes_sheets=True),
    Fault("restart-redis", _("Redis: killed and started again"), PROMISE, _restart),
    Fault("full-redis", _("Redis: out of memory (noeviction)"), PROMISE, _fill, takes_sheets=True),
    Fault("no-redis", _("Redis: gone for a while"), PROMISE, _take_away, takes_sheets=True),
)
