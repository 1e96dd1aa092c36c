"""Rows of a ranking, their figures written out: a province has far over a hundred of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeVar

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from results.reading.figures import Shown
from results.reading.summaries import Change, Standing, Status, UnitName, UnitSummary
from results.showing.charts import Axis, interval_row
from results.showing.content_pages import ContentRow
from results.templatetags.figures import (
    interval,
    percent,
    possible_places,
    signed,
    tier_name,
    whole,
)
from surveys.models import Tier


@dataclass(frozen=True)
class RankingRow:
    """A unit with figures and its place, written as it is shown."""

    unit: UnitName
    name: str
    rank: str
    possible: str
    places: SafeString
    points: SafeString
    chart: SafeString
    index: str
    interval: str
    sheets: str

    def cells(self, unit_url: str, query: str, *, has_change: bool) -> SafeString:
        """Return the row's cells; a template would take ten times as long for a province.

        Args:
            query: what follows the address of each unit, of the month or channel that is shown.
        """
        address = f"{unit_url}{self.unit.code}/{query}"
        link = f'<a href="{escape(address)}">{escape(self.name)}</a>'
        rank = f'<td role="cell" class="right rank">{self.rank}</td>'
        head = f'<th scope="row" role="rowheader">{link}</th>'
        places = f'<td role="cell" class="right places">{self.places}</td>' if has_change else ""
        change = f'<td role="cell" class="right change">{self.points}</td>' if has_change else ""
        return _svg(
            f'{rank}<td role="cell" class="right possible muted">{self.possible}</td>{head}{places}'
            f'<td role="cell" class="chart">{self.chart}</td>'
            f'<td role="cell" class="right nowrap index"><b>{self.index}</b></td>'
            f'<td role="cell" class="right nowrap muted small interval-text">{self.interval}</td>'
            f'{change}<td role="cell" class="right n"><span class="label">n = </span>'
            f"{self.sheets}</td>"
        )


@dataclass(frozen=True)
class NamedUnit:
    """A unit without figures: no more than its name."""

    unit: UnitName
    name: str


@dataclass(frozen=True)
class RankingGroup:
    """The units of one tier: those with figures in the order of ranks.

    `without` are the others by name, told apart by why they have none.
    """

    title: str
    rows: tuple[RankingRow, ...]
    without: tuple[tuple[str, tuple[NamedUnit, ...]], ...]


class _Ranked(Protocol):
    """A unit's summary, or its figure for one content."""

    @property
    def unit(self) -> UnitName: ...
    @property
    def status(self) -> Status: ...
    @property
    def standing(self) -> Standing | None: ...


Ranked = TypeVar("Ranked", bound=_Ranked)


def ranking(
    summaries: Sequence[UnitSummary], axis: Axis, reference: Shown | None
) -> tuple[RankingGroup, ...]:
    """Return units by tier, each tier in the order of its ranks."""

    def row(s: UnitSummary) -> RankingRow | None:
        return ranking_row(
            *(s.unit, s.index, s.standing, s.change),
            sheets=s.n_responses,
            axis=axis,
            reference=reference,
        )

    return _groups(summaries, row)


def content_ranking(
    rows: Sequence[ContentRow], axis: Axis, reference: Shown | None
) -> tuple[RankingGroup, ...]:
    """Return units by tier in the order of one factor or criterion."""

    def row(one: ContentRow) -> RankingRow | None:
        return ranking_row(
            *(one.unit, one.figure, one.standing, None),
            sheets=one.figure.n_valid if one.figure else None,
            axis=axis,
            reference=reference,
        )

    return _groups(rows, row)


def _groups(
    units: Sequence[Ranked], row_of: Callable[[Ranked], RankingRow | None]
) -> tuple[RankingGroup, ...]:
    groups = []
    for tier in dict.fromkeys(one.unit.tier for one in units):
        rows: list[RankingRow] = []
        without: dict[str, list[NamedUnit]] = {}
        of_tier = (one for one in units if one.unit.tier == tier)
        for one in sorted(of_tier, key=lambda one: _place(one.standing)):
            if row := row_of(one):
                rows.append(row)
            else:
                named = NamedUnit(one.unit, _name(one.unit))
                without.setdefault(_reason(one.status), []).append(named)
        kept = tuple((reason, tuple(named)) for reason, named in without.items())
        groups.append(RankingGroup(tier_name(tier), tuple(rows), kept))
    return tuple(groups)


def ranking_row(
    unit: UnitName,
    figure: Shown | None,
    standing: Standing | None,
    change: Change | None,
    *,
    sheets: int | None,
    axis: Axis,
    reference: Shown | None,
) -> RankingRow | None:
    """Return a unit's row; None without figures."""
    if figure is None:
        return None
    return RankingRow(
        unit=unit,
        name=_name(unit),
        rank=whole(standing.position) if standing else "–",
        possible=possible_places(standing) if standing else "",
        places=places_moved(change),
        points=points_moved(change),
        chart=_svg(interval_row(axis, figure, reference, height=24)),
        index=percent(figure.percent) or "–",
        interval=interval(figure),
        sheets="" if sheets is None else whole(sheets),
    )


def _name(unit: UnitName) -> str:
    # "Tỉnh" before 34 names says nothing; "Xã" and "Phường" tell communes apart.
    return unit.name if unit.tier == Tier.PROVINCE else unit.full_name


def _reason(status: Status) -> str:
    return _("Not yet published") if status == "pending" else _("Not enough sheets")


def points_moved(change: Change | None) -> SafeString:
    """Write a change in percentage points with its sign; without a colour where it is chance."""
    if change is None:
        return mark_safe("")
    return moved(change.points, signed(change.points), sure=change.distinguishable is not False)


def places_moved(change: Change | None) -> SafeString:
    """Write how many places a unit went up or down."""
    if change is None or change.places is None:
        return mark_safe("")
    return moved(Decimal(change.places), signed(change.places), sure=True)


def moved(by: Decimal, text: str, *, sure: bool) -> SafeString:
    """Mark up a movement: its sign is in the text, its shape and colour in the class."""
    kind = "unsure" if not sure else "up" if by > 0 else "down" if by < 0 else "same"
    hidden = f'<span class="visually-hidden"> {_("within the margin of error")}</span>'
    return _svg(f'<span class="move {kind}">{text}{"" if sure else hidden}</span>')


def _place(standing: Standing | None) -> float:
    return standing.position if standing else float("inf")


def _svg(markup: str) -> SafeString:
    return mark_safe(markup)  # noqa: S308 - made of our own numbers and words
