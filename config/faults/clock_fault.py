"""The clock of web, worker and beat is set wrong, and right again, by libfaketime."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.faults import measuring
from config.faults.private_site import SITE
from config.faults.stage import Fault, PromiseBroken, Skipped, Stage

LIBRARIES = (
    *(
        f"/usr/lib/{where}/faketime/libfaketimeMT.so.1"
        for where in ("x86_64-linux-gnu", "aarch64-linux-gnu")
    ),
    "/usr/lib/faketime/libfaketimeMT.so.1",
    "/usr/lib64/faketime/libfaketimeMT.so.1",
)
COUNTED_WITHIN = 60.0


def _jump(stage: Stage) -> str:
    library = next((name for name in LIBRARIES if Path(name).exists()), None)
    if library is None:
        raise Skipped(gettext("libfaketime is not installed; tests cover wrong clocks of kiosks"))
    clock = stage.site.var / "clock"
    clock.write_text("+0s", encoding="ascii")
    stage.site.preload = {
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    _start_anew(stage)
    # So that the campaign is open by the wrong clock, too.
    there = "+3h" if timezone.localdate().day == 1 else "-3h"
    try:
        for offset in (there, "+0s"):
            _expect_counting(stage, gettext("the clock as it is"))
            clock.write_text(offset, encoding="ascii")
            stage.watch(5)
            _expect_counting(stage, there)
    finally:
        stage.site.preload = {}
        _start_anew(stage)
    return gettext("by %(hours)s, and back") % {"hours": there}


def _expect_counting(stage: Stage, when: str) -> None:
    told = len(stage.kiosks.record.acknowledged) + stage.stored_before

    def is_counted() -> bool:
        return (measuring.counted(stage.site) or 0) >= told

    if not stage.watch_until(is_counted, seconds=COUNTED_WITHIN):
        raise PromiseBroken(gettext("nothing was counted: %(when)s") % {"when": when})


def _start_anew(stage: Stage) -> None:
    for name in SITE:
        stage.site.put_down(name)
        stage.site.take_up(name)
    stage.watch_until(stage.site.answers)


FAULTS = (
    Fault(
        "wrong-clock",
        _("the clock jumps by three hours, and back"),
        _("sheets go on being taken and counted by the wrong clock, too"),
        _jump,
        takes_sheets=True,
    ),
)
