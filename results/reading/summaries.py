"""A unit's state and index, and where that puts it among the units like it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeAlias

from results.arithmetic.indices import Figure, Moments, Scoring, index, round_percent
from results.arithmetic.movement import Movement, movements
from results.arithmetic.possible_ranks import possible_ranks
from results.arithmetic.ranks import ranks
from results.arithmetic.scoring import scoring_of
from results.arithmetic.weighting import PlannedMoments
from results.reading.figures import Shown, shown
from results.reading.public_rows import ReleasedRow, Sheets
from results.reading.released_arrays import moments_for_index, moments_from, moments_of
from surveys.models import Campaign

Status: TypeAlias = Literal["published", "pending", "suppressed"]
"""published: there are figures. pending: none yet, but sheets wait to be counted or released.
suppressed: too few sheets, so no figure is shown."""


@dataclass(frozen=True)
class UnitName:
    """A unit of a campaign's tree, as a link to it needs it."""

    code: str
    name: str
    full_name: str
    tier: str


@dataclass(frozen=True)
class Standing:
    """A rank from 1 among the published units of the same tier and parent.

    `best` and `worst` are the ranks it may have, all units together right with 95 % probability.
    """

    position: int
    of: int
    best: int
    worst: int

    @property
    def untold(self) -> int:
        """Of how many others it cannot yet be said whether they are above or below."""
        return self.worst - self.best


@dataclass(frozen=True)
class Change:
    """What became of an index since the previous campaign, rounded for display.

    `before` was of `n_before` sheets. `places` counts how many places the unit went up among the
    `among` units like it that have an index in both campaigns, None where there are none like it;
    `distinguishable` says whether it is more than chance, None where that is unknown.
    """

    before: Decimal
    n_before: int
    points: Decimal
    places: int | None
    among: int
    distinguishable: bool | None


@dataclass(frozen=True)
class UnitSummary:
    """The state of a unit; its index and all about the release only where it is published."""

    unit: UnitName
    status: Status
    n_received: int
    n_set_aside: int
    n_responses: int | None
    release: int | None
    as_of: datetime | None
    index: Shown | None
    # The band of the method; None below the lowest, or where there is no index or no band.
    band: str | None = None
    standing: Standing | None = None
    # None where the previous campaign has no index of the same extent by the same rules.
    change: Change | None = None


@lru_cache(maxsize=8192)
def exact_index(moments: Moments | PlannedMoments, scoring: Scoring, sheets: int) -> Figure:
    """Return the index of all factors; released rows are asked for again and again."""
    return index(moments, scoring, sheets=sheets)


def published(campaign: Campaign, rows: Mapping[int, ReleasedRow]) -> dict[int, ReleasedRow]:
    """Return the rows of units whose figures may be shown."""
    return {unit_id: row for unit_id, row in rows.items() if row.n >= campaign.threshold}


def exact_indices(campaign: Campaign, rows: Mapping[int, ReleasedRow]) -> dict[int, Figure]:
    """Return the index of each row's unit."""
    scoring = scoring_of(campaign.method.parsed(), campaign.questionnaire.parsed())
    found: dict[int, Moments | PlannedMoments]
    if campaign.method.parsed().weighs_units:
        found = moments_of(campaign, rows)
    else:
        plain = moments_for_index(campaign, [[row.moments] for row in rows.values()])
        found = dict(zip(rows, plain, strict=True))
    return {unit_id: exact_index(of, scoring, rows[unit_id].n) for unit_id, of in found.items()}


def unit_summaries(
    campaign: Campaign,
    units: Mapping[int, UnitName],
    rows: Mapping[int, ReleasedRow],
    sheets: Mapping[int, Sheets],
    waiting: Collection[int],
    *,
    figures: Mapping[int, Figure],
    places: Mapping[int, tuple[Standing | None, Change | None]],
) -> dict[int, UnitSummary]:
    """Return the state of units by id.

    Args:
        rows: published rows only.
        waiting: units with sheets on their way.
        figures, places: of the published units, as `exact_indices` and `standings` give them.
    """
    method = campaign.method.parsed()
    summaries = {}
    for unit_id, name in units.items():
        row, received = rows.get(unit_id), sheets.get(unit_id, Sheets())
        unpublished: Status = "pending" if unit_id in waiting else "suppressed"
        figure = figures.get(unit_id)
        percent = figure.percent if figure else None
        band = None if percent is None else method.band_of(percent)
        standing, change = places.get(unit_id, (None, None))
        summaries[unit_id] = UnitSummary(
            unit=name,
            status="published" if row else unpublished,
            n_received=received.received,
            n_set_aside=received.set_aside,
            n_responses=row.n if row else None,
            release=row.release if row else None,
            as_of=row.released_at if row else None,
            index=shown(figure) if figure else None,
            band=band.code if band else None,
            standing=standing,
            change=change,
        )
    return summaries


def with_set_aside(campaign: Campaign, row: ReleasedRow | None, sheets: Sheets) -> Decimal | None:
    """Return the index of a unit's released sheets and those released as set aside together.

    None where either are too few, be it only of one factor, and where units are weighted: then
    it is not said which planned units the sheets set aside are of.
    """
    if row is None or row.planned is not None or sheets.moments_aside is None:
        return None
    if not all(moments_from(campaign, [sheets.moments_aside]).sums[::3]):
        return None
    both = moments_from(campaign, [row.moments, sheets.moments_aside])
    scoring = scoring_of(campaign.method.parsed(), campaign.questionnaire.parsed())
    percent = index(both, scoring, sheets=row.n + sheets.set_aside).percent
    return None if percent is None else round_percent(percent)


def standings(
    groups: Iterable[Sequence[int]], now: Mapping[int, Figure], before: Mapping[int, Figure]
) -> dict[int, tuple[Standing | None, Change | None]]:
    """Return where each unit with an index stands within its group, and how it moved.

    Args:
        groups: units of the same tier and parent, by id.
        now: the index of each published unit.
        before: that of the same extent in the previous campaign, where it is comparable.
    """
    found = {}
    for group in groups:
        figures = {unit_id: now[unit_id] for unit_id in group if unit_id in now}
        known = {unit_id: f.percent for unit_id, f in figures.items() if f.percent is not None}
        possible = possible_ranks(figures)
        moved = movements(figures, before)
        for unit_id, rank in ranks(known).items():
            may_be = possible[unit_id]
            standing = Standing(rank.position, rank.of, may_be.best, may_be.worst)
            # A unit that is the only one of its kind is first of nobody.
            alone = len(group) < 2
            then = before.get(unit_id)
            change = _change(moved.get(unit_id), then.n if then else 0, alone=alone)
            found[unit_id] = None if alone else standing, change
    return found


def _change(movement: Movement | None, n_before: int, *, alone: bool) -> Change | None:
    if movement is None:
        return None
    return Change(
        before=round_percent(movement.before),
        n_before=n_before,
        points=round_percent(movement.points),
        places=None if alone else movement.places,
        among=movement.among,
        distinguishable=movement.distinguishable,
    )
