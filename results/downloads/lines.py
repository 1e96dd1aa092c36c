"""A unit's page as a plain table, one line a figure: what files hold.

    unit_lines(page)       the unit's own figures, then the index of each unit below
    HEADER, cells(line)    names of the columns, and the values under them

A unit without figures has one line that says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from django.utils import timezone

from results.arithmetic.coded_shares import Coded
from results.reading.figures import (
    CriterionResult,
    FactorResult,
    OptionCount,
    QuestionResult,
    Shown,
)
from results.reading.parts import part_code
from results.showing.pages import Standing, UnitFigures, UnitPage, UnitSummary

Kind: TypeAlias = Literal["index", "factor", "criterion", "level", "question", "option"]
"""level: of a criterion's scale; option: of a question about facts or expectations."""

Value: TypeAlias = str | int | Decimal | None

HEADER = (
    *("campaign", "simulated", "part", "release", "as_of"),
    *("parent_code", "unit_code", "unit_name", "tier", "status"),
    *("figure", "code", "title", "position"),
    *("n", "percent", "low", "high", "n_valid", "n_missing"),
    *("band", "rank", "rank_of", "rank_best", "rank_worst"),
    *("previous", "change", "change_ranks", "distinguishable"),
    *("all_rank", "all_rank_of", "all_rank_best", "all_rank_worst"),
    *("n_set_aside", "index_with_set_aside"),
    *("at_least", "at_most"),
)


@dataclass(frozen=True)
class Line:
    """One figure of one unit.

    `part` is the month (202611) or channel (kiosk) whose figures these are, empty for the headline.
    `code` is the factor's or question's, empty for the index; `position` that of a level or
    option, from 1. `n` counts who chose it; for the index it counts sheets.
    """

    campaign: str
    simulated: bool
    part: str
    parent_code: str
    summary: UnitSummary
    kind: Kind
    code: str = ""
    title: str = ""
    position: int | None = None
    n: int | None = None
    percent: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    n_valid: int | None = None
    n_missing: int | None = None
    # Of the unit asked for: its place among all of its tier, its index with sheets set aside.
    among_all: Standing | None = None
    with_set_aside: Decimal | None = None
    # Of a criterion that is withheld.
    coded: Coded | None = None


def unit_lines(page: UnitPage) -> list[Line]:
    """Return every figure of a page."""
    above = page.above[-1].code if page.above else ""
    own = _Maker(page.campaign.slug, page.campaign.simulated, _part(page), above, page.summary)
    index = replace(own.index(), among_all=page.among_all, with_set_aside=page.with_set_aside)
    lines = [index, *(own.figures(page.figures) if page.figures else ())]
    return lines + summary_lines(page, [(child, page.summary.unit.code) for child in page.children])


def summary_lines(page: UnitPage, summaries: Sequence[tuple[UnitSummary, str]]) -> list[Line]:
    """Return the index of units, each given with the code of the unit above it."""
    campaign = page.campaign
    return [
        _Maker(campaign.slug, campaign.simulated, _part(page), parent, summary).index()
        for summary, parent in summaries
    ]


def _part(page: UnitPage) -> str:
    return part_code(page.period, page.channel)


def cells(line: Line) -> tuple[Value, ...]:
    """Return the values of a line, in the order of HEADER."""
    summary = line.summary
    return (
        *(line.campaign, "true" if line.simulated else "false"),
        line.part,
        *(summary.release, _time(summary.as_of)),
        *(line.parent_code, summary.unit.code, summary.unit.full_name, summary.unit.tier),
        *(summary.status, line.kind, line.code, line.title, line.position),
        *(line.n, line.percent, line.low, line.high, line.n_valid, line.n_missing),
        *(_standing(summary) if line.kind == "index" else [None] * 9),
        *(_places(line.among_all)),
        *(_aside(line) if line.kind == "index" else [None] * 2),
        *(line.coded or [None] * 2),
    )


def _standing(summary: UnitSummary) -> Iterator[Value]:
    """Return band, rank and movement; a rank is among the units of the same tier and parent."""
    standing, change = summary.standing, summary.change
    yield summary.band
    yield from _places(standing)
    if change is None:
        yield from (None, None, None, None)
        return
    known = change.distinguishable
    yield from (change.before, change.points, change.places)
    yield None if known is None else "true" if known else "false"


def _places(standing: Standing | None) -> Sequence[int | None]:
    if standing is None:
        return [None] * 4
    return standing.position, standing.of, standing.best, standing.worst


def _aside(line: Line) -> tuple[int | None, Decimal | None]:
    """Return the sheets shown as set aside, where there are figures, and the index with them."""
    return line.summary.n_set_aside if line.summary.index else None, line.with_set_aside


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else timezone.localtime(moment).isoformat(timespec="seconds")


@dataclass(frozen=True)
class _Maker:
    """Makes the lines of one unit."""

    campaign: str
    simulated: bool
    part: str
    parent_code: str
    summary: UnitSummary

    def index(self) -> Line:
        return self._shown("index", self.summary.index, n=self.summary.n_responses)

    def figures(self, figures: UnitFigures) -> Iterator[Line]:
        for factor in figures.factors:
            yield from self._factor(factor)
        for question in (*figures.facts, *figures.expectations):
            yield from self._question(question)

    def _factor(self, factor: FactorResult) -> Iterator[Line]:
        yield self._shown("factor", factor.figure, factor.code, factor.title)
        for criterion in factor.criteria:
            yield from self._criterion(criterion)

    def _criterion(self, criterion: CriterionResult) -> Iterator[Line]:
        if not criterion.options:  # withheld
            line = self._line("criterion", criterion.code, criterion.text)
            yield replace(line, coded=criterion.coded)
            return
        yield self._shown("criterion", criterion.figure, criterion.code, criterion.text)
        for option in criterion.options:
            yield self._option("level", criterion, option)

    def _question(self, question: QuestionResult) -> Iterator[Line]:
        if not question.options:  # withheld
            yield self._line("question", question.code, question.text)
            return
        yield replace(
            self._line("question", question.code, question.text),
            n_valid=question.n_valid,
            n_missing=question.n_missing,
        )
        for option in question.options:
            yield self._option("option", question, option)

    def _option(self, kind: Kind, question: QuestionResult, option: OptionCount) -> Line:
        return replace(
            self._line(kind, question.code, option.text),
            position=option.position,
            n=option.n,
            percent=option.percent,
        )

    def _shown(
        self,
        kind: Kind,
        figure: Shown | None,
        code: str = "",
        title: str = "",
        n: int | None = None,
    ) -> Line:
        line = replace(self._line(kind, code, title), n=n)
        if figure is None:
            return line
        return replace(
            line,
            percent=figure.percent,
            low=figure.low,
            high=figure.high,
            n_valid=figure.n_valid,
            n_missing=figure.n_missing,
        )

    def _line(self, kind: Kind, code: str, title: str) -> Line:
        return Line(
            self.campaign,
            self.simulated,
            self.part,
            self.parent_code,
            self.summary,
            kind,
            code,
            title,
        )
