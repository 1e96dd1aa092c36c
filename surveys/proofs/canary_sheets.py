"""The few sheets that together choose every option of every question. Pure.

How a choice is written is worked out here once more, apart from surveys.answering.answers: what the
canary expects to find must not come from the code it watches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from surveys.answering.answers import Answer
from surveys.questionnaires.editions import NOT_ANSWERED, OPTION_CODES, Edition, Question

Mark: TypeAlias = tuple[int, str]
"""A column of the answer string and the code in it that stands for a chosen option."""


@dataclass(frozen=True)
class Choice:
    """What is chosen for one question of a sheet, as it is sent and as it must be stored."""

    question: str
    answer: Answer
    posted: tuple[str, ...]  # the values of the form's field
    start: int  # the first column of the question
    written: str

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The options this choice proves."""
        return tuple((self.start + at, code) for at, code in enumerate(self.written) if code != "0")


CanaryAnswers: TypeAlias = tuple[Choice, ...]
"""The choices of one sheet, at most one per question; the other questions stay blank."""


def sheets(edition: Edition) -> list[CanaryAnswers]:
    """Return sheets that choose every option and every way out, as few as can be."""
    choices = [
        _choices(question, edition.columns_of[code][0].position)
        for code, question in edition.questions.items()
        if question.kind != "text"
    ]
    return [
        tuple(of_question[number % len(of_question)] for of_question in choices)
        for number in range(max(map(len, choices)))
    ]


def marks(edition: Edition) -> frozenset[Mark]:
    """Return every option of an edition that can be proven."""
    return frozenset(mark for sheet in sheets(edition) for choice in sheet for mark in choice.marks)


def written(edition: Edition, sheet: CanaryAnswers) -> str:
    """Return the answer string a sheet must be stored as."""
    codes = [NOT_ANSWERED] * len(edition.columns)
    for choice in sheet:
        codes[choice.start : choice.start + len(choice.written)] = choice.written
    return "".join(codes)


def _choices(question: Question, start: int) -> list[Choice]:
    count = len(question.options)
    if question.kind == "multiple":
        at_once = question.max or count
        groups = [
            range(first, min(first + at_once, count + 1)) for first in range(1, count + 1, at_once)
        ]
        found = [_several(question, start, list(group)) for group in groups]
    else:
        found = [
            Choice(question.code, position, (str(position),), start, OPTION_CODES[position - 1])
            for position in range(1, count + 1)
        ]
    width = count if question.kind == "multiple" else 1
    return found + [
        Choice(question.code, code, (code,), start, code * width) for code in question.escapes
    ]


def _several(question: Question, start: int, positions: list[int]) -> Choice:
    codes = "".join("01"[at in positions] for at in range(1, len(question.options) + 1))
    posted = tuple(str(position) for position in positions)
    return Choice(question.code, positions, posted, start, codes)
