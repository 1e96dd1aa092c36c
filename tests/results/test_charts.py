"""Drawings: what lies where, and that nothing runs out of its row."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from results.reading.figures import CriterionResult, OptionCount, QuestionResult, Shown
from results.reading.slice_rows import Slice
from results.showing.charts import (
    Axis,
    bar_axis,
    bar_row,
    interval_axis,
    interval_row,
    level_colours,
)
from results.showing.filters import parts
from results.showing.headlines import most_expected
from results.templatetags.figures import as_published, host, interval, percent, share_row, whole
from surveys.models import Channel


def criterion(counts: list[int], satisfied: set[int]) -> CriterionResult:
    figure = Shown(None, None, None, sum(counts), 0)
    options = tuple(OptionCount(i, "", n, None) for i, n in enumerate(counts, start=1))
    return CriterionResult(
        "c01", "", options, sum(counts), 0, "hai_long", figure, frozenset(satisfied)
    )


def rects(svg: str) -> list[tuple[int, float, float]]:
    found = re.findall(r'<rect class="level-(\d)" x="([\d.]+)%" width="([\d.]+)%"', svg)
    return [(int(level), float(x), float(width)) for level, x, width in found]


@pytest.mark.parametrize(
    ("size", "satisfied", "colours"),
    [
        (5, {4, 5}, (1, 2, 3, 4, 5)),
        (5, set(), (1, 2, 3, 4, 5)),
        (3, {2, 3}, (2, 4, 5)),
        (3, {3}, (2, 3, 5)),
        (2, {2}, (2, 5)),
        (4, set(), (1, 2, 4, 5)),
        (7, {6, 7}, (1, 1, 2, 3, 3, 4, 5)),
        (6, set(), (1, 1, 2, 4, 4, 5)),
    ],
)
def test_levels_are_coloured_by_what_the_method_calls_satisfied(
    size: int, satisfied: set[int], colours: tuple[int, ...]
) -> None:
    assert level_colours(criterion([1] * size, satisfied)) == colours


def test_a_bar_has_the_dissatisfied_left_of_zero_and_the_satisfied_right() -> None:
    answers = criterion([10, 10, 20, 30, 30], {4, 5})
    axis = bar_axis([answers])
    svg = bar_row(axis, answers)

    # From -30 to 100: zero lies at 30/130 of the width, 30 % of the answers left of it.
    assert axis == Axis(-30, 100)
    assert 'class="zero" x1="23.08%"' in svg
    assert rects(svg)[0] == (1, 0.0, 7.69)
    assert rects(svg)[3] == (4, 30.77, 23.08)
    assert ">30</text>" in svg


@given(
    counts=st.lists(st.integers(0, 1000), min_size=2, max_size=9),
    satisfied=st.sets(st.integers(1, 9)),
)
def test_the_parts_of_a_bar_touch_and_stay_in_the_row(
    counts: list[int], satisfied: set[int]
) -> None:
    levels = {level for level in satisfied if level <= len(counts)}
    answers = criterion(counts, levels)
    parts = rects(bar_row(bar_axis([answers]), answers))

    assert len(parts) == sum(1 for n in counts if n)
    for (_, x, width), (_, following, _) in pairwise(parts):
        assert abs(x + width - following) < 0.03
    if parts:
        assert parts[0][1] >= 0
        assert parts[-1][1] + parts[-1][2] <= 100.02


def test_an_axis_holds_every_figure_with_its_interval() -> None:
    figures = [
        Shown(Decimal("83.10"), Decimal("81.20"), Decimal("84.90"), 100, 0),
        None,
        Shown(Decimal("97.00"), None, None, 1, 0),
    ]
    axis = interval_axis(figures)

    assert (axis.low, axis.high) == (80, 100)
    assert interval_axis([]) == Axis(0, 100)
    assert axis.place(Decimal("97")) == "85.00%"


def test_what_is_not_known_is_not_drawn() -> None:
    axis = Axis(80, 100)
    alone = interval_row(axis, Shown(Decimal(90), None, None, 1, 0), None, height=24)
    nothing = interval_row(axis, None, None, height=24)

    assert 'cx="50.00%"' in alone
    assert "interval" not in alone
    assert "circle" not in nothing


def test_figures_are_written_in_the_language_of_the_page() -> None:
    with override("vi"):
        assert percent(Decimal("83.90")) == "83,90%"
        assert whole(1234567) == "1.234.567"
        assert interval(Shown(None, Decimal("7.10"), Decimal("9.00"), 9, 0)) == "7,10–9,00%"
        assert as_published("82.99") == "82,99"
    with override("en"):
        assert percent(Decimal("83.90")) == "83.90%"
        assert whole(9412) == "9,412"
        assert as_published("82.99") == "82.99"
    assert percent(None) == ""
    assert as_published("khoảng 80") == "khoảng 80"
    assert 'width="83.90%"' in share_row(Decimal("83.90"))


def test_only_web_addresses_are_linked() -> None:
    assert host("https://vietnamnet.vn/en/x.html") == "vietnamnet.vn"
    assert host("source article: Báo Thái Nguyên") == ""
    assert host("javascript:alert(1)") == ""


def test_what_people_expect_most_comes_first_and_what_nobody_chose_never() -> None:
    def asked(code: str, *chosen: int) -> QuestionResult:
        options = (OptionCount(at, f"{at}", n, None) for at, n in enumerate(chosen, start=1))
        return QuestionResult(code, code, tuple(options), n_valid=9, n_missing=0)

    found = most_expected([asked("m1", 2, 5, 0, 5, 1), asked("withheld"), asked("m2", 0, 0, 3)])

    assert [(q.code, [o.text for o in q.options]) for q in found] == [
        ("m1", ["2", "4", "1"]),
        ("m2", ["3"]),
    ]


def test_months_and_channels_are_written_with_their_sheets() -> None:
    slices = [Slice(202611, 0, 12345), Slice(0, Channel.KIOSK, None)]
    with override("vi"):
        choice = parts(slices, "phone")

    assert [(one.text, one.chosen) for one in choice.options[1:]] == [
        ("tháng 11/2026 (n = 12.345)", False),
        ("ki-ốt", False),
        # What the page shows is said, though nothing of it can be shown.
        ("điện thoại cá nhân", True),
    ]
