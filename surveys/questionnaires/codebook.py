"""A questionnaire edition as a value, and the code book of its answer string. Pure.

A sheet's answers are a fixed-width string, one character per column of the edition:

    1-9 a-w y z   position of the option chosen (worst first for a scale), at most 34
    1 / 0         for each option of a multiple choice: chosen / not chosen while another was
    -             asked, not answered
    .             not asked
    ?             "don't know" (where the question allows it)
    x             "does not apply" (where the question allows it)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import lcm

OPTION_CODES = "123456789abcdefghijklmnopqrstuvwyz"
NOT_ANSWERED, NOT_ASKED, DONT_KNOW, NOT_APPLICABLE = "-", ".", "?", "x"

SECTION_KINDS = ("factor", "facts", "expectations", "profile", "comment")
QUESTION_KINDS = ("rating", "choice", "multiple", "text")


@dataclass(frozen=True)
class Option:
    """One answer to choose; `points` only for a level of a scale."""

    text: Mapping[str, str]
    points: int | None = None

    @property
    def worth(self) -> int:
        """The points of a level; an option of another question has none."""
        if self.points is None:
            raise ValueError("only a level of a scale has points")
        return self.points


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
    short: bool = False  # one of those asked first where a campaign starts with the short form

    @property
    def escapes(self) -> str:
        """The codes beside the options that a citizen may choose."""
        return DONT_KNOW * self.dont_know + NOT_APPLICABLE * self.not_applicable

    @cached_property
    def codes_of(self) -> Mapping[int | str | None, str]:
        """What is stored for an answer that is one value; several options have no entry."""
        codes: dict[int | str | None, str] = {None: NOT_ANSWERED}
        codes.update((escape, escape) for escape in self.escapes)
        if self.kind == "multiple":
            return {value: code * len(self.options) for value, code in codes.items()}
        return codes | dict(enumerate(OPTION_CODES[: len(self.options)], start=1))


@dataclass(frozen=True)
class Section:
    """A group of questions; a section of kind "factor" is a factor of the index."""

    code: str
    kind: str
    title: Mapping[str, str]
    questions: tuple[Question, ...]

    @property
    def criteria(self) -> tuple[Question, ...]:
        return tuple(q for q in self.questions if q.kind == "rating")


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


@dataclass(frozen=True)
class Edition:
    """A questionnaire edition with all its languages."""

    code: str
    number: int
    title: Mapping[str, str]
    languages: Mapping[str, str]  # language code → "draft" or "reviewed"
    sections: tuple[Section, ...]
    scales: Mapping[str, tuple[Option, ...]]

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
    def criteria(self) -> tuple[Question, ...]:
        """The ratings of the factors: what an index is made of."""
        return tuple(q for section in self.factors for q in section.criteria)

    @cached_property
    def common_denominator(self) -> int:
        """D: the least common multiple of (best - worst points) over the scales of the criteria.

        Points of any criterion, as (points - worst) · D / (best - worst), are whole numbers.
        """
        spans = {q.options[-1].worth - q.options[0].worth for q in self.criteria}
        return lcm(*spans) if spans else 1

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
        chosen_from = ((c.codes, c.option and c.question.code) for c in self.columns)
        runs = ((kind, len(list(run))) for kind, run in groupby(chosen_from))
        parts = (
            _several(codes, length) if several else f"[{_escaped(codes)}]{{{length}}}"
            for (codes, several), length in runs
        )
        # \A and \Z, because Python's $ also matches before a last line break.
        return rf"\A{''.join(parts)}\Z"


def _several(codes: str, length: int) -> str:
    """Return what a multiple choice fits: something chosen, or one other code throughout."""
    chosen = f"(?=0{{0,{length - 1}}}1)[01]{{{length}}}"
    others = (f"[{code}]{{{length}}}" for code in codes if code not in "10")
    return f"(?:{'|'.join((chosen, *others))})"


def _escaped(codes: str) -> str:
    # The minus sign goes last, where it is no range.
    return codes.replace("-", "") + "-" * ("-" in codes)
