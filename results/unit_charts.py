"""The drawings of a unit's page, row by row as its tables want them."""

from __future__ import annotations

from dataclasses import dataclass

from results.charts import (
    Axis,
    Bar,
    IntervalMark,
    bar,
    bar_axis,
    interval_axis,
    interval_mark,
    level_colours,
)
from results.figures import CriterionResult, FactorResult
from results.pages import UnitPage, UnitSummary


@dataclass(frozen=True)
class FactorRow:
    factor: FactorResult
    mark: IntervalMark
    bars: tuple[tuple[CriterionResult, Bar], ...]


@dataclass(frozen=True)
class ScaleTable:
    """The criteria rated on one scale, whose levels are the columns of a table of counts."""

    levels: tuple[tuple[int, str], ...]  # colour and words, worst first
    criteria: tuple[CriterionResult, ...]


@dataclass(frozen=True)
class UnitCharts:
    factor_axis: Axis
    factors: tuple[FactorRow, ...]
    bar_axis: Axis
    scales: tuple[ScaleTable, ...]
    child_axis: Axis
    children: tuple[tuple[UnitSummary, IntervalMark], ...]


def unit_charts(page: UnitPage) -> UnitCharts:
    factors = page.figures.factors if page.figures else ()
    criteria = [criterion for factor in factors for criterion in factor.criteria]
    factor_axis = interval_axis(figure for f in factors for figure in (f.figure, f.parent))
    bars = bar_axis(criteria)
    child_axis = interval_axis([page.summary.index, *(child.index for child in page.children)])
    return UnitCharts(
        factor_axis=factor_axis,
        factors=tuple(
            FactorRow(
                factor,
                interval_mark(factor_axis, factor.figure, factor.parent),
                tuple((criterion, bar(bars, criterion)) for criterion in factor.criteria),
            )
            for factor in factors
        ),
        bar_axis=bars,
        scales=_scales(criteria),
        child_axis=child_axis,
        children=tuple(
            (child, interval_mark(child_axis, child.index, page.summary.index))
            for child in page.children
        ),
    )


def _scales(criteria: list[CriterionResult]) -> tuple[ScaleTable, ...]:
    by_scale: dict[str, list[CriterionResult]] = {}
    for criterion in criteria:
        by_scale.setdefault(criterion.scale, []).append(criterion)
    return tuple(
        ScaleTable(
            levels=tuple(
                zip(level_colours(rated[0]), (o.text for o in rated[0].options), strict=True)
            ),
            criteria=tuple(rated),
        )
        for rated in by_scale.values()
    )
