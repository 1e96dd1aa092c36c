"""An index over campaigns, with a mark wherever two of them do not continue each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from results.arithmetic.indices import Figure
from results.reading.figures import Shown, shown
from results.reading.history import Break, Earlier
from surveys.models import Campaign


@dataclass(frozen=True)
class TrendPoint:
    """A unit's index in one campaign, and that of the unit above.

    `breaks` say why the point does not continue the one before it; empty where it does.
    """

    campaign: Campaign
    label: str
    index: Shown | None
    above: Shown | None
    breaks: tuple[Break, ...]


def trend(
    campaign: Campaign,
    unit_id: int,
    parent_id: int | None,
    now: dict[int, Figure],
    before: Sequence[Earlier],
) -> tuple[TrendPoint, ...]:
    """Return the points of a unit, the oldest first; empty when there is none before today's.

    Args:
        now: today's index of the unit and its parent.
        before: earlier campaigns, the newest first.
    """
    points = [
        _point(campaign, unit_id, parent_id, now, before[0].breaks if before else frozenset())
    ]
    for number, earlier in enumerate(before):
        older = before[number + 1 : number + 2]
        ids = [unit_id] if parent_id is None else [unit_id, parent_id]
        figures = earlier.indices(ids)
        breaks = older[0].breaks if older else frozenset[Break]()
        points.append(_point(earlier.campaign, unit_id, parent_id, figures, breaks))
    points.reverse()
    if not any(point.index for point in points[:-1]):
        return ()
    years = [point.campaign.opens_on.year for point in points]
    if len(set(years)) == len(years):
        return tuple(points)
    return tuple(_with_month(point) for point in points)


def _point(
    campaign: Campaign,
    unit_id: int,
    parent_id: int | None,
    figures: dict[int, Figure],
    breaks: frozenset[Break],
) -> TrendPoint:
    own, above = figures.get(unit_id), figures.get(parent_id or 0)
    return TrendPoint(
        campaign=campaign,
        label=str(campaign.opens_on.year),
        index=shown(own) if own else None,
        above=shown(above) if above else None,
        breaks=tuple(sorted(breaks)),
    )


def _with_month(point: TrendPoint) -> TrendPoint:
    opened = point.campaign.opens_on
    return TrendPoint(
        point.campaign, f"{opened.month}/{opened.year}", point.index, point.above, point.breaks
    )
