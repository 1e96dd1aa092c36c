"""The characters of a sheet as the values that published sheets hold, and the file of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import groupby
from typing import NamedTuple

from results.bundles.microdata import BETWEEN, NOT_STATED
from surveys.questionnaires.codebook import OPTION_CODES, Column, Edition

MOST_DIGITS = 9
"""Up to so many options a character of an answer is the option's position."""


def profile_values(edition: Edition) -> list[tuple[slice, Mapping[str, str]]]:
    """Return of each profile question where it stands in the answers, and what is written."""
    return [(one.where, _Values(one.columns)) for one in _read(edition, profile_of(edition))]


def microdata_file(edition: Edition, province: str, sheets: Iterable[str]) -> bytes:
    """Return the CSV of a province's sheets (Sheet.text) as a frozen release holds it."""
    names = ["province", "month", "channel", *profile_of(edition), *answers_of(edition)]
    rows = [BETWEEN.join(names), *(f"{province}{BETWEEN}{sheet}" for sheet in sheets), ""]
    # Codes, numbers and marks: nothing that a CSV file would put in quotation marks.
    return "\n".join(rows).replace(BETWEEN, ",").encode()


def profile_of(edition: Edition) -> list[str]:
    """Return the codes of the profile questions."""
    return [code for code in edition.columns_of if _kind(edition, code) == "profile"]


def answers_of(edition: Edition) -> list[str]:
    """Return the codes of all other questions with options."""
    return [code for code in edition.columns_of if _kind(edition, code) != "profile"]


def _kind(edition: Edition, code: str) -> str:
    section = edition.questions[code].section
    return next(s.kind for s in edition.sections if s.code == section)


class _Place(NamedTuple):
    """A question: where it stands in the answers, and its columns."""

    code: str
    where: slice
    columns: Sequence[Column]


def _read(edition: Edition, codes: Sequence[str]) -> Iterator[_Place]:
    for code in codes:
        columns = edition.columns_of[code]
        yield _Place(code, slice(columns[0].position, columns[-1].position + 1), columns)


def answer_texts(
    edition: Edition, left_out: Set[str]
) -> Iterator[tuple[slice, Callable[[str], str]]]:
    """Yield where questions about anything but the person stand, and what makes them a text.

    Nothing is written for one that is left out. Neighbours whose characters are their values make
    one text.
    """

    def run(numbered: tuple[int, _Place]) -> int | None:
        number, one = numbered
        plain = one.columns[0].option is None and one.code not in left_out
        few = len(one.columns[0].question.options) <= MOST_DIGITS
        return one.where.start - number if plain and few else None

    for neighbours, found in groupby(enumerate(_read(edition, answers_of(edition))), key=run):
        questions = [one for _number, one in found]
        if neighbours is not None:
            yield slice(questions[0].where.start, questions[-1].where.stop), BETWEEN.join
            continue
        for one in questions:
            yield one.where, _nothing if one.code in left_out else _Values(one.columns).__getitem__


def _nothing(_codes: str) -> str:
    return NOT_STATED


class _Values(dict[str, str]):
    """What is written for the characters of a question; worked out once for each that occur.

    The position of the option, "1;3" for several; - . ? x as in the code book.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._options = [str(column.option) for column in columns if column.option is not None]

    def __missing__(self, codes: str) -> str:
        self[codes] = value = self._value(codes)
        return value

    def _value(self, codes: str) -> str:
        if not self._options:
            return str(OPTION_CODES.index(codes) + 1) if codes in OPTION_CODES else codes
        if codes[0] not in "10":
            return codes[0]
        chosen = zip(self._options, codes, strict=True)
        return ";".join([option for option, code in chosen if code == "1"])
