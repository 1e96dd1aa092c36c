"""Figures → SVG. Pure.

Every chart is an SVG inside a table row: its places are shares of the row's width, written as
percentages, so it fits any screen without script and without inline style. Nothing but our own
numbers enters the markup. The figures stand in the cells beside it, so readers of the page
skip it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from results.reading.figures import CriterionResult, Shown

STEP = 5
NARROWEST = 20
LABEL_FROM = 8
"""Narrower parts of a bar, in percent of its answers, have no room for their number."""


@dataclass(frozen=True)
class Axis:
    """A stretch of percents, drawn from left to right."""

    low: int
    high: int

    def place(self, value: Decimal) -> str:
        """Return where a value lies, as a percentage of the width."""
        inside = min(max(value, Decimal(self.low)), Decimal(self.high))
        return _percentage((inside - self.low) / (self.high - self.low))

    @property
    def ticks(self) -> range:
        width = self.high - self.low
        step = STEP if width <= 30 else 2 * STEP if width <= 60 else 4 * STEP
        return range(self.low + -self.low % step, self.high + 1, step)

    def labels(self, *, few: bool = False) -> str:
        """Draw the values below (or above) the rows of a table; `few`: only ends and middle."""
        anchors = {self.low: "start", self.high: "end"}
        middle = (self.low + self.high) // 2
        values = (self.low, middle, self.high) if few else self.ticks
        texts = (
            f'<text x="{self.place(Decimal(value))}" y="13"'
            f' text-anchor="{anchors.get(value, "middle")}">{abs(value)}%</text>'
            for value in values
        )
        return _row(18, texts)

    def grid(self, height: int) -> str:
        places = (self.place(Decimal(value)) for value in self.ticks)
        return "".join(_vertical("grid", place, 0, height) for place in places)


def interval_axis(figures: Iterable[Shown | None]) -> Axis:
    """Return an axis that holds some figures with their intervals, in whole steps."""
    values = [
        value
        for figure in figures
        if figure is not None
        for value in (figure.percent, figure.low, figure.high)
        if value is not None
    ]
    if not values:
        return Axis(0, 100)
    low = int((min(values) / STEP).to_integral_value(ROUND_FLOOR)) * STEP
    high = int((max(values) / STEP).to_integral_value(ROUND_CEILING)) * STEP
    while high - low < NARROWEST:
        low, high = max(0, low - STEP), min(100, high + STEP)
    return Axis(low, high)


def interval_row(
    axis: Axis,
    figure: Shown | None,
    reference: Shown | None,
    *,
    height: int,
    grid: bool = False,
    before: Shown | None = None,
) -> str:
    """Draw a point with its interval, a line to compare with, and a ring where it was before.

    What is not known is left out.
    """
    marks = [axis.grid(height)] if grid else []
    if reference is not None and reference.percent is not None:
        marks.append(_vertical("reference", axis.place(reference.percent), 2, height - 2))
    if figure is not None and figure.low is not None and figure.high is not None:
        low, high, middle = axis.place(figure.low), axis.place(figure.high), height // 2
        marks.append(f'<line class="interval" x1="{low}" x2="{high}" y1="{middle}" y2="{middle}"/>')
    if before is not None and before.percent is not None:
        place = axis.place(before.percent)
        marks.append(f'<circle class="before" cx="{place}" cy="{height // 2}" r="6.5"/>')
    if figure is not None and figure.percent is not None:
        place = axis.place(figure.percent)
        marks.append(f'<circle class="point" cx="{place}" cy="{height // 2}" r="6.5"/>')
    return _row(height, marks)


def share_row(percent: Decimal | None) -> str:
    """Draw one share of 100 %."""
    marks = ['<rect class="track" width="100%" y="3" height="10" rx="5"/>']
    if percent:
        marks.append(f'<rect class="share" width="{percent}%" y="3" height="10" rx="5"/>')
    return _row(16, marks)


def level_colours(criterion: CriterionResult) -> tuple[int, ...]:
    """Return the colour of each level, worst first: 1 and 2 dissatisfied, 3 neither, 4 and 5.

    Satisfied is what the method says; without its word, the levels above the middle. Of the
    others the lower half of the scale is dissatisfied, the rest neither.
    """
    size = len(criterion.options)
    levels = range(1, size + 1)
    right = [p for p in levels if p in (criterion.satisfied or range((size + 3) // 2, size + 1))]
    left = [p for p in levels if p not in right and p <= size // 2]
    colours = (
        dict.fromkeys(left[:-1], 1)
        | dict.fromkeys(left[-1:], 2)
        | dict.fromkeys(right[:-1], 4)
        | dict.fromkeys(right[-1:], 5)
    )
    return tuple(colours.get(p, 3) for p in levels)


def bar_axis(criteria: Sequence[CriterionResult]) -> Axis:
    """Return an axis all bars of a page fit in: 0 between dissatisfied and satisfied."""
    reach = max((_left_share(c) for c in criteria if c.n_valid), default=Decimal(0))
    tens = int((reach * 10).to_integral_value(ROUND_CEILING)) * 10
    return Axis(-max(20, tens), 100)


def bar_row(axis: Axis, criterion: CriterionResult) -> str:
    """Draw all answers to a criterion: the dissatisfied left of zero, the satisfied right of it."""
    rects, labels = [], []
    at = -100 * _left_share(criterion)
    for option, level in zip(criterion.options, level_colours(criterion), strict=True):
        if not option.n:
            continue
        share = _share(option.n, criterion)
        width = _percentage(share / (axis.high - axis.low))
        rects.append(
            f'<rect class="level-{level}" x="{axis.place(at)}" width="{width}" y="2" height="26"/>'
        )
        if share >= LABEL_FROM:
            labels.append(
                f'<text class="on-{level}" x="{axis.place(at + share / 2)}" y="19.5"'
                f' text-anchor="middle">{share:.0f}</text>'
            )
        at += share
    return _row(30, [*rects, _vertical("zero", axis.place(Decimal(0)), 0, 30), *labels])


def _left_share(criterion: CriterionResult) -> Decimal:
    """Return which share of the bar, 0 to 1, lies left of zero: half of those who are neither."""
    weights = {1: Decimal(1), 2: Decimal(1), 3: Decimal("0.5")}
    colours = level_colours(criterion)
    return sum(
        (
            weights.get(colour, Decimal(0)) * _share(option.n, criterion) / 100
            for option, colour in zip(criterion.options, colours, strict=True)
        ),
        Decimal(0),
    )


def _share(n: int, criterion: CriterionResult) -> Decimal:
    """Return a count as percent of the valid answers, unrounded: parts of a bar must add up."""
    return Decimal(100 * n) / criterion.n_valid if criterion.n_valid else Decimal(0)


def _percentage(share: Decimal) -> str:
    return f"{100 * share:.2f}%"


def _vertical(kind: str, place: str, top: int, bottom: int) -> str:
    return f'<line class="{kind}" x1="{place}" x2="{place}" y1="{top}" y2="{bottom}"/>'


def _row(height: int, marks: Iterable[str]) -> str:
    inside = "".join(marks)
    return f'<svg class="row" height="{height}" aria-hidden="true" focusable="false">{inside}</svg>'
