"""Figures as they are shown: rounded once, here, for pages, API and files alike.

Counts and moments of a release go in; values with two decimals come out. The arithmetic is
results.indices, the words are the edition's in the language in use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from django.utils.translation import get_language

from results.indices import Figure, Moments, Scoring, criterion, factor, index, round_percent
from results.scoring import counts_of, levels_of, missing_of, scoring_of
from surveys.codebook import OPTION_CODES, Edition, Question, Section
from surveys.methods import Method

ROUGH_BELOW = 30
"""Below so many sheets an interval covers less often than it says (docs/method.md)."""


@dataclass(frozen=True)
class Shown:
    """A percent and its 95 % interval with two decimals, and its base.

    `percent` is None where nothing was counted, `low` and `high` where the spread is unknown.
    """

    percent: Decimal | None
    low: Decimal | None
    high: Decimal | None
    n_valid: int
    n_missing: int

    @property
    def is_rough(self) -> bool:
        return self.low is not None and self.n_valid < ROUGH_BELOW


@dataclass(frozen=True)
class OptionCount:
    """How many chose one option; `percent` of those who answered, None when nobody did."""

    position: int
    text: str
    n: int
    percent: Decimal | None


@dataclass(frozen=True)
class QuestionResult:
    """A question with its options counted."""

    code: str
    text: str
    options: tuple[OptionCount, ...]
    n_valid: int
    n_missing: int


@dataclass(frozen=True)
class CriterionResult(QuestionResult):
    """A criterion: its options are the levels of its scale, worst first."""

    scale: str
    figure: Shown
    # Positions of the levels that count as satisfied; empty for a mean.
    satisfied: frozenset[int]


@dataclass(frozen=True)
class FactorResult:
    """A factor and its criteria; `parent` is the same factor of the unit above."""

    code: str
    title: str
    figure: Shown
    parent: Shown | None
    criteria: tuple[CriterionResult, ...]


def in_language(texts: Mapping[str, str]) -> str:
    """Return a text in the language in use, else in Vietnamese; empty when there is none."""
    return texts.get(get_language() or "vi") or texts.get("vi", "")


def shown(figure: Figure) -> Shown:
    return Shown(
        percent=_rounded(figure.percent),
        low=_rounded(figure.low),
        high=_rounded(figure.high),
        n_valid=figure.n,
        n_missing=figure.n_missing,
    )


def _rounded(value: Fraction | float | None) -> Decimal | None:
    return None if value is None else round_percent(value)


@lru_cache(maxsize=8192)
def shown_index(moments: Moments, scoring: Scoring, sheets: int) -> Shown:
    """Return the index of all factors; released rows are asked for again and again."""
    return shown(index(moments, scoring, sheets=sheets))


def factor_results(
    edition: Edition,
    method: Method,
    *,
    counts: Sequence[int],
    moments: Moments,
    sheets: int,
    parent: tuple[Moments, int] | None = None,
) -> tuple[FactorResult, ...]:
    """Return every factor of an edition with its criteria.

    Args:
        counts, moments, sheets: of the unit's release.
        parent: moments and sheets of the unit above, when it is published.
    """
    scoring = scoring_of(method, edition)
    return tuple(
        FactorResult(
            code=section.code,
            title=in_language(section.title),
            figure=shown(factor(moments, number, scoring, sheets=sheets)),
            parent=parent and shown(factor(parent[0], number, scoring, sheets=parent[1])),
            criteria=_criteria(section, edition, method, counts),
        )
        for number, section in enumerate(edition.factors)
    )


def _criteria(
    section: Section, edition: Edition, method: Method, counts: Sequence[int]
) -> tuple[CriterionResult, ...]:
    scoring = scoring_of(method, edition)
    results = []
    for question in section.criteria:
        column = edition.columns_of[question.code][0]
        counted = counts_of(column, counts)
        levels = levels_of(question, method, counted)
        figure = shown(criterion(levels, scoring, missing=missing_of(column, counted)))
        results.append(
            CriterionResult(
                code=question.code,
                text=in_language(question.text),
                options=_options(question, [level.count for level in levels], figure.n_valid),
                n_valid=figure.n_valid,
                n_missing=figure.n_missing,
                scale=question.scale or "",
                figure=figure,
                satisfied=method.satisfied.get(question.scale or "", frozenset()),
            )
        )
    return tuple(results)


def question_results(
    edition: Edition, kind: str, *, counts: Sequence[int]
) -> tuple[QuestionResult, ...]:
    """Return the questions with options in the sections of a kind (facts, expectations)."""
    return tuple(
        _question(edition, question, counts)
        for section in edition.sections
        if section.kind == kind
        for question in section.questions
        if question.kind != "text"
    )


def _question(edition: Edition, question: Question, counts: Sequence[int]) -> QuestionResult:
    columns = edition.columns_of[question.code]
    counted = [counts_of(column, counts) for column in columns]
    if question.kind == "multiple":
        # Each option has a column; a sheet that answered holds 1 or 0 in every one of them.
        chosen = [column["1"] for column in counted]
        n_valid = counted[0]["1"] + counted[0]["0"]
    else:
        chosen = [counted[0][code] for code in OPTION_CODES[: len(question.options)]]
        n_valid = sum(chosen)
    return QuestionResult(
        code=question.code,
        text=in_language(question.text),
        options=_options(question, chosen, n_valid),
        n_valid=n_valid,
        n_missing=missing_of(columns[0], counted[0]),
    )


def _options(question: Question, chosen: Sequence[int], base: int) -> tuple[OptionCount, ...]:
    return tuple(
        OptionCount(
            position=position,
            text=in_language(option.text),
            n=n,
            percent=round_percent(Fraction(100 * n, base)) if base else None,
        )
        for position, (option, n) in enumerate(zip(question.options, chosen, strict=True), start=1)
    )
