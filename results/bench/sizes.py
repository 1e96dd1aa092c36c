"""How much is measured: in full, or just enough to see that everything runs."""

from __future__ import annotations

from dataclasses import dataclass

PARTS = ("counting", "refresh", "pages", "submissions", "imports")
# Only when asked for: they need worlds of their own, and rewriting half an hour.
MORE_PARTS = ("rewriting", "panel")


@dataclass(frozen=True)
class Sizes:
    """Numbers of rows, runs and requests.

    Rates are measured for so many `seconds`, short and often, in turns: what else the machine
    does then falls on all of them alike.
    """

    responses: int = 1_000_000
    few_responses: int = 10_000
    provinces: int = 34
    communes: int = 3_321
    new_sheets: int = 100
    counting_runs: int = 3
    refresh_runs: int = 9
    page_views: int = 50
    panel_views: int = 15
    submissions: int = 500
    seconds: float = 1.5
    rate_runs: int = 10
    csv_rows: int = 100_000


SMALL = Sizes(
    responses=3_000,
    few_responses=300,
    provinces=2,
    communes=6,
    new_sheets=10,
    counting_runs=1,
    refresh_runs=1,
    page_views=2,
    panel_views=1,
    submissions=4,
    seconds=0.3,
    rate_runs=1,
    csv_rows=200,
)


@dataclass(frozen=True)
class ScaleSizes:
    """Sizes of `bench --scale`. `rate`: sheets a second; `seconds`: how long they come in."""

    responses: int = 10_000_000
    few_responses: int = 100_000
    provinces: int = 34
    communes: int = 3_321
    new_sheets: tuple[int, int] = (100, 10_000)
    counting_runs: int = 1
    refresh_runs: int = 9
    page_views: int = 200
    rate: float = 200
    seconds: float = 60
    # Half an hour at 200 sheets a second, all of which leave a mark each.
    dead_marks: int = 360_000


SMALL_SCALE = ScaleSizes(
    responses=2_000,
    few_responses=500,
    provinces=2,
    communes=6,
    new_sheets=(5, 20),
    refresh_runs=1,
    page_views=2,
    rate=20,
    seconds=0.5,
    dead_marks=100,
)
