"""Small worlds for the attacker: a nation, two provinces, three communes; chance fills them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from surveys.questionnaires.editions import Edition, parse
from surveys.questionnaires.methods import Method
from surveys.questionnaires.methods import parse as parse_method
from tests import tiny_edition
from tests.results.attack import Round, Story
from tests.results.released_world import Sheet

THRESHOLD = 4

NATION, FIRST, SECOND = 1, 2, 3
PATHS = {
    NATION: [NATION],
    FIRST: [NATION, FIRST],
    SECOND: [NATION, SECOND],
    4: [NATION, FIRST, 4],
    5: [NATION, FIRST, 5],
    6: [NATION, SECOND, 6],
}
KIOSK, PHONE, ASSISTED = 1, 2, 6
OCTOBER, NOVEMBER = 202610, 202611
CRITERIA = ("a1", "a2", "a3", "b1")


def _rating(code: str) -> Mapping[str, Any]:
    text = {"vi": code, "en": code}
    return {"code": code, "kind": "rating", "scale": "hai_long_5", "text": text}


def _factor(code: str, criteria: list[str]) -> Mapping[str, Any]:
    questions = [_rating(criterion) for criterion in criteria]
    return {
        "code": code,
        "kind": "factor",
        "title": {"vi": code, "en": code},
        "questions": questions,
    }


DEFINITION: Mapping[str, Any] = {
    **tiny_edition.EDITION,
    "code": "four",
    "sections": [_factor("a", ["a1", "a2", "a3"]), _factor("b", ["b1"])],
}
EDITION: Edition = parse(DEFINITION)
METHOD: Method = parse_method(tiny_edition.METHOD)


def sheet(unit: int, *answered: str, month: int = NOVEMBER, channel: int = KIOSK) -> Sheet:
    """Return a sheet that answers the criteria named, all of them if none is."""
    return Sheet(unit, month, channel, dict.fromkeys(answered or CRITERIA, 1))


def story(*rounds: Round) -> Story:
    return Story(EDITION, METHOD, PATHS, (KIOSK, PHONE), rounds)


def by_chance(seed: int) -> Story:
    """Return a story of four releases, the last after the close.

    Sheets come to three units, in two months, by two channels of the headline and one outside,
    some of them late; some questions are rarely answered; sheets are set aside and taken back,
    one by one or whole days of a unit.
    """
    chance = random.Random(seed)  # noqa: S311 - a made-up world
    units = chance.sample([FIRST, 4, 5, 6], 3)
    often = {code: chance.choice([1, 0.9, 0.6, 0.3]) for code in CRITERIA}
    rounds: list[Round] = []
    for number in range(4):
        sheets = []
        for unit in units:
            for _ in range(chance.choice([0, 1, 2, 3, 4, 5, 7, 9])):
                answered = {code: 1 for code in CRITERIA if chance.random() < often[code]}
                month = chance.choice([OCTOBER, NOVEMBER]) if chance.random() < 0.4 else NOVEMBER
                channel = (
                    chance.choice([KIOSK, PHONE, ASSISTED]) if chance.random() < 0.4 else KIOSK
                )
                sheets.append(Sheet(unit, month, channel, answered))
        aside = _turned(chance, [sheet for step in rounds for sheet in step.sheets] + sheets)
        rounds.append(Round(sheets, aside, closed=number == 3))
    return story(*rounds)


def _turned(chance: random.Random, sheets: list[Sheet]) -> list[int]:
    """Return numbers of sheets set aside or taken back: some, or nearly all of a unit's."""
    if not sheets:
        return []
    if chance.random() < 0.6:
        return [chance.randrange(len(sheets)) for _ in range(chance.choice([0, 0, 1, 3]))]
    unit = chance.choice(sheets).unit
    of_one = [i for i, sheet in enumerate(sheets) if sheet.unit == unit]
    first = chance.randrange(len(of_one))
    return of_one[first : first + chance.choice([4, 5, 8])]
