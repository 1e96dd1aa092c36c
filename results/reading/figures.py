"""Figures as they are shown: rounded once, here, for pages, API and files alike.

The arithmetic is results.arithmetic.indices, the words are the edition's in the language in use.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import get_language

from results.arithmetic.coded_shares import Coded
from results.arithmetic.comparison import difference
from results.arithmetic.indices import Figure, Moments, criterion, factor, round_percent
from results.arithmetic.scoring import counts_of, levels_of, missing_of, scoring_of
from results.arithmetic.weighting import PlannedMoments
from results.reading.coded_criteria import coded_criteria
from surveys.questionnaires.codebook import OPTION_CODES, Edition, Question, Section
from surveys.questionnaires.methods import Method

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
    """A question with its options counted; without options where its counts are withheld."""

    code: str
    text: str
    options: tuple[OptionCount, ...]
    n_valid: int
    n_missing: int

    @property
    def is_withheld(self) -> bool:
        """Whether too few answered, or their number would tell what others did."""
        return not self.options


@dataclass(frozen=True)
class CriterionResult(QuestionResult):
    """A criterion: its options are the levels of its scale, worst first."""

    scale: str
    figure: Shown
    # Positions of the levels that count as satisfied; empty for a mean.
    satisfied: frozenset[int]
    # What is told of a share that is withheld.
    coded: Coded | None = None


@dataclass(frozen=True)
class FactorResult:
    """A factor and its criteria; `parent` is the same factor of the unit above.

    `previous` is that of the same extent in the previous campaign, `points` how far the factor
    rose since, from unrounded values, and `distinguishable` whether that is more than chance.
    `answers` are the valid answers behind the figure, `scored` the satisfied ones, or their
    points from 0 to 1 each; some may be to criteria whose counts wait or are withheld.
    """

    code: str
    title: str
    figure: Shown
    parent: Shown | None
    criteria: tuple[CriterionResult, ...]
    answers: int
    scored: Fraction
    previous: Shown | None = None
    points: Decimal | None = None
    distinguishable: bool | None = None


@dataclass(frozen=True)
class Beside:
    """Moments to compare factors with, and the sheets they are of."""

    moments: Moments | PlannedMoments
    sheets: int


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


def factor_results(
    edition: Edition,
    method: Method,
    *,
    counts: Sequence[int],
    moments: Moments,
    sheets: int,
    withheld: Collection[int] = (),
    parent: Beside | None = None,
    previous: Beside | None = None,
    weighted: Moments | PlannedMoments | None = None,
) -> tuple[FactorResult, ...]:
    """Return every factor of an edition with its criteria.

    Args:
        counts, moments, sheets: of the unit's release.
        withheld: questions whose counts are not shown, by number in the edition.
        parent: of the unit above, when it is published.
        previous: of the previous campaign, when it counted the same questions by the same rules.
        weighted: what the figures of factors are made of, where that is not the unit's own sums.
    """
    scoring = scoring_of(method, edition)
    hidden = _codes(edition, withheld)
    results = []
    for number, section in enumerate(edition.factors):
        coded = coded_criteria(
            *(section, edition, method),
            counts=counts,
            moments=moments,
            sheets=sheets,
            hidden=hidden,
        )
        figure = factor(weighted or moments, number, scoring, sheets=sheets)
        above, before = (
            factor(beside.moments, number, scoring, sheets=beside.sheets) if beside else None
            for beside in (parent, previous)
        )
        change = difference(figure, before) if before else None
        results.append(
            FactorResult(
                code=section.code,
                title=in_language(section.title),
                figure=shown(figure),
                parent=None if above is None else shown(above),
                criteria=_criteria(section, edition, method, counts, hidden, coded=coded),
                answers=moments.sums[3 * number],
                scored=Fraction(moments.sums[3 * number + 1])
                if scoring.counts_shares
                else Fraction(moments.sums[3 * number + 2], scoring.denominator),
                previous=None if before is None else shown(before),
                points=None if change is None else round_percent(change.points),
                distinguishable=None if change is None else change.distinguishable,
            )
        )
    return tuple(results)


def _criteria(
    section: Section,
    edition: Edition,
    method: Method,
    counts: Sequence[int],
    hidden: Collection[str],
    *,
    coded: Coded | None,
) -> tuple[CriterionResult, ...]:
    scoring = scoring_of(method, edition)
    results = []
    for question in section.criteria:
        scale = question.scale or ""
        satisfied = method.satisfied.get(scale, frozenset())
        code, text = question.code, in_language(question.text)
        if code in hidden:
            nothing = Shown(None, None, None, 0, 0)
            results.append(CriterionResult(code, text, (), 0, 0, scale, nothing, satisfied, coded))
            continue
        column = edition.columns_of[code][0]
        counted = counts_of(column, counts)
        levels = levels_of(question, method, counted)
        figure = shown(criterion(levels, scoring, missing=missing_of(column, counted)))
        options = _options(question, [level.count for level in levels], figure.n_valid)
        results.append(
            CriterionResult(
                *(code, text, options, figure.n_valid, figure.n_missing),
                *(scale, figure, satisfied),
            )
        )
    return tuple(results)


def _codes(edition: Edition, numbers: Collection[int]) -> set[str]:
    return {code for number, code in enumerate(edition.questions) if number in numbers}


def question_results(
    edition: Edition, kind: str, *, counts: Sequence[int], withheld: Collection[int] = ()
) -> tuple[QuestionResult, ...]:
    """Return the questions with options in the sections of a kind (facts, expectations)."""
    hidden = _codes(edition, withheld)
    return tuple(
        QuestionResult(question.code, in_language(question.text), (), 0, 0)
        if question.code in hidden
        else _question(edition, question, counts)
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
