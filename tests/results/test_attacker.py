"""Nobody's answer can be worked out from all that is published; each rule is needed for that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from results.releasing import leaving, taking
from results.releasing.disclosure import Rules
from tests.results.attack import Round, Story, least_people
from tests.results.small_stories import (
    ASSISTED,
    OCTOBER,
    THRESHOLD,
    by_chance,
    sheet,
    story,
)

RULES = Rules(THRESHOLD)

ONE_BY_ONE = story(Round([sheet(4) for _ in range(4)]), Round([sheet(4)]))
ONE_LATE = story(
    Round([sheet(4) for _ in range(4)]),
    Round([sheet(4, month=OCTOBER), *(sheet(4) for _ in range(4))]),
)
TWO_ANSWERED = story(
    Round([*(sheet(4, "a1", "a2", "b1") for _ in range(6)), sheet(4), sheet(4)]),
    Round([sheet(4) for _ in range(3)]),
    Round([sheet(4) for _ in range(3)]),
)
ONE_SET_ASIDE = story(
    Round([sheet(4) for _ in range(8)]),
    Round([sheet(4) for _ in range(4)], aside=[2]),
    Round([sheet(4) for _ in range(4)]),
)
FEW_AT_THE_CLOSE = story(
    Round([sheet(4) for _ in range(6)]),
    Round([sheet(5), sheet(5), sheet(6)]),
    Round([sheet(6, channel=ASSISTED)], closed=True),
)


@pytest.mark.parametrize(
    ("told", "rule", "others"),
    [
        # Where everybody answers everything, the rule of questions says the same as these two.
        (ONE_BY_ONE, "in_batches", {"by_question": False}),
        (ONE_LATE, "in_slices", {"by_question": False}),
        (TWO_ANSWERED, "by_question", {}),
        (TWO_ANSWERED, "in_company", {}),
        (ONE_SET_ASIDE, "set_aside_with_new", {}),
        (FEW_AT_THE_CLOSE, "in_pools", {}),
    ],
)
def test_each_rule_hides_somebody_who_shows_without_it(
    told: Story, rule: str, others: dict[str, bool]
) -> None:
    assert least_people(told, RULES) is None
    assert least_people(told, Rules(THRESHOLD, **others)) is None
    assert least_people(told, Rules(THRESHOLD, **others, **{rule: False}))


@pytest.mark.parametrize(
    "rounds",
    [
        # All but one of a block that was published by itself.
        [[6, []], [12, []], [0, [0, 1, 2, 3, 4]]],
        # All but one of those set aside are taken back.
        [[12, []], [0, [0, 1, 2, 3, 4]], [0, [0, 1, 2, 3]]],
        # Others in the place of some: who went and who came differ by two.
        [[16, []], [4, [0, 1, 2, 3]], [4, [3, 4]], [4, []], [4, [3, 4]], [4, []]],
    ],
)
def test_sheets_set_aside_show_nobody_who_stays(rounds: list[tuple[int, list[int]]]) -> None:
    told = story(*(Round([sheet(4) for _ in range(n)], aside=aside) for n, aside in rounds))

    assert least_people(told, RULES) is None
    assert least_people(told, Rules(THRESHOLD, set_aside_with_new=False))


@pytest.mark.parametrize(
    ("told", "module", "name", "careless"),
    [
        # Sheets set aside before they were published show from the threshold on only.
        (
            story(Round([sheet(4) for _ in range(8)], aside=[2])),
            taking,
            "showing",
            lambda aside, *_: np.ones(aside.shape, dtype=np.bool_),
        ),
        # Without new ones only where enough stay of each block of a single release.
        (
            story(Round([sheet(4) for _ in range(12)]), Round([], aside=range(9))),
            leaving,
            "leaving_alone",
            lambda blocks, *_: np.ones(blocks.shape[1], dtype=np.bool_),
        ),
        # New sheets with which others leave are shown in the whole only.
        (ONE_SET_ASIDE, taking, "something_moves", lambda *_: False),
    ],
)
def test_rules_without_a_switch_hide_somebody_too(
    monkeypatch: pytest.MonkeyPatch,
    told: Story,
    module: ModuleType,
    name: str,
    careless: Callable[..., object],
) -> None:
    assert least_people(told, RULES) is None

    monkeypatch.setattr(module, name, careless)
    assert least_people(told, RULES)


def test_products_of_answers_would_show_whoever_left_one_out() -> None:
    # Σ M·K counts the satisfied answers of each as often as she answered: known of everybody.
    # So frozen releases hold variances told in steps (test_spread.py), and no products.
    told = story(Round([sheet(4, "a1", "a2", "b1"), *(sheet(4) for _ in range(5))]))

    assert least_people(told, RULES) is None
    assert least_people(replace(told, with_products=True), RULES) == {0}


def test_weighted_figures_show_nobody_and_would_with_units_not_published() -> None:
    # Three planned units; of the third too few answered. Weighed all the same, its two would
    # show as what the nation holds besides its published units: one alone answered to b1.
    people = {4: 300, 5: 700, 6: 1100}
    four, five = [sheet(4) for _ in range(5)], [sheet(5) for _ in range(4)]
    few = [sheet(6), sheet(6, "a1")]
    told = replace(story(Round(four + five + few), Round([sheet(4)] * 4)), people=people)

    assert least_people(told, RULES) is None
    assert least_people(replace(told, weighs_all=True), RULES) == {9}


def test_nobody_shows_in_worlds_made_by_chance(size: Callable[[int, int], int]) -> None:
    # Three tiers, two months, three channels, four releases, sheets set aside, late sheets.
    # In every second one units are weighed as in a sample survey.
    for seed in range(size(4, 150)):
        planned = {4: 300, 5: 700, 6: 1100} if seed % 2 else {}
        assert least_people(replace(by_chance(seed), people=planned), RULES) is None, seed


def test_an_answer_left_alone_in_a_new_label_stays_hidden() -> None:
    # Once found: what waited from one month was published under another.
    for seed in (118, 16, 19):
        assert least_people(by_chance(seed), RULES) is None, seed


def test_the_attacker_adds_up_across_tiers_and_releases() -> None:
    # He must find what only a difference of differences shows: the late sheet of commune 4.
    four, five = [sheet(4) for _ in range(4)], [sheet(5) for _ in range(4)]
    told = story(Round(four + five), Round([sheet(4), *five]), Round(four))
    careless = Rules(THRESHOLD, in_batches=False, by_question=False)

    assert least_people(told, RULES) is None
    assert least_people(told, careless) == {8}
