"""A trend → SVG: points with their intervals, lines between those that continue each other. Pure.

Places across are shares of the width, so that the drawing fits any screen; heights are pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from results.reading.figures import Shown
from results.reading.trends import TrendPoint
from results.showing.charts import Axis, interval_axis

HEIGHT = 240
TOP, BOTTOM = 12, 208
LEFT, RIGHT = 9.0, 93.0
"""The first and the last campaign, in percent of the width; the scale stands left of them."""


def trend_chart(points: Sequence[TrendPoint]) -> str:
    """Draw the index of a unit and of the unit above over campaigns, the oldest left."""
    axis = interval_axis(figure for point in points for figure in (point.index, point.above))
    places = _places(len(points))
    marks = [_grid(axis)]
    marks += [
        _break(x, y)
        for (x, y), point in zip(pairwise(places), points[1:], strict=True)
        if point.breaks
    ]
    marks.append(_line(axis, "above", [point.above for point in points], places, points))
    marks += [_interval(axis, point.index, x) for point, x in zip(points, places, strict=True)]
    marks.append(_line(axis, "own", [point.index for point in points], places, points))
    marks += [
        f'<text x="{x:.2f}%" y="{HEIGHT - 12}" text-anchor="middle">{point.label}</text>'
        for point, x in zip(points, places, strict=True)
    ]
    inside = "".join(marks)
    return (
        f'<svg class="row trend" height="{HEIGHT}" aria-hidden="true" focusable="false">'
        f"{inside}</svg>"
    )


def _places(count: int) -> list[float]:
    step = (RIGHT - LEFT) / max(1, count - 1)
    inset = (RIGHT - LEFT) / 4 if count < 3 else 0.0
    if count < 3:
        return [LEFT + inset + (RIGHT - LEFT - 2 * inset) * i for i in range(count)]
    return [LEFT + step * i for i in range(count)]


def _height(axis: Axis, value: float) -> float:
    share = (value - axis.low) / (axis.high - axis.low)
    return BOTTOM - share * (BOTTOM - TOP)


def _grid(axis: Axis) -> str:
    return "".join(
        f'<line class="grid" x1="{LEFT - 1:.2f}%" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="0" y="{y + 4:.1f}">{value}%</text>'
        for value in axis.ticks
        for y in [_height(axis, value)]
    )


def _break(x: float, y: float) -> str:
    middle = (x + y) / 2
    return f'<line class="break" x1="{middle:.2f}%" x2="{middle:.2f}%" y1="{TOP}" y2="{BOTTOM}"/>'


def _interval(axis: Axis, figure: Shown | None, x: float) -> str:
    if figure is None or figure.low is None or figure.high is None:
        return ""
    low, high = (_height(axis, float(end)) for end in (figure.low, figure.high))
    return f'<line class="interval" x1="{x:.2f}%" x2="{x:.2f}%" y1="{low:.1f}" y2="{high:.1f}"/>'


def _line(
    axis: Axis,
    kind: str,
    figures: Sequence[Shown | None],
    places: Sequence[float],
    points: Sequence[TrendPoint],
) -> str:
    """Draw one unit's points, and lines where questions and rules stayed the same."""
    heights = [
        None if figure is None or figure.percent is None else _height(axis, float(figure.percent))
        for figure in figures
    ]
    marks = []
    for number, (a, b) in enumerate(pairwise(heights)):
        continues = not {"edition", "method"}.intersection(points[number + 1].breaks)
        if a is not None and b is not None and continues:
            marks.append(
                f'<line class="{kind}" x1="{places[number]:.2f}%" y1="{a:.1f}"'
                f' x2="{places[number + 1]:.2f}%" y2="{b:.1f}"/>'
            )
    marks += [
        f'<circle class="{kind}" cx="{x:.2f}%" cy="{y:.1f}" r="5"/>'
        for x, y in zip(places, heights, strict=True)
        if y is not None
    ]
    return "".join(marks)
