"""Between what a citizen chose and the answer string of the edition (questionnaires.editions)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType
from typing import TypeAlias, cast

from django.utils.translation import gettext as _

from surveys.questionnaires.editions import (
    NOT_ANSWERED,
    NOT_ASKED,
    OPTION_CODES,
    Edition,
    Question,
)

# The position of the option chosen, from 1; several positions for a multiple choice;
# "?" and "x" where the question allows them; None for asked, not answered.
Answer: TypeAlias = int | str | Sequence[int] | None
ONE_VALUE = (int, str, NoneType)


class AnswersError(ValueError):
    """Some values are no answers to their questions.

    `faults` says what is wrong by question code, in the language in use.
    """

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{code}: {fault}" for code, fault in faults.items()))
        self.faults = dict(faults)


class NotAnAnswerError(ValueError):
    """One value is no answer to its question."""


def encode(edition: Edition, values: Mapping[str, object]) -> str:
    """Return the answer string for values by question code.

    Args:
        values: an Answer per question. A code left out means the question was not asked, None
            or an empty list that it was asked and not answered.

    Raises:
        AnswersError: an unknown question, a value of another type, an option out of range, an
            option named twice, more options than the question takes.
    """
    columns_of = edition.columns_of
    faults: dict[str, str] = {
        code: _("The questionnaire has no question with this code.")
        for code in values
        if code not in columns_of
    }
    parts: list[str] = []
    for code, columns in columns_of.items():
        question = columns[0].question
        if code not in values:
            parts.append(NOT_ASKED * len(columns))
            continue
        try:
            parts.append(_encode_one(question, values[code]))
        except NotAnAnswerError as error:
            faults[code] = str(error)
    if faults:
        raise AnswersError(faults)
    return "".join(parts)


def _encode_one(question: Question, value: object) -> str:
    # By its very type: True and 1.0 equal 1 to Python, and are no answers.
    if type(value) in ONE_VALUE and value in question.codes_of:
        return question.codes_of[cast("int | str | None", value)]
    if value in ([], ()):
        return question.codes_of[None]
    if isinstance(value, str):
        raise NotAnAnswerError(_("This is not one of the options."))
    if question.kind == "multiple":
        return _encode_multiple(question, value)
    return OPTION_CODES[_position(question, value) - 1]


def _encode_multiple(question: Question, value: object) -> str:
    if not isinstance(value, Sequence):
        raise NotAnAnswerError(_("A list of options is expected here."))
    chosen = {_position(question, position) for position in value}
    if len(chosen) < len(value):
        raise NotAnAnswerError(_("An option is named twice."))
    if question.max is not None and len(chosen) > question.max:
        raise NotAnAnswerError(_("Please choose at most %(max)d.") % {"max": question.max})
    return "".join("1" if i in chosen else "0" for i in range(1, len(question.options) + 1))


def _position(question: Question, value: object) -> int:
    # True is an int to Python, and never an answer.
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotAnAnswerError(_("The position of an option is expected here, as a number."))
    if not 1 <= value <= len(question.options):
        raise NotAnAnswerError(
            _("The options go from 1 to %(last)d.") % {"last": len(question.options)}
        )
    return value


def decode(edition: Edition, answers: str) -> dict[str, Answer]:
    """Return the values `encode` made the answer string from.

    Raises:
        ValueError: the string does not fit the edition, or is none that `encode` writes: a
            multiple choice half answered, with nothing chosen or with more than it takes.
    """
    if len(answers) != len(edition.columns):
        raise ValueError(f"{len(answers)} characters, expected {len(edition.columns)}")
    values: dict[str, Answer] = {}
    for code, columns in edition.columns_of.items():
        question = edition.questions[code]
        chosen = answers[columns[0].position : columns[-1].position + 1]
        if bad := [c for c, column in zip(chosen, columns, strict=True) if c not in column.codes]:
            raise ValueError(f"{code}: no answer is written {bad[0]!r}")
        if chosen == NOT_ASKED * len(columns):
            continue
        if chosen[0] == NOT_ANSWERED:
            values[code] = None
        elif chosen[0] in question.escapes:
            values[code] = chosen[0]
        elif question.kind == "multiple":
            values[code] = [i for i, c in enumerate(chosen, start=1) if c == "1"]
        else:
            values[code] = OPTION_CODES.index(chosen) + 1
        try:
            fits = _encode_one(question, values.get(code)) == chosen
        except NotAnAnswerError:  # more options than the question takes
            fits = False
        if not fits:
            raise ValueError(f"{code}: no answer is written {chosen!r}")
    return values
