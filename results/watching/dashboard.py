"""What the overview of officials shows: counts of sheets, and how the parts of a campaign are.

No figure of satisfaction stands here. What is told of answers is how many were left out, of the
sheets that are published, in whole percent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from results.watching import times_taken, unit_lines
from results.watching.alert import Alert
from results.watching.alerts import alerts
from results.watching.boards import Place
from results.watching.left_out import QuestionLine, completion, questions_left_out
from results.watching.monitoring import Watch
from results.watching.unit_lines import Name, UnitLine
from surveys.models import AuditEntry
from surveys.oversight.deeds import Deed
from surveys.proofs.proof_state import State
from surveys.quality import reasons
from surveys.rights.acts import Act
from surveys.submissions import SECONDS_BANDS

if TYPE_CHECKING:
    from django.core.paginator import Page

MOST_UNITS = 10
BEHIND_ON_A_PAGE = 50
MOST_DEEDS = 5


@dataclass(frozen=True)
class Bar:
    """An hour: where its bar stands and how high it is, in percent of the drawing."""

    hour: int
    n: int | None  # None: fewer than the threshold
    x: str
    y: str
    width: str
    height: str
    middle: str


@dataclass(frozen=True)
class Dashboard:
    """`place`: the one unit watched; None when there are several.

    `units` stand on `page` of those to list: below the one unit, or of `behind` those alone that
    will not bring what is needed.
    """

    watch: Watch
    place: Name | None
    today: int
    asked: int
    enough: int
    days_left: int
    alerts: Sequence[Alert]
    units: Sequence[UnitLine]
    page: Page[Place]
    behind: bool
    bars: Sequence[Bar]
    questions: Sequence[QuestionLine]
    completion: int | None
    time: str
    signs: Sequence[tuple[str, str, int]]
    channels: Sequence[tuple[Any, int, int]]
    kiosks: Sequence[Any]
    n_kiosks: int
    n_proven: int
    n_proofs: int
    deeds: Sequence[tuple[AuditEntry, str]]

    @property
    def n_more(self) -> int:
        return self.page.paginator.count - len(self.page)


def dashboard(
    watch: Watch, *, all_units: bool = False, behind: bool = False, number: str | None = None
) -> Dashboard:
    """Return what the overview shows.

    Args:
        all_units: of the units directly below, instead of the first few.
        behind: instead, of the units that will not bring what is needed, page `number`.
    """
    places = [watch.board.places[top] for top in watch.tops]
    units = unit_lines.behind(watch, places) if behind else unit_lines.below(watch, places)
    shown = BEHIND_ON_A_PAGE if behind else max(1, len(units)) if all_units else MOST_UNITS
    page = Paginator(units, shown).get_page(number if behind else 1)
    questions = questions_left_out(watch)
    names = unit_lines.names(watch, list(page))
    return Dashboard(
        watch=watch,
        today=sum(place.today for place in places),
        asked=sum(place.asked for place in places),
        enough=sum(place.enough for place in places),
        days_left=max(0, (watch.campaign.closes_on - watch.today).days),
        alerts=alerts(watch),
        place=names[watch.tops[0]] if len(watch.tops) == 1 else None,
        units=unit_lines.lines(watch, list(page), names),
        page=page,
        behind=behind,
        bars=_bars(watch),
        questions=questions,
        completion=completion(questions),
        time=_time(watch),
        signs=_signs(watch),
        channels=_channels(watch),
        kiosks=watch.kiosks.worst,
        n_kiosks=watch.kiosks.n,
        n_proven=watch.proofs[State.PROVEN],
        n_proofs=sum(watch.proofs.values()),
        deeds=_deeds(watch),
    )


def _bars(watch: Watch) -> list[Bar]:
    """Return the hours from the first to the last in which sheets came."""
    found = dict(watch.hours())
    if not found or max(found.values()) < watch.campaign.threshold:
        return []
    hours = range(min(found), max(found) + 1)
    step, top = 100 / len(hours), max(found.values())
    bars = []
    for at, hour in enumerate(hours):
        n = found.get(hour, 0)
        told = n if not n or n >= watch.campaign.threshold else None
        height = 76 * (told or 0) / top
        bars.append(
            Bar(
                hour,
                told,
                x=f"{step * (at + 0.12):.2f}%",
                y=f"{88 - height:.2f}%",
                width=f"{step * 0.76:.2f}%",
                height=f"{height:.2f}%",
                middle=f"{step * (at + 0.5):.2f}%",
            )
        )
    return bars


def _time(watch: Watch) -> str:
    """Return the band in which the middle sheet falls; empty before enough are told."""
    bands = watch.bands()
    n = sum(bands)
    if not n:
        return ""
    band = next(at for at in times_taken.BANDS if 2 * sum(bands[:at]) >= n)
    ends = [0, *SECONDS_BANDS]
    if band > len(SECONDS_BANDS):
        return _("over %(minutes)d min") % {"minutes": ends[-1] // 60}
    if band == 1:
        return _("under %(seconds)d s") % {"seconds": ends[1]}
    return _("%(start)d–%(end)d s") % {"start": ends[band - 1], "end": ends[band]}


def _signs(watch: Watch) -> list[tuple[str, str, int]]:
    if not watch.rights.has(Act.SEE_QUALITY):
        return []
    return [(found.rule, reasons.title(found.rule), found.n) for found in watch.signs]


def _channels(watch: Watch) -> list[tuple[Any, int, int]]:
    found = watch.channels()
    n = sum(sheets for _channel, sheets in found)
    return [(channel.label, sheets, round(100 * sheets / n)) for channel, sheets in found]


def _deeds(watch: Watch) -> list[tuple[AuditEntry, str]]:
    reach = watch.rights.reach(Act.SEE_AUDIT)
    names = {deed.value: str(deed.label) for deed in Deed}
    rows = reach.audit_entries().order_by("-number")[:MOST_DEEDS] if reach else []
    return [(entry, names.get(entry.deed, entry.deed)) for entry in rows]
