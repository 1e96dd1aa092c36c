"""A questionnaire edition as a value, and the code book of the answer string. Pure.

A sheet's answers are a fixed-width string, one character per column of the edition:

    1-9 a-w y z   position of the option chosen (worst first for a scale), at most 34
    1 / 0         for each option of a multiple choice: chosen / not chosen while another was
    -             asked, not answered
    .             not asked
    ?             "don't know" (where the question allows it)
    x             "does not apply" (where the question allows it)
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

OPTION_CODES = "123456789abcdefghijklmnopqrstuvwyz"
NOT_ANSWERED, NOT_ASKED, DONT_KNOW, NOT_APPLICABLE = "-", ".", "?", "x"

SECTION_KINDS = ("factor", "facts", "expectations", "profile", "comment")
QUESTION_KINDS = ("rating", "choice", "multiple", "text")


@dataclass(frozen=True)
class Option:
    """One answer to choose; `points` only for a level of a scale."""

    text: Mapping[str, str]
    points: int | None = None


@dataclass(frozen=True)
class Question:
    """One question; a rating's options are the levels of its scale, worst first."""

    code: str
    kind: str
    text: Mapping[str, str]
    section: str
    options: tuple[Option, ...] = ()
    scale: str | None = None
    max: int | None = None
    wording: str | None = None
    dont_know: bool = False
    not_applicable: bool = False

    @property
    def escapes(self) -> str:
        """The codes beside the options that a citizen may choose."""
        return DONT_KNOW * self.dont_know + NOT_APPLICABLE * self.not_applicable


@dataclass(frozen=True)
class Section:
    """A group of questions; a section of kind "factor" is a factor of the index."""

    code: str
    kind: str
    title: Mapping[str, str]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Column:
    """One character of the answer string.

    `codes` are the characters it may hold; `offset` is where their counts begin in the array
    of counts of a cell, one integer per code in this order.
    """

    position: int
    question: Question
    option: int | None  # for a multiple choice: the option this column stands for, from 1
    codes: str
    offset: int


class EditionError(ValueError):
    """A definition that cannot be a questionnaire; the message says where and why."""


@dataclass(frozen=True)
class Edition:
    """A questionnaire edition with all its languages."""

    code: str
    number: int
    title: Mapping[str, str]
    languages: Mapping[str, str]  # language code → "draft" or "reviewed"
    sections: tuple[Section, ...]

    @property
    def reference(self) -> str:
        """The name files and the API use, such as sipas-22@1."""
        return f"{self.code}@{self.number}"

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        return {q.code: q for section in self.sections for q in section.questions}

    @cached_property
    def factors(self) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if section.kind == "factor")

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        columns: list[Column] = []
        offset = 0
        for question in self.questions.values():
            if question.kind == "text":
                continue
            if question.kind == "multiple":
                codes = "10" + NOT_ANSWERED + NOT_ASKED + question.escapes
                wanted: list[int | None] = list(range(1, len(question.options) + 1))
            else:
                codes = OPTION_CODES[: len(question.options)]
                codes += NOT_ANSWERED + NOT_ASKED + question.escapes
                wanted = [None]
            for option in wanted:
                columns.append(Column(len(columns), question, option, codes, offset))
                offset += len(codes)
        return tuple(columns)

    @cached_property
    def columns_of(self) -> Mapping[str, tuple[Column, ...]]:
        """The columns of each question, by its code."""
        return {
            code: tuple(columns)
            for code, columns in groupby(self.columns, key=lambda column: column.question.code)
        }

    @cached_property
    def counts_width(self) -> int:
        """How many integers the array of counts of a cell has."""
        last = self.columns[-1]
        return last.offset + len(last.codes)

    @cached_property
    def answers_pattern(self) -> str:
        """A regular expression, for Python and PostgreSQL, that every answer string fits."""
        runs = ((codes, len(list(run))) for codes, run in groupby(c.codes for c in self.columns))
        # The minus sign goes last, where it is no range.
        parts = (f"[{codes.replace('-', '')}-]{{{length}}}" for codes, length in runs)
        return f"^{''.join(parts)}$"


def parse(definition: Mapping[str, Any]) -> Edition:
    """Return the edition a definition describes (the YAML of design.md, as plain data).

    Raises:
        EditionError: something is missing, unknown, doubled or out of range.
    """
    scales = {
        code: tuple(Option(level["text"], int(level["points"])) for level in levels)
        for code, levels in definition.get("scales", {}).items()
    }
    sections = tuple(_section(section, scales) for section in definition["sections"])
    return Edition(
        code=definition["code"],
        number=int(definition["edition"]),
        title=definition["title"],
        languages=definition["languages"],
        sections=sections,
    )


def _section(data: Mapping[str, Any], scales: Mapping[str, Sequence[Option]]) -> Section:
    return Section(
        code=data["code"],
        kind=data["kind"],
        title=data.get("title", {}),
        questions=tuple(_question(q, data["code"], scales) for q in data["questions"]),
    )


def _question(
    data: Mapping[str, Any], section: str, scales: Mapping[str, Sequence[Option]]
) -> Question:
    options = (
        tuple(scales[data["scale"]])
        if data["kind"] == "rating"
        else tuple(Option(option["text"]) for option in data.get("options", ()))
    )
    return Question(
        code=data["code"],
        kind=data["kind"],
        text=data["text"],
        section=section,
        options=options,
        scale=data.get("scale"),
        max=data.get("max"),
        wording=data.get("wording"),
        dont_know=bool(data.get("dont_know", False)),
        not_applicable=bool(data.get("not_applicable", False)),
    )


@lru_cache(maxsize=64)
def _parse_text(text: str) -> Edition:
    return parse(json.loads(text))


def parse_cached(definition: Mapping[str, Any]) -> Edition:
    """Return `parse(definition)`, the same object for the same content."""
    return _parse_text(json.dumps(definition, ensure_ascii=False))
