"""The figures of a published unit below its index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from results.arithmetic.goals import gap_to_target, par_index_points
from results.arithmetic.indices import Figure, round_percent
from results.reading.figures import (
    Beside,
    FactorResult,
    QuestionResult,
    Shown,
    factor_results,
    question_results,
    shown,
)
from results.reading.history import Earlier
from results.reading.improvements import Improvement, improvements
from results.reading.planned_rows import PlannedRow
from results.reading.public_rows import ReleasedCounts, ReleasedRow
from results.reading.released_arrays import counts_from, moments_from, moments_of
from results.reading.unit_families import Around
from surveys.questionnaires.methods import Method


@dataclass(frozen=True)
class Goals:
    """An index in the terms of plans; each is None where the method names no number for it."""

    target: Decimal | None
    gap_to_target: Decimal | None
    par_index_points: Decimal | None
    par_index_maximum: Decimal | None


@dataclass(frozen=True)
class Weighting:
    """What a weighted figure rests on: planned units that are shown, of how many planned."""

    units: int
    units_planned: int
    people: int
    people_planned: int
    sheets: int

    @property
    def percent(self) -> int:
        """The share of all people of the plan, in whole percent, rounded down."""
        return 100 * self.people // self.people_planned


def weighting_of(planned: Sequence[PlannedRow]) -> Weighting:
    shown_rows = [row for row in planned if row.n]
    return Weighting(
        units=len(shown_rows),
        units_planned=len(planned),
        people=sum(row.people for row in shown_rows),
        people_planned=sum(row.people for row in planned),
        sheets=sum(row.n for row in shown_rows),
    )


@dataclass(frozen=True)
class UnitFigures:
    """The figures of a published unit below its index."""

    band: str | None
    factors: tuple[FactorResult, ...]
    facts: tuple[QuestionResult, ...]
    expectations: tuple[QuestionResult, ...]
    # Of the unit above, where that is published too.
    parent_index: Shown | None
    improvements: tuple[Improvement, ...]
    goals: Goals
    # How far a weighted figure stands for all people of the plan; None: sheets count alike.
    weighting: Weighting | None


def unit_figures(
    around: Around,
    rows: Mapping[int, ReleasedRow],
    now: Mapping[int, Figure],
    before: Sequence[Earlier],
    counts: Mapping[int, ReleasedCounts],
) -> UnitFigures:
    campaign, family = around.place.campaign, around.family
    row, index = rows[family.unit_id], now[family.unit_id]
    method, edition = campaign.method.parsed(), campaign.questionnaire.parsed()
    own = counts_from(campaign, row.counts or b"")
    above = None if family.parent_id is None else rows.get(family.parent_id)
    band = None if index.percent is None else method.band_of(index.percent)
    previous = None
    if before and before[0].is_comparable and (then := before[0].moments(family.unit_id)):
        previous = Beside(then, before[0].sheets(family.unit_id))
    moments = moments_of(
        campaign, {unit_id: rows[unit_id] for unit_id in family.main if unit_id in rows}
    )
    return UnitFigures(
        band=band.code if band else None,
        factors=factor_results(
            edition,
            method,
            counts=own,
            moments=moments_from(campaign, [row.moments]),
            weighted=moments[family.unit_id],
            sheets=row.n,
            withheld=row.withheld,
            parent=Beside(moments[family.parent_id], above.n)
            if above and family.parent_id is not None
            else None,
            previous=previous,
        ),
        facts=question_results(edition, "facts", counts=own, withheld=row.withheld),
        expectations=question_results(edition, "expectations", counts=own, withheld=row.withheld),
        parent_index=shown(now[family.parent_id])
        if family.parent_id is not None and family.parent_id in now
        else None,
        # The gain of a criterion is of the sheets alike, not of the people they stand for.
        improvements=improvements_of(around, counts) if row.planned is None else (),
        goals=_goals(index, method),
        weighting=None if row.planned is None else weighting_of(row.planned),
    )


def improvements_of(
    around: Around, counts: Mapping[int, ReleasedCounts]
) -> tuple[Improvement, ...]:
    """Return the criteria a unit should improve first; none of one that is not published.

    Args:
        counts: released counts of the units like it (`Around.like_it`), by unit id.
    """
    campaign, family = around.place.campaign, around.family
    if family.unit_id not in counts:
        return ()
    similar = [unit_id for unit_id in around.groups[0] if unit_id != family.unit_id]
    return improvements(campaign, family.unit_id, family.parent_id, similar, counts)


def _goals(index: Figure, method: Method) -> Goals:
    percent, target, most = index.percent, method.target, method.par_index_maximum
    return Goals(
        target=None if target is None else round_percent(target),
        gap_to_target=None
        if percent is None or target is None
        else round_percent(gap_to_target(percent, target)),
        par_index_points=None
        if percent is None or most is None
        else round_percent(par_index_points(percent, most)),
        par_index_maximum=None if most is None else round_percent(most),
    )
