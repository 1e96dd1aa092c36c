"""How much stuffing the rules find and how often they are wrong, in worlds whose truth is known.

docs/data-quality.md prints the figures of the full size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import surveys
from surveys.quality.rules import signs
from surveys.questionnaires import editions
from tests.quality.stuffing import COUNTERS, ONE_DAY, World, only_the_pleased

Size = Callable[[int, int], int]

EDITION = Path(surveys.__file__).parent / "data" / "questionnaires" / "sipas-22.yaml"


@pytest.fixture(scope="module")
def worlds(size: Size) -> list[World]:
    edition = editions.parse(yaml.safe_load(EDITION.read_text("utf-8")))
    return [World(edition, seed) for seed in range(size(1, 12))]


def test_honest_counters_are_left_alone(worlds: list[World]) -> None:
    """A false sign on at most one counter-day in two hundred."""
    wrong = [
        sign.rule
        for world in worlds
        for counter in range(COUNTERS)
        for sign in signs(world.situation(counter, world.days[counter][-1]))
    ]
    print(f"{len(wrong)} false signs on {len(worlds) * COUNTERS} counter-days: {wrong}")  # noqa: T201 - quoted in docs
    assert len(wrong) <= max(1, len(worlds) * COUNTERS / 200)


@pytest.mark.parametrize(
    ("way", "forged", "least"),
    [
        ("best_at_once", 12, 0.75),
        ("best_at_once", 20, 0.95),
        ("copies", 12, 0.9),
        ("copies", 20, 0.95),
        ("at_closing_time", 20, 0.9),
        ("after_hours", 12, 0.9),
        ("after_hours", 20, 0.95),
    ],
)
def test_a_day_of_forged_sheets_is_found(
    worlds: list[World], size: Size, way: str, forged: int, least: float
) -> None:
    """Of the days on which `forged` sheets joined some thirty honest ones, so many are found."""
    rules: Counter[str] = Counter()
    found = 0
    counters = range(size(20, COUNTERS))
    for world in worlds:
        for counter in counters:
            signs_of_day = list(
                signs(world.situation(counter, ONE_DAY[way](world, counter, forged)))
            )
            rules.update(sign.rule for sign in signs_of_day)
            found += bool(signs_of_day)
    tried = len(worlds) * len(counters)
    print(f"{way} {forged}: {found} of {tried} found, {dict(rules)}")  # noqa: T201 - quoted in docs
    assert found >= least * tried


def test_a_tablet_only_the_pleased_are_handed_is_found(worlds: list[World], size: Size) -> None:
    found = tried = 0
    for world in worlds:
        for counter in range(size(8, COUNTERS)):
            *past, day = only_the_pleased(world, counter, 18)
            named = {sign.rule for sign in signs(world.situation(counter, day, past))}
            found += "kiosk_gap" in named
            tried += 1
    print(f"only_the_pleased: {found} of {tried} found")  # noqa: T201 - quoted in docs
    assert found >= 0.95 * tried
