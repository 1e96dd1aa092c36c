"""The drawings of a unit's page, row by row as its tables want them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from results.charts import (
    Axis,
    bar_axis,
    bar_row,
    interval_axis,
    interval_row,
    level_colours,
)
from results.figures import CriterionResult, FactorResult, Shown
from results.pages import UnitPage, UnitSummary
from results.templatetags.figures import interval, percent, whole


@dataclass(frozen=True)
class FactorRow:
    factor: FactorResult
    chart: SafeString
    criteria: tuple[tuple[CriterionResult, SafeString], ...]


@dataclass(frozen=True)
class ScaleTable:
    """The criteria rated on one scale, whose levels are the columns of a table of counts."""

    levels: tuple[tuple[int, str], ...]  # colour and words, worst first
    criteria: tuple[CriterionResult, ...]


@dataclass(frozen=True)
class ChildRow:
    """A unit below, its figures written out: a province has far over a hundred of them."""

    code: str
    name: str
    chart: SafeString
    index: str
    interval: str
    sheets: str
    # Why there are no figures; empty where there are.
    instead: str


@dataclass(frozen=True)
class UnitCharts:
    factors: tuple[FactorRow, ...]
    factor_axis: SafeString
    criterion_axis: SafeString
    scales: tuple[ScaleTable, ...]
    children: tuple[ChildRow, ...]
    child_axis: SafeString


def unit_charts(page: UnitPage) -> UnitCharts:
    factors = page.figures.factors if page.figures else ()
    criteria = [criterion for factor in factors for criterion in factor.criteria]
    factor_axis = interval_axis(figure for f in factors for figure in (f.figure, f.parent))
    bars = bar_axis(criteria)
    index = page.summary.index
    child_axis = interval_axis([index, *(child.index for child in page.children)])
    return UnitCharts(
        factors=tuple(
            FactorRow(
                factor,
                _svg(interval_row(factor_axis, factor.figure, factor.parent, height=30, grid=True)),
                tuple((criterion, _svg(bar_row(bars, criterion))) for criterion in factor.criteria),
            )
            for factor in factors
        ),
        factor_axis=_svg(factor_axis.labels()),
        criterion_axis=_svg(bars.labels()),
        scales=_scales(criteria),
        children=tuple(_child_row(child, child_axis, index) for child in page.children),
        child_axis=_svg(child_axis.labels()),
    )


def _child_row(child: UnitSummary, axis: Axis, reference: Shown | None) -> ChildRow:
    index = child.index
    waits = _("Not yet published") if child.status == "pending" else _("Not enough sheets")
    return ChildRow(
        code=child.unit.code,
        name=child.unit.full_name,
        chart=_svg(interval_row(axis, index, reference, height=24) if index else ""),
        index=percent(index.percent) or "–" if index else "",
        interval=interval(index) if index else "",
        sheets="" if child.n_responses is None else whole(child.n_responses),
        instead="" if index else waits,
    )


def _svg(markup: str) -> SafeString:
    return mark_safe(markup)  # noqa: S308 - results.charts makes it of our own numbers


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
