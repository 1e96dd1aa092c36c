"""Units in the table of the overview: which are listed, and how far each one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from results.watching import boards
from results.watching.boards import Place
from results.watching.monitoring import Watch
from surveys.models import CampaignUnit


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


def below(watch: Watch, places: Sequence[Place]) -> list[Place]:
    """Return what stands in the table: what lies below the one unit, or else the units."""
    children = watch.board.children(places[0].unit_id) if len(places) == 1 else []
    rows = [place for place in children or places if place.asked or place.planned]
    # What needs somebody first.
    return sorted(rows, key=lambda p: (_share(watch, p), p.sheets))


def behind(watch: Watch, places: Sequence[Place]) -> list[Place]:
    """Return the units themselves that have no sheet or too few at this pace, however deep."""
    named = {unit for p in places for unit in (*p.missing, *p.silent, *p.behind)}
    rows = [watch.board.places[unit] for unit in named]
    return sorted(rows, key=lambda p: (_share(watch, p), p.sheets, p.path))


def _share(watch: Watch, place: Place) -> float:
    """Return how much of what is needed is there: of the plan, else units or sheets enough."""
    if place.planned:
        return min(1.0, place.toward / place.planned)
    if place.asked == 1:
        return min(1.0, place.counted / watch.campaign.threshold)
    return place.enough / place.asked


def names(watch: Watch, places: Sequence[Place]) -> dict[int, Name]:
    """Return the names of units, and of the one that is watched."""
    units = {*watch.tops[:1], *(place.unit_id for place in places)}
    rows = CampaignUnit.objects.filter(campaign=watch.campaign, unit__in=units)
    found = rows.values_list("unit_id", "version__full_name", "code")
    return {unit: Name(name, code) for unit, name, code in found}


def lines(watch: Watch, places: Sequence[Place], names: Mapping[int, Name]) -> list[UnitLine]:
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
