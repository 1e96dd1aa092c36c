"""Between keys and answers: what an official types for a paper sheet. Pure.

One key an answer, the character of the code book (questionnaires.codebook): 1 to 9, then letters,
for an option; ? and x where the question allows them; nothing, a space or 0 for a blank. A multiple
choice takes the keys of all options that are ticked, such as 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.answering.answers import AnswersError, decode, encode
from surveys.answering.forms import ESCAPES, in_language
from surveys.questionnaires.editions import NOT_ANSWERED, OPTION_CODES, Edition, Question

BLANK = {"", "0", NOT_ANSWERED}


@dataclass(frozen=True)
class KeyedQuestion:
    """A question as the keying screen shows it; `words` says what each key means."""

    number: int
    question: Question
    text: str
    words: Mapping[str, str]
    typed: str
    fault: str

    @property
    def chosen(self) -> str:
        """What the typed keys mean, in words."""
        return "; ".join(self.words[key] for key in self.typed if key in self.words)


def read_keys(edition: Edition, typed: Mapping[str, str]) -> str:
    """Return the answer string of a sheet: on paper every question was asked.

    Args:
        typed: keys by question code; what is left out is blank.

    Raises:
        AnswersError: keys that are no answers, by question code.
    """
    values: dict[str, object] = {}
    faults: dict[str, str] = {}
    for code in edition.columns_of:
        question = edition.questions[code]
        keys = "".join(typed.get(code, "").split()).lower()
        try:
            values[code] = _value(question, keys)
        except ValueError:
            faults[code] = _("“%(keys)s” is no answer to this question.") % {"keys": keys[:20]}
    try:
        answers = encode(edition, values)
    except AnswersError as error:
        raise AnswersError({**error.faults, **faults}) from error
    if faults:
        raise AnswersError(faults)
    return answers


def _value(question: Question, keys: str) -> object:
    if keys in BLANK:
        return None
    if keys in question.escapes:
        return keys
    positions = [OPTION_CODES.index(key) + 1 for key in keys]
    if question.kind == "multiple":
        return positions
    (position,) = positions
    return position


def keys_of(edition: Edition, answers: str) -> dict[str, str]:
    """Return the keys that `read_keys` makes the answer string from, by question code."""
    keys: dict[str, str] = {}
    for code, value in decode(edition, answers).items():
        if value is None:
            keys[code] = ""
        elif isinstance(value, str):
            keys[code] = value
        else:
            positions = [value] if isinstance(value, int) else value
            keys[code] = "".join(OPTION_CODES[position - 1] for position in positions)
    return keys


def keyed_questions(
    edition: Edition,
    language: str,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
) -> list[KeyedQuestion]:
    """Return the questions in the order of the paper, without the free text."""
    return [
        KeyedQuestion(
            number=number,
            question=question,
            text=in_language(question.text, language),
            words=words_of(question, language),
            typed=typed.get(code, ""),
            fault=faults.get(code, ""),
        )
        for number, (code, question) in enumerate(edition.questions.items(), start=1)
        if question.kind != "text"
    ]


def words_of(question: Question, language: str) -> dict[str, str]:
    """Return the words behind each key of a question."""
    options = zip(OPTION_CODES, question.options, strict=False)
    words = {key: in_language(option.text, language) for key, option in options}
    return words | {key: str(ESCAPES[key]) for key in question.escapes}


def option_keys(edition: Edition) -> list[str]:
    """Return the ranges of keys of options: 1–5, or where there are many 1–9 and a–c."""
    most = max((len(question.options) for question in edition.questions.values()), default=0)
    ranges = (OPTION_CODES[:most][:9], OPTION_CODES[:most][9:])
    return [keys if len(keys) == 1 else f"{keys[0]}–{keys[-1]}" for keys in ranges if keys]


def escape_keys(edition: Edition) -> dict[str, str]:
    """Return the words of the keys beside options that some question allows: ? and x."""
    allowed = {key for question in edition.questions.values() for key in question.escapes}
    return {key: str(words) for key, words in ESCAPES.items() if key in allowed}
