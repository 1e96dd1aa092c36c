"""The targets, and whether a run met them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """A figure of a run, found by its path in the measures, and what it must keep to."""

    what: str
    path: tuple[str, ...]
    at_most: float | None = None
    at_least: float | None = None

    def is_met(self, value: float) -> bool:
        return (self.at_most is None or value <= self.at_most) and (
            self.at_least is None or value >= self.at_least
        )


COUNTING = ("counting_22_criteria",)
COSTS = ("submissions", "cpu_ms")
TARGETS = (
    Target("full count, seconds", (*COUNTING, "one_process", "seconds"), at_most=4),
    Target(
        "full count by one process, times faster than one SQL statement",
        (*COUNTING, "times_faster_than_plain_sql"),
        at_least=10,
    ),
    Target(
        "full count by two, as many as the site runs, times faster than one SQL statement",
        (*COUNTING, "two_processes_times_faster_than_plain_sql"),
        at_least=10,
    ),
    Target("full count, peak MB of a worker", (*COUNTING, "one_process", "peak_mb"), at_most=500),
    Target("refresh with all stored, seconds", ("refresh_all_stored", "seconds"), at_most=1),
    Target("refresh, all stored to few stored", ("refresh_ratio",), at_most=1.5),
    Target("bytes of table per sheet", ("bytes_per_sheet_whole_form", "table"), at_most=200),
    Target("queries of a page or API, any tier", ("pages_most_queries",), at_most=10),
    Target("milliseconds of a page or API, any tier", ("pages_slowest_ms",), at_most=20),
    Target("the same made again", ("pages_slowest_made_ms",), at_most=60),
    Target("queries of a list page of officials", ("panel_most_queries",), at_most=12),
    Target("milliseconds of a list page of officials", ("panel_slowest_ms",), at_most=100),
    Target(
        "form, its page kept by the server, CPU ms",
        (*COSTS, "form, one counter", "total"),
        at_most=8,
    ),
    Target(
        "form, first visits of counters, CPU ms",
        (*COSTS, "form, any counter", "total"),
        at_most=8,
    ),
    Target("sheet by API, CPU ms", (*COSTS, "API, any counter", "total"), at_most=4),
    Target(
        "rate of sheets at one counter to that of a bare Django INSERT",
        ("submissions", "rates", "one counter to bare Django"),
        at_least=0.6,
    ),
    Target(
        "rate of sheets at any counter to that of a bare Django INSERT",
        ("submissions", "rates", "any counter to bare Django"),
        at_least=0.6,
    ),
)


SCALE_TARGETS = (
    *(
        Target(f"refresh after {n} sheets, all to few stored: {of}", ("ratio", n, of), at_most=1.3)
        for n in ("few_new", "many_new")
        for of in ("seconds", "processor time")
    ),
    Target("lag from answer to figure, seconds, p95", ("lag", "p95_seconds"), at_most=10),
    Target("a tick's refresh, with to without dead marks", ("dead_marks_ratio",), at_most=2),
)


def verdicts(
    measures: Mapping[str, Any], targets: Sequence[Target] = TARGETS
) -> list[dict[str, object]]:
    """Return each target that was measured, with its figure and whether it was met."""
    known = {**measures, **_derived(measures), **_derived_of_scale(measures)}
    found = []
    for target in targets:
        value = _at(known, target.path)
        if value is not None:
            limits = {"at_most": target.at_most, "at_least": target.at_least}
            stated = {name: limit for name, limit in limits.items() if limit is not None}
            met = target.is_met(value)
            found.append({"what": target.what, **stated, "measured": value, "met": met})
    return found


def _derived(measures: Mapping[str, Any]) -> dict[str, float]:
    derived = {}
    if "refresh_few_stored" in measures and "refresh_all_stored" in measures:
        all_stored, few = measures["refresh_all_stored"], measures["refresh_few_stored"]
        derived["refresh_ratio"] = round(all_stored["seconds"] / few["seconds"], 2)
    if "pages" in measures:
        pages = measures["pages"].values()
        derived["pages_most_queries"] = max(page["queries"] for page in pages)
        derived["pages_slowest_ms"] = max(page["median_ms"] for page in pages)
        derived["pages_slowest_made_ms"] = max(page["made_ms"] for page in pages)
    if "panel" in measures:
        panel = measures["panel"].values()
        derived["panel_most_queries"] = max(page["queries"] for page in panel)
        derived["panel_slowest_ms"] = max(page["median_ms"] for page in panel)
    return derived


def _derived_of_scale(measures: Mapping[str, Any]) -> dict[str, Any]:
    """Return ratios of one run: by new sheets, of the clock and of client and server together.

    Large and small stock are minutes apart, so each is divided by fixed work done beside it.
    """
    if "all_stored" not in measures:
        return {}
    ratio: dict[str, Any] = {}
    for name, few in measures["few_stored"].items():
        all_stored = measures["all_stored"][name]
        speed = {of: all_stored[of] / few[of] for of in ("fixed_work_seconds", "fixed_work_cpu_ms")}
        ratio[name] = {
            "seconds": round(
                all_stored["seconds"] / few["seconds"] / speed["fixed_work_seconds"], 2
            ),
            "processor time": round(_cpu(all_stored) / _cpu(few) / speed["fixed_work_cpu_ms"], 2),
        }
    marks = measures["old_snapshot"]
    costs = [_cpu(marks[name]["refresh"]) for name in ("with", "without")]
    return {"ratio": ratio, "dead_marks_ratio": round(costs[0] / costs[1], 2)}


def _cpu(figures: Mapping[str, float]) -> float:
    # Ticks of a hundredth of a second: of a world for a test there may be none.
    return max(figures["cpu_ms"] + figures["database_cpu_ms"], 1)


def _at(measures: Mapping[str, Any], path: tuple[str, ...]) -> float | None:
    value: Any = measures
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return None if value is None else float(value)
