"""How far a sample plan is met, unit by unit and stratum by stratum: counts only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from results.watching import boards
from results.watching.boards import Place
from results.watching.monitoring import Watch
from surveys.models import CampaignUnit


@dataclass(frozen=True)
class QuotaLine:
    """A planned unit, or a stratum of `units` planned units: sheets counted toward the target.

    `expected` sheets at the end at the pace so far; once the campaign is over those counted.
    """

    label: str
    code: str
    units: int
    target: int
    counted: int
    expected: int
    is_behind: bool

    @property
    def percent(self) -> int:
        return min(100, 100 * self.counted // self.target)

    @property
    def is_met(self) -> bool:
        return self.counted >= self.target


def planned(watch: Watch) -> list[Place]:
    """Return the planned units watched, those furthest behind their target first."""
    found = [p for unit, p in watch.board.places.items() if p.quota and unit in watch.units]
    return sorted(found, key=lambda p: (p.counted / (p.quota.target if p.quota else 1), p.unit_id))


def unit_lines(watch: Watch, places: Sequence[Place]) -> list[tuple[QuotaLine, str]]:
    """Return a line per unit, with the stratum it was drawn from."""
    rows = CampaignUnit.objects.filter(
        campaign=watch.campaign, unit__in=[place.unit_id for place in places]
    )
    names = {
        unit: (name, code)
        for unit, name, code in rows.values_list("unit_id", "version__full_name", "code")
    }
    return [
        (_line(watch, *names[place.unit_id], [place]), place.quota.stratum)
        for place in places
        if place.quota
    ]


def strata(watch: Watch) -> list[QuotaLine]:
    """Return the strata that units watched were drawn from, each of one province."""
    found: dict[tuple[int, str], list[Place]] = {}
    for place in planned(watch):
        if place.quota and place.quota.stratum:
            found.setdefault((place.quota.chunk, place.quota.stratum), []).append(place)
    rows = CampaignUnit.objects.filter(
        campaign=watch.campaign, unit__in={chunk for chunk, _label in found}
    )
    names = dict(rows.values_list("unit_id", "version__full_name")) if found else {}
    lines = [
        _line(watch, f"{label} · {names[chunk]}", "", places)
        for (chunk, label), places in found.items()
    ]
    return sorted(lines, key=lambda line: (line.counted / line.target, line.label))


def together(watch: Watch) -> QuotaLine | None:
    """Return all planned units watched as one line; None without any."""
    places = planned(watch)
    return _line(watch, "", "", places) if places else None


def _line(watch: Watch, label: str, code: str, places: Sequence[Place]) -> QuotaLine:
    target = sum(place.quota.target for place in places if place.quota)
    counted = sum(place.counted for place in places)
    pace = boards.expected(counted, watch.campaign, watch.today)
    may_tell = boards.elapsed(watch.campaign, watch.today) >= boards.DAYS_OF_PACE
    return QuotaLine(
        label, code, len(places), target, counted, round(pace), may_tell and pace < target
    )
