"""Figures → where they lie in a drawing. Pure; the templates draw.

Every chart is an SVG inside a table row: its places are shares of the row's width, written as
percentages, so it fits any screen without script and without inline style.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from results.figures import CriterionResult, Shown

STEP = 5
NARROWEST = 20
LABEL_FROM = 8
"""Narrower parts of a bar, in percent of its answers, have no room for their number."""


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: its label, its place, and how the label is anchored there."""

    label: str
    x: str
    anchor: str


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
    def ticks(self) -> tuple[Tick, ...]:
        width = self.high - self.low
        step = STEP if width <= 30 else 2 * STEP if width <= 60 else 4 * STEP
        values = range(self.low + -self.low % step, self.high + 1, step)
        return tuple(
            Tick(f"{abs(value)}%", self.place(Decimal(value)), self._anchor(value))
            for value in values
        )

    def _anchor(self, value: int) -> str:
        return {self.low: "start", self.high: "end"}.get(value, "middle")


@dataclass(frozen=True)
class IntervalMark:
    """A point with its interval on an axis, and a line to compare with; None is not drawn."""

    point: str | None
    low: str | None
    high: str | None
    reference: str | None


@dataclass(frozen=True)
class Part:
    """One level's part of a bar; `level` is its colour, 1 the worst to 5 the best."""

    level: int
    x: str
    width: str
    # The whole percents to print in it and where; empty where there is no room.
    label: str
    label_x: str


@dataclass(frozen=True)
class Bar:
    """All answers to a criterion: the dissatisfied left of `zero`, the satisfied right of it."""

    parts: tuple[Part, ...]
    zero: str


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


def interval_mark(axis: Axis, figure: Shown | None, reference: Shown | None) -> IntervalMark:
    def place(value: Decimal | None) -> str | None:
        return None if value is None else axis.place(value)

    return IntervalMark(
        point=place(figure.percent) if figure else None,
        low=place(figure.low) if figure else None,
        high=place(figure.high) if figure else None,
        reference=place(reference.percent) if reference else None,
    )


def level_colours(criterion: CriterionResult) -> tuple[int, ...]:
    """Return the colour of each level, worst first: 1 and 2 dissatisfied, 3 neither, 4 and 5.

    Satisfied is what the method says; without its word, the upper half of the scale. The
    middle of an odd scale is neither, unless it counts as satisfied.
    """
    size = len(criterion.options)
    satisfied = criterion.satisfied or set(range(size // 2 + 1 + size % 2, size + 1))
    middle = (size + 1) // 2 if size % 2 else 0
    left = [p for p in range(1, size + 1) if p not in satisfied and p != middle]
    right = [p for p in range(1, size + 1) if p in satisfied]
    colours = (
        dict.fromkeys(left[:-1], 1)
        | dict.fromkeys(left[-1:], 2)
        | dict.fromkeys(right[:-1], 4)
        | dict.fromkeys(right[-1:], 5)
    )
    return tuple(colours.get(p, 3) for p in range(1, size + 1))


def bar_axis(criteria: Sequence[CriterionResult]) -> Axis:
    """Return an axis all bars of a page fit in: 0 between dissatisfied and satisfied."""
    reach = max((_left_share(c) for c in criteria if c.n_valid), default=Decimal(0))
    tens = int((reach * 10).to_integral_value(ROUND_CEILING)) * 10
    return Axis(-max(20, tens), 100)


def bar(axis: Axis, criterion: CriterionResult) -> Bar:
    """Return the parts of a criterion's bar; none where nobody answered."""
    parts = []
    at = -100 * _left_share(criterion) if criterion.n_valid else Decimal(0)
    for option, level in zip(criterion.options, level_colours(criterion), strict=True):
        share = _share(option.n, criterion)
        if not option.n:
            continue
        parts.append(
            Part(
                level=level,
                x=axis.place(at),
                width=_percentage(share / (axis.high - axis.low)),
                label=f"{share:.0f}" if share >= LABEL_FROM else "",
                label_x=axis.place(at + share / 2),
            )
        )
        at += share
    return Bar(tuple(parts), axis.place(Decimal(0)))


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
