"""Each rule on the smallest case it is for, and the nearest case it must let pass."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

import surveys
from surveys.quality import counter_days, rules
from surveys.quality.counter_days import (
    CounterDay,
    Rated,
    Sheets,
    answers_matrix,
    fast_bands,
    reading_seconds,
    tabulate,
)
from surveys.quality.rules import RULES, Option, Sign, Situation, Strength, signs
from surveys.questionnaires import editions
from surveys.questionnaires.codebook import Edition
from surveys.submissions import SECONDS_BANDS

EDITIONS = Path(surveys.__file__).parent / "data" / "questionnaires"

ELSEWHERE = CounterDay(
    n=2000,
    judged=2000,
    timed=2000,
    fast=60,
    alike=400,
    identical=0,
    kiosk=Rated(1000, 350.0, 200.0),
    phone=Rated(1000, 330.0, 190.0),
    all=Rated(2000, 680.0, 390.0),
)
ORDINARY = CounterDay(
    n=40,
    judged=40,
    timed=40,
    fast=1,
    alike=8,
    kiosk=Rated(24, 8.4, 4.8),
    phone=Rated(16, 5.3, 3.0),
    all=Rated(40, 13.7, 7.8),
)
PAST = sum([ORDINARY] * 10, CounterDay())
QUIET = Situation(day=ORDINARY, past=PAST, elsewhere=ELSEWHERE)


def found(situation: Situation) -> dict[str, Sign]:
    return {sign.rule: sign for sign in signs(situation)}


# What each published version says. Signs and decisions name theirs: a number that is changed here
# under its old version would make what they say untrue.
PUBLISHED = {
    1: {
        "MODERATE": -4.0,
        "STRONG": -6.0,
        "FEWEST_SHEETS": 10,
        "USUAL_FACTOR": 2.0,
        "FEWEST_SHARE": {"too_fast": 0.02, "one_answer": 0.10, "same_answers": 0.01},
        "LARGEST_CHANCE_GROUP": 3,
        "PAST_SHEETS": 50,
        "FEWEST_PER_CHANNEL": 20,
        "GAP": 0.15,
        "JUMP": 0.20,
        "OPTION_SHEETS": 100,
        "OUTSIDE_SHARE": 0.05,
        "READING_SPEED": 10.0,
        "TAP_SECONDS": 0.5,
        "SHEETS_ENOUGH": 0.5,
        "FEWEST_CRITERIA": 5,
        "RULES": "too_fast one_answer same_answers burst outside_hours more_than_served kiosk_gap"
        " jump option_never_used",
    }
}


def test_a_changed_rule_is_a_new_version() -> None:
    numbers = {
        name: value
        for module in (counter_days, rules)
        for name, value in vars(module).items()
        if name.isupper() and name not in {"VERSION", "LOWEST"}
    }

    assert {**numbers, "RULES": " ".join(RULES)} == PUBLISHED[rules.VERSION]


def test_an_ordinary_day_has_no_sign() -> None:
    assert found(QUIET) == {}
    assert found(Situation(CounterDay(), CounterDay(), CounterDay())) == {}


@pytest.mark.parametrize(
    ("rule", "over", "under"),
    [
        ("too_fast", {"day": replace(ORDINARY, fast=14)}, {"day": replace(ORDINARY, fast=5)}),
        ("one_answer", {"day": replace(ORDINARY, alike=32)}, {"day": replace(ORDINARY, alike=20)}),
        (
            "same_answers",
            {"day": replace(ORDINARY, identical=12)},
            {"day": replace(ORDINARY, identical=4)},
        ),
        (
            "burst",
            {"hours": [0] * 16 + [30], "usual_hour": 4.0},
            {"hours": [0] * 16 + [12], "usual_hour": 4.0},
        ),
        (
            "outside_hours",
            {"hours": [30], "outside": 14},
            {"hours": [400], "outside": 14},
        ),
        ("more_than_served", {"served": 39}, {"served": 40}),
        (
            "kiosk_gap",
            {"past": replace(PAST, kiosk=Rated(240, 200.0, 180.0))},
            {"past": replace(PAST, kiosk=Rated(240, 110.0, 70.0))},
        ),
        (
            "jump",
            {"day": replace(ORDINARY, all=Rated(40, 36.0, 34.0))},
            {"day": replace(ORDINARY, all=Rated(40, 18.0, 12.0))},
        ),
        (
            "option_never_used",
            {"never_chosen": [Option("c05", 1, 0.08, 400)]},
            {"never_chosen": [Option("c05", 1, 0.02, 400), Option("c06", 1, 0.9, 99)]},
        ),
    ],
)
def test_a_rule_finds_what_it_is_for_and_lets_the_near_case_pass(
    rule: str, over: dict[str, object], under: dict[str, object]
) -> None:
    assert set(found(replace(QUIET, **over))) == {rule}  # type: ignore[arg-type]
    assert found(replace(QUIET, **under)) == {}  # type: ignore[arg-type]


def test_every_rule_is_tried_above() -> None:
    cases = test_a_rule_finds_what_it_is_for_and_lets_the_near_case_pass.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {case[0] for case in cases} == set(RULES)


def test_the_usual_gap_between_kiosk_and_phone_is_taken_off() -> None:
    past = replace(PAST, kiosk=Rated(240, 150.0, 110.0))
    assert "kiosk_gap" in found(replace(QUIET, past=past))
    everywhere = replace(ELSEWHERE, kiosk=Rated(1000, 600.0, 400.0))
    assert "kiosk_gap" not in found(replace(QUIET, past=past, elsewhere=everywhere))


def test_a_sign_is_strong_when_chance_would_do_it_less_than_once_in_a_million() -> None:
    weak, strong = (found(replace(QUIET, day=replace(ORDINARY, fast=n))) for n in (12, 20))
    assert weak["too_fast"].strength is Strength.MODERATE
    assert strong["too_fast"].strength is Strength.STRONG
    assert strong["too_fast"].figures == {"count": 20, "of": 40, "usual": 3.0}


@pytest.fixture(scope="module")
def edition() -> Edition:
    return editions.parse(yaml.safe_load((EDITIONS / "sipas-22.yaml").read_text("utf-8")))


def test_a_day_is_counted_as_a_person_would(edition: Edition) -> None:
    rest = len(edition.columns) - 22
    best, alike, mixed = "5" * 22, "4" * 22, "45" * 11
    half_empty = "-" * 12 + "5" * 10
    rows = [best, alike, mixed, mixed, "3" + mixed[1:], half_empty]
    sheets = Sheets(
        answers_matrix([_whole(edition, row, rest) for row in rows]),
        np.array([1, 2, 0, 5, 1, 1]),
        np.array([True, True, False, False, False, True]),
        np.array([False, False, True, True, False, False]),
    )
    day = tabulate(edition, sheets, fast_up_to=1)
    assert (day.n, day.judged, day.timed, day.fast) == (6, 5, 4, 2)
    assert (day.alike, day.identical) == (2, 2)
    assert day.kiosk == Rated(2, 1.0, 1.0)
    assert day.phone == Rated(2, 1.0, 0.5)
    assert day.all == Rated(5, 2.5, 1.75)
    assert CounterDay.from_json(day.as_json()) == day


def test_what_few_people_did_is_in_no_sum_and_shows_by_no_difference() -> None:
    kiosk, phone, one = Rated(8, 4.0, 3.0), Rated(4, 2.0, 1.0), Rated(1, 1.0, 1.0)
    day = CounterDay(n=12, judged=12, timed=4, fast=1, alike=2, kiosk=kiosk, phone=phone)
    day = replace(day, all=kiosk + phone)

    assert day.of_enough(4) == day
    assert day.of_enough(5).timed == day.of_enough(5).fast == 0
    # All less those at the kiosk would be the one on a phone.
    nearly = replace(day, n=9, judged=9, phone=one, all=kiosk + one).of_enough(4)
    assert (nearly.kiosk.n, nearly.phone.n, nearly.all.n) == (0, 0, 9)
    assert day.of_enough(13) == CounterDay(n=12)


def _whole(edition: Edition, ratings: str, rest: int) -> str:
    """Return an answer string with these answers to the criteria and the rest not asked."""
    of_criteria = {edition.columns_of[q.code][0].position for q in edition.criteria}
    given = iter(ratings)
    answers = "".join(
        next(given) if at in of_criteria else "." for at in range(len(edition.columns))
    )
    assert answers.count(".") == rest
    return answers


def test_a_long_form_has_a_reading_time_and_a_short_one_none(edition: Edition) -> None:
    assert 30 < reading_seconds(edition) < 60
    assert fast_bands(edition, SECONDS_BANDS) == 1
    short = editions.parse(yaml.safe_load((EDITIONS / "quay-3-muc.yaml").read_text("utf-8")))
    assert fast_bands(short, SECONDS_BANDS) == 0
