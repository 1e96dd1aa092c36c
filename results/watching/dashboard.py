"""What the overview of officials shows: counts of sheets, and how the parts of a campaign are.

No figure of satisfaction stands here. What is told of answers is how many were left out, of the
sheets that are published, in whole percent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from results.watching import boards
from results.watching.alerts import Alert, alerts
from results.watching.boards import Place
from results.watching.left_out import QuestionLine, completion, questions_left_out
from results.watching.monitoring import Watch
from surveys.models import AuditEntry, CampaignUnit
from surveys.oversight.deeds import Deed
from surveys.proofs.proof_state import State
from surveys.quality import reasons
from surveys.rights.acts import Act
from surveys.submissions import SECONDS_BANDS

MOST_UNITS = 10
MOST_DEEDS = 5


@dataclass(frozen=True)
class Name:
    full_name: str
    code: str


@dataclass(frozen=True)
class UnitLine:
    """A unit in the table: its sheets, and how much of what is needed is there (0-100)."""

    name: str
    code: str
    place: Place
    has_below: bool
    percent: int
    expected: int | None

    @property
    def is_low(self) -> bool:
        return bool(self.place.missing or self.place.silent or self.place.behind)

    @property
    def misses(self) -> int:
        return len({*self.place.missing, *self.place.silent, *self.place.behind})


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
    """`place`: the one unit watched; None when there are several."""

    watch: Watch
    place: Name | None
    today: int
    asked: int
    enough: int
    days_left: int
    alerts: Sequence[Alert]
    units: Sequence[UnitLine]
    more_units: int
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


def dashboard(watch: Watch, *, all_units: bool) -> Dashboard:
    places = [watch.board.places[top] for top in watch.tops]
    units = _units(watch, places)
    questions = questions_left_out(watch)
    shown = len(units) if all_units else MOST_UNITS
    names = _names(watch, units[:shown])
    return Dashboard(
        watch=watch,
        today=sum(place.today for place in places),
        asked=sum(place.asked for place in places),
        enough=sum(place.enough for place in places),
        days_left=max(0, (watch.campaign.closes_on - watch.today).days),
        alerts=alerts(watch),
        place=names[watch.tops[0]] if len(watch.tops) == 1 else None,
        units=_lines(watch, units[:shown], names),
        more_units=max(0, len(units) - shown),
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


def _units(watch: Watch, places: Sequence[Place]) -> list[Place]:
    """Return what stands in the table: what lies below the one unit, or else the units."""
    below = watch.board.children(places[0].unit_id) if len(places) == 1 else []
    rows = [place for place in below or places if place.asked or place.planned]
    # What needs somebody first.
    return sorted(rows, key=lambda p: (_share(watch, p), p.sheets))


def _share(watch: Watch, place: Place) -> float:
    """Return how much of what is needed is there: of the plan, else units or sheets enough."""
    if place.planned:
        return min(1.0, place.toward / place.planned)
    if place.asked == 1:
        return min(1.0, place.counted / watch.campaign.threshold)
    return place.enough / place.asked


def _names(watch: Watch, places: Sequence[Place]) -> dict[int, Name]:
    """Return the names of units, and of the one that is watched."""
    units = {*watch.tops[:1], *(place.unit_id for place in places)}
    rows = CampaignUnit.objects.filter(campaign=watch.campaign, unit__in=units)
    found = rows.values_list("unit_id", "version__full_name", "code")
    return {unit: Name(name, code) for unit, name, code in found}


def _lines(watch: Watch, places: Sequence[Place], names: Mapping[int, Name]) -> list[UnitLine]:
    parents = {p.path[-2] for p in watch.board.places.values() if len(p.path) > 1}
    open_now = watch.today <= watch.campaign.closes_on
    return [
        UnitLine(
            names[place.unit_id].full_name,
            names[place.unit_id].code,
            place=place,
            has_below=place.unit_id in parents,
            percent=round(100 * _share(watch, place)),
            expected=round(boards.expected(place.counted, watch.campaign, watch.today))
            if open_now
            else None,
        )
        for place in places
    ]


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
    """Return the band in which the middle sheet of the last week falls."""
    bands = watch.bands()
    n = sum(bands.values())
    if n < watch.campaign.threshold:
        return ""
    so_far = 0
    for band in sorted(bands):
        so_far += bands[band]
        if 2 * so_far >= n:
            break
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
