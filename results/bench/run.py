"""The benchmark as a whole: which world is built when, and what is measured in it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import date

from django.utils import timezone

from results.bench import (
    counting,
    imports,
    machine,
    pages,
    panel,
    panel_world,
    refreshing,
    rewriting,
    submissions,
    world,
)
from results.bench.scratch import scratch_database, scratch_directory, settle
from results.bench.sizes import Sizes
from results.bench.targets import verdicts
from results.counting import refresh
from results.releasing import releases
from surveys.models import Campaign

Say = Callable[[str], None]
# Open for so long that comments of a month that has ended may be read.
PANEL_DAYS = 45


def run(sizes: Sizes, parts: Collection[str], *, today: date, say: Say) -> dict[str, object]:
    """Measure the parts asked for, each on worlds of its own, and return all figures."""
    if warning := machine.busy_warning():
        say(warning)
    facts = machine.facts()
    measures: dict[str, object] = {}
    if {"counting", "refresh"} & set(parts):
        measures |= _criteria(sizes, parts, today, say)
    if {"counting", "pages", "submissions", "imports"} & set(parts):
        with scratch_directory():
            measures |= _whole_form(sizes, parts, today, say)
    if "rewriting" in parts:
        measures["rewriting"] = _rewriting(sizes, today, say)
    if "panel" in parts:
        with scratch_directory():
            measures["panel"] = _panel(sizes, today, say)
    return {
        "machine": facts,
        "warning": warning or machine.busy_warning(),
        "sizes": asdict(sizes),
        "measures": measures,
        "targets": verdicts(measures),
    }


def _criteria(sizes: Sizes, parts: Collection[str], today: date, say: Say) -> dict[str, object]:
    """Count and refresh the 22 criteria alone: what peers were measured with."""
    found: dict[str, object] = {}
    with scratch_database() as database:
        say(f"22 criteria, in the database {database}")
        here = _world(sizes, today, criteria_only=True)
        if "refresh" in parts:
            here.add_sheets(sizes.few_responses, say)
            found["refresh_few_stored"] = _refresh(here, sizes, say)
        here.add_sheets(sizes.responses, say)
        settle()
        if "counting" in parts:
            found["bytes_per_sheet_22_criteria"] = refreshing.storage()
            found["counting_22_criteria"] = counting.measure(
                here, runs=sizes.counting_runs, say=say
            )
        if "refresh" in parts:
            found["refresh_all_stored"] = _refresh(here, sizes, say)
    return found


def _whole_form(sizes: Sizes, parts: Collection[str], today: date, say: Say) -> dict[str, object]:
    """Measure all that citizens and readers meet, with the whole form of 42 columns."""
    found: dict[str, object] = {}
    with scratch_database() as database:
        say(f"the whole form, in the database {database}")
        here = _world(sizes, today, criteria_only=False)
        here.add_sheets(sizes.responses, say)
        settle()
        if "counting" in parts:
            found["bytes_per_sheet_whole_form"] = refreshing.storage()
            found["counting_whole_form"] = counting.measure(here, runs=1, say=say)
        Campaign.objects.update(publication=Campaign.Publication.LIVE)
        refresh.refresh(clock=timezone.now)
        settle()
        if "pages" in parts:
            found["pages"] = pages.measure(here, views=sizes.page_views, say=say)
        if "submissions" in parts:
            found["submissions"] = submissions.measure(here, sizes, say=say)
        if "imports" in parts:
            found["csv_import"] = imports.measure(here, rows=sizes.csv_rows, today=today)
    return found


def _rewriting(sizes: Sizes, today: date, say: Say) -> dict[str, object]:
    with scratch_database() as database:
        say(f"closed days, in the database {database}")
        here = _world(sizes, today, criteria_only=True)
        here.add_sheets(sizes.responses, say)
        return rewriting.measure(here, say=say)


def _panel(sizes: Sizes, today: date, say: Say) -> dict[str, dict[str, float]]:
    """Measure what officials open, in a campaign some weeks old."""
    with scratch_database() as database:
        say(f"the panel, in the database {database}")
        here = world.build(
            today=today,
            provinces=sizes.provinces,
            communes=sizes.communes,
            criteria_only=False,
            opened_days_ago=PANEL_DAYS,
        )
        of_today = sizes.responses // PANEL_DAYS
        here.add_sheets(sizes.responses - of_today, say)
        here.add_sheets(of_today, say, day=today)
        Campaign.objects.update(publication=Campaign.Publication.LIVE)
        refresh.refresh(clock=timezone.now)
        readers = panel_world.furnish(here, today=today, say=say)
        settle()
        return panel.measure(here.campaign, readers, views=sizes.panel_views, say=say)


def _world(sizes: Sizes, today: date, *, criteria_only: bool) -> world.World:
    return world.build(
        today=today,
        provinces=sizes.provinces,
        communes=sizes.communes,
        criteria_only=criteria_only,
    )


def _refresh(here: world.World, sizes: Sizes, say: Say) -> dict[str, float]:
    Campaign.objects.update(publication=Campaign.Publication.LIVE)
    refresh.refresh(clock=timezone.now)
    # What was counted before is published, or each unit touched would make its first release.
    releases.publish(here.campaign, now=timezone.now())
    settle()
    figures = refreshing.measure(here, new_sheets=sizes.new_sheets, runs=sizes.refresh_runs)
    say(f"refresh after {sizes.new_sheets} new sheets: {figures['seconds']} s")
    return figures
