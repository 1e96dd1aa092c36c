"""The formulas of a unit's spreadsheet: docs/method.md sections 2 and 3, in a cell's words.

The sheet of criteria has a row each: counts by level in E to M, their sum in N, missing in O,
the ratio's numerator in P (satisfied answers, or points from 0 to 1 an answer), the percent in Q.
Below them a row for each factor holds what is in its figure and in no criterion that is shown.
The sheet of scales has two rows each: points, and 1 where a level is satisfied.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from results.downloads.xlsx_sheet import Formula
from results.reading.figures import CriterionResult, FactorResult
from results.showing.pages import UnitFigures, UnitPage
from results.templatetags.figures import coded
from surveys.questionnaires.codebook import Edition, Option
from surveys.questionnaires.methods import Method

MOST_LEVELS = 9
LEVELS = [str(level) for level in range(1, MOST_LEVELS + 1)]
FIRST_ROW = 2  # under the header


def criteria_name() -> str:
    return _("Criteria")


def scales_name() -> str:
    return _("Scales")


def scale_rows(page: UnitPage) -> list[list[object]]:
    """Return two rows for each scale the criteria use: points, and which levels are satisfied."""
    rows: list[list[object]] = []
    method = page.method
    for name, levels in _scales(page).items():
        satisfied = method.satisfied.get(name, frozenset())
        rows.append([name, _("points"), *(level.worth for level in levels)])
        rows.append([name, _("satisfied"), *(int(p in satisfied) for p in _positions(levels))])
    return rows


def counts_rows(page: UnitPage, figures: UnitFigures) -> list[list[object]]:
    """Return a row for each criterion: its counts, and the formulas that make its percent."""
    rows: list[list[object]] = []
    scales = list(_scales(page))
    for factor in figures.factors:
        for criterion in factor.criteria:
            row = FIRST_ROW + len(rows)
            scale = FIRST_ROW + 2 * scales.index(criterion.scale)
            words: list[object] = [factor.code, criterion.code, criterion.text, criterion.scale]
            counts: list[object] = [option.n for option in criterion.options]
            counts += [None] * (MOST_LEVELS - len(counts))
            rows.append(words + counts + _sums(page, criterion, row, scale))
    for factor in figures.factors:
        answers, scored = _shown_of(page, factor)
        if answers != factor.answers or scored != factor.scored:
            rest = [factor.answers - answers, None, Decimal(float(factor.scored - scored))]
            words = [factor.code, None, _("Answers to criteria that are not shown"), None]
            rows.append([*words, *([None] * MOST_LEVELS), *rest])
    return rows


def _sums(page: UnitPage, criterion: CriterionResult, row: int, scale: int) -> list[object]:
    if not criterion.options:
        return [_("not published"), None, None, coded(criterion.coded) or None]
    valid = Formula(f"=SUM(E{row}:M{row})", criterion.n_valid)
    levels = _scales(page)[criterion.scale]
    scored = Formula(_numerator(page.method, levels, row, scale), "")
    percent = Formula(
        _percent(page, f"P{row}/N{row}", base=f"N{row}"), _known(criterion.figure.percent)
    )
    return [valid, criterion.n_missing, scored, percent]


def _numerator(method: Method, levels: tuple[Option, ...], row: int, scale: int) -> str:
    name = scales_name()
    if method.item_rule == "TOP2":
        return f"=SUMPRODUCT(E{row}:M{row},'{name}'!C{scale + 1}:K{scale + 1})"
    worst, best = levels[0].worth, levels[-1].worth
    points = f"SUMPRODUCT(E{row}:M{row},'{name}'!C{scale}:K{scale})"
    return f"=({points}-{worst}*N{row})/{best - worst}"


def factor_formulas(page: UnitPage, figures: UnitFigures) -> list[Formula | Decimal | str]:
    """Return the percent of each factor, in their order; weighted ones as they are.

    A weighted figure does not follow from the sheets of this file alone.
    """
    if figures.weighting:
        return [_known(factor.figure.percent) for factor in figures.factors]
    return [
        Formula(_percent(page, f"{numerator}/{base}", base=base), _known(factor.figure.percent))
        for factor in figures.factors
        for numerator, base in [_factor_sums(page, factor.code)]
    ]


def index_formula(page: UnitPage, figures: UnitFigures) -> Formula | Decimal | str:
    """Return the index: pooled over all criteria, or the factors by their weights.

    A weighted one is given as it is.
    """
    known = _known(page.summary.index.percent if page.summary.index else None)
    if figures.weighting:
        return known
    if page.method.aggregation != "WEIGHTED":
        base = f"SUM({_column(page, 'N')})"
        return Formula(_percent(page, f"SUM({_column(page, 'P')})/{base}", base=base), known)
    parts, bases = [], []
    for factor in figures.factors:
        numerator, base = _factor_sums(page, factor.code)
        weight = page.method.weights[factor.code]
        parts.append(f"{weight.numerator}/{weight.denominator}*{numerator}/{base}")
        bases.append(base)
    # A factor without an answer: no index.
    return Formula(_percent(page, "+".join(parts), base="*".join(bases)), known)


def _shown_of(page: UnitPage, factor: FactorResult) -> tuple[int, Fraction]:
    """Return what the criteria shown add up to: valid answers, and the ratio's numerator."""
    answers, scored = 0, Fraction(0)
    for criterion in factor.criteria:
        levels = _scales(page)[criterion.scale]
        worst, best = levels[0].worth, levels[-1].worth
        for option in criterion.options:
            points = Fraction(levels[option.position - 1].worth - worst, best - worst)
            satisfied = Fraction(option.position in criterion.satisfied)
            scored += option.n * (satisfied if page.method.item_rule == "TOP2" else points)
            answers += option.n
    return answers, scored


