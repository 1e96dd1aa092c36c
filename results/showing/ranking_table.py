"""Rows of a ranking, their figures written out: a province has far over a hundred of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from results.reading.figures import Shown
from results.reading.summaries import Change, Standing, Status, UnitName, UnitSummary
from results.showing.charts import Axis, interval_row
from results.showing.content_pages import ContentRow
from results.templatetags.figures import interval, percent, signed, tier_name, whole
from surveys.models import Tier


@dataclass(frozen=True)
class RankingRow:
    """A unit with its place, written as it is shown; `instead` says why there are no figures."""

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
    instead: str

    def cells(self, unit_url: str, query: str, *, has_change: bool) -> SafeString:
        """Return the row's cells; a template would take ten times as long for a province.

        Args:
            query: what follows the address of each unit, of the month or channel that is shown.
        """
        address = f"{unit_url}{self.unit.code}/{query}"
        link = f'<a href="{escape(address)}">{escape(self.name)}</a>'
        rank = f'<td role="cell" class="right rank">{self.rank}</td>'
        head = f'<th scope="row" role="rowheader">{link}</th>'
        if self.instead:
            span = 6 if has_change else 4
            return _svg(
                f'{rank}<td role="cell" class="possible"></td>{head}'
                f'<td role="cell" class="muted small why" colspan="{span}">'
                f"{escape(self.instead)}</td>"
            )
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
class RankingGroup:
    """The units of one tier: those with a rank in its order, then the others by name."""

    title: str
    rows: tuple[RankingRow, ...]


def ranking(
    summaries: Sequence[UnitSummary], axis: Axis, reference: Shown | None
) -> tuple[RankingGroup, ...]:
    """Return units by tier, each tier in the order of its ranks."""
    tiers = dict.fromkeys(summary.unit.tier for summary in summaries)
    return tuple(
        RankingGroup(
            title=tier_name(tier),
            rows=tuple(
                ranking_row(
                    *(s.unit, s.status, s.index, s.standing, s.change),
                    sheets=s.n_responses,
                    axis=axis,
                    reference=reference,
                )
                for s in sorted(
                    (s for s in summaries if s.unit.tier == tier), key=lambda s: _place(s.standing)
                )
            ),
        )
        for tier in tiers
    )


def content_ranking(
    rows: Sequence[ContentRow], axis: Axis, reference: Shown | None
) -> tuple[RankingGroup, ...]:
    """Return units by tier in the order of one factor or criterion."""
    tiers = dict.fromkeys(row.unit.tier for row in rows)
    return tuple(
        RankingGroup(
            title=tier_name(tier),
            rows=tuple(
                ranking_row(
                    *(row.unit, row.status, row.figure, row.standing, None),
                    sheets=row.figure.n_valid if row.figure else None,
                    axis=axis,
                    reference=reference,
                )
                for row in sorted(
                    (row for row in rows if row.unit.tier == tier),
                    key=lambda row: _place(row.standing),
                )
            ),
        )
        for tier in tiers
    )


def ranking_row(
    unit: UnitName,
    status: Status,
    figure: Shown | None,
    standing: Standing | None,
    change: Change | None,
    *,
    sheets: int | None,
    axis: Axis,
    reference: Shown | None,
) -> RankingRow:
    waits = _("Not yet published") if status == "pending" else _("Not enough sheets")
    possible = f"{whole(standing.best)}–{whole(standing.worst)}" if standing else ""
    return RankingRow(
        unit=unit,
        # "Tỉnh" before 34 names says nothing; "Xã" and "Phường" tell communes apart.
        name=unit.name if unit.tier == Tier.PROVINCE else unit.full_name,
        rank=whole(standing.position) if standing else "–",
        possible=possible,
        places=places_moved(change),
        points=points_moved(change),
        chart=_svg(interval_row(axis, figure, reference, height=24) if figure else ""),
        index=(percent(figure.percent) or "–") if figure else "",
        interval=interval(figure) if figure else "",
        sheets="" if sheets is None else whole(sheets),
        instead="" if figure else waits,
    )


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
