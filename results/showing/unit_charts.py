"""The drawings of a unit's page, row by row as its tables want them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from results.arithmetic.tiles import ISLANDS, PLACES, Islands, Place, shade
from results.reading.figures import CriterionResult, FactorResult, QuestionResult
from results.reading.summaries import UnitSummary
from results.showing.charts import (
    bar_axis,
    bar_row,
    interval_axis,
    interval_row,
    level_colours,
)
from results.showing.headlines import Headline, headline, most_expected
from results.showing.pages import UnitPage
from results.showing.ranking_table import RankingGroup, moved, points_moved, ranking
from results.showing.trend_chart import trend_chart
from results.templatetags.figures import signed
from surveys.models import Tier
from surveys.units.unit_map import REFORM

FEW_ROWS = 20


@dataclass(frozen=True)
class FactorRow:
    factor: FactorResult
    chart: SafeString
    points: SafeString
    criteria: tuple[tuple[CriterionResult, SafeString], ...]


@dataclass(frozen=True)
class ScaleTable:
    """The criteria rated on one scale, whose levels are the columns of a table of counts."""

    levels: tuple[tuple[int, str], ...]  # colour and words, worst first
    criteria: tuple[CriterionResult, ...]


@dataclass(frozen=True)
class Tile:
    """A province on the map of tiles; shade 0 where there is no figure.

    A province outside the campaign's scope has a tile without a summary.
    """

    place: Place
    summary: UnitSummary | None
    shade: int


@dataclass(frozen=True)
class UnitCharts:
    factors: tuple[FactorRow, ...]
    factor_axis: SafeString
    criterion_axis: SafeString
    scales: tuple[ScaleTable, ...]
    children: tuple[RankingGroup, ...]
    child_axis: SafeString
    change: SafeString
    trend: SafeString
    headline: Headline
    expected: tuple[QuestionResult, ...]
    tiles: tuple[Tile, ...]
    islands: tuple[Islands, ...]
    # Beside a map, whether its ranking is so short that more fits below it.
    few_below: bool
    has_goals: bool


def unit_charts(page: UnitPage) -> UnitCharts:
    factors = page.figures.factors if page.figures else ()
    criteria = [criterion for factor in factors for criterion in factor.criteria]
    counted = [criterion for criterion in criteria if not criterion.is_withheld]
    factor_axis = interval_axis(
        figure for f in factors for figure in (f.figure, f.parent, f.previous)
    )
    bars = bar_axis(counted)
    index = page.summary.index
    child_axis = interval_axis([index, *(child.index for child in page.children)])
    tiles = _tiles(page)
    return UnitCharts(
        factors=tuple(
            FactorRow(
                factor,
                _svg(
                    interval_row(
                        *(factor_axis, factor.figure, factor.parent),
                        height=30,
                        grid=True,
                        before=factor.previous,
                    )
                ),
                _points(factor),
                tuple(
                    (c, _svg("" if c.is_withheld else bar_row(bars, c))) for c in factor.criteria
                ),
            )
            for factor in factors
        ),
        factor_axis=_svg(factor_axis.labels()),
        criterion_axis=_svg(bars.labels()),
        scales=_scales(counted),
        children=ranking(page.children, child_axis, index),
        child_axis=_svg(child_axis.labels(few=True)),
        change=points_moved(page.summary.change),
        trend=_svg(trend_chart(page.trend)) if page.trend else _svg(""),
        headline=headline(page),
        expected=most_expected(page.figures.expectations if page.figures else ()),
        tiles=tiles,
        islands=ISLANDS if tiles else (),
        few_below=bool(tiles) and len(page.children) < FEW_ROWS,
        has_goals=_has_goals(page),
    )


def _has_goals(page: UnitPage) -> bool:
    goals = page.figures.goals if page.figures else None
    planned = goals and (goals.gap_to_target is not None or goals.par_index_points is not None)
    return bool(planned) or any(tier.published for tier in page.tiers)


def _points(factor: FactorResult) -> SafeString:
    if factor.points is None:
        return _svg("")
    return moved(factor.points, signed(factor.points), sure=factor.distinguishable is not False)


def _tiles(page: UnitPage) -> tuple[Tile, ...]:
    """Return a tile per province where the units below are those of today's map."""
    if page.campaign.tree_day < REFORM:
        return ()
    below: Mapping[str, UnitSummary] = {
        child.unit.code: child for child in page.children if child.unit.tier == Tier.PROVINCE
    }
    if not below:
        return ()
    return tuple(
        Tile(place, below.get(code), _shade(below.get(code))) for code, place in PLACES.items()
    )


def _shade(summary: UnitSummary | None) -> int:
    figure = summary.index if summary else None
    return 0 if figure is None or figure.percent is None else shade(figure.percent)


def _svg(markup: str) -> SafeString:
    return mark_safe(markup)  # noqa: S308 - results.showing.charts makes it of our own numbers


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
