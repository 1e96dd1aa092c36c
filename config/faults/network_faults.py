"""Lines that are cut, then stalled: packets vanish and nobody hears that anything is wrong."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.faults.stage import Fault, Stage

CUT_SECONDS, BETWEEN_SECONDS, STALLED_SECONDS = 4.0, 3.0, 8.0


def _cut_and_stall(name: str) -> Callable[[Stage], str]:
    def strike(stage: Stage) -> str:
        line = stage.site.lines[name]
        line.cut()
        stage.watch(CUT_SECONDS)
        line.mend()
        stage.watch(BETWEEN_SECONDS)
        line.stall()
        stage.watch(STALLED_SECONDS)
        line.mend()
        return gettext("cut %(cut)d s, stalled %(stalled)d s") % {
            "cut": CUT_SECONDS,
            "stalled": STALLED_SECONDS,
        }

    return strike


COMES_BACK = _("what was acknowledged is stored, once; sending goes on when the line is back")
COUNTED_LATER = _("sheets go on being taken; what waits is counted when the line is back")

FAULTS = (
    Fault("cut-kiosks-web", _("line kiosks–web"), COMES_BACK, _cut_and_stall("kiosks-web")),
    Fault("cut-web-postgres", _("line web–PostgreSQL"), COMES_BACK, _cut_and_stall("web-postgres")),
    *(
        Fault(f"cut-{name}", title, COUNTED_LATER, _cut_and_stall(name), takes_sheets=True)
        for name, title in (
            ("worker-postgres", _("line worker–PostgreSQL")),
            ("web-redis", _("line web–Redis")),
            ("worker-redis", _("line worker–Redis")),
            ("beat-redis", _("line beat–Redis")),
        )
    ),
)