def share_formula(row: int, known: Decimal | None) -> Formula:
    """Return the share of an option, whose count stands in E and its base in F."""
    return Formula(_rounded(f"100*E{row}/F{row}", base=f"F{row}"), _known(known))


def _factor_sums(page: UnitPage, code: str) -> tuple[str, str]:
    codes = _column(page, "A")
    return (
        f'SUMIF({codes},"{code}",{_column(page, "P")})',
        f'SUMIF({codes},"{code}",{_column(page, "N")})',
    )


def _column(page: UnitPage, letter: str) -> str:
    edition = page.campaign.questionnaire.parsed()
    last = FIRST_ROW + len(edition.criteria) + len(edition.factors) - 1
    return f"'{criteria_name()}'!${letter}${FIRST_ROW}:${letter}${last}"


def _percent(page: UnitPage, ratio: str, *, base: str) -> str:
    """Return the formula of what the item rule prints for a ratio from 0 to 1."""
    floor = _floor(page) if page.method.item_rule == "MEAN5" else Fraction(0)
    if not floor:
        return _rounded(f"100*({ratio})", base=base)
    c, rest = f"{floor.numerator}/{floor.denominator}", 1 - floor
    return _rounded(
        f"100*({c}+{rest.numerator}/{rest.denominator}*({ratio}))",
        base=base,
    )


def _rounded(percent: str, *, base: str) -> str:
    # Halves go up although a floating-point half may lie a hair below; ROUND differs by program.
    return f'=IF({base}=0,"",INT(100*({percent})+0.5+1E-9)/100)'


def _floor(page: UnitPage) -> Fraction:
    levels = next(iter(_scales(page).values()))
    return Fraction(levels[0].worth, levels[-1].worth)


def _scales(page: UnitPage) -> dict[str, tuple[Option, ...]]:
    edition: Edition = page.campaign.questionnaire.parsed()
    return {q.scale or "": q.options for q in edition.criteria}


def _positions(levels: tuple[Option, ...]) -> range:
    return range(1, len(levels) + 1)


def _known(percent: Decimal | None) -> Decimal | str:
    return "" if percent is None else percent
