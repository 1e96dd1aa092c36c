"""The formulas of a unit's spreadsheet: docs/method.md sections 2 and 3, in a cell's words.

The sheet of criteria has a row each: counts by level in E to M, their sum in N, missing in O,
the ratio's numerator in P (satisfied answers, or points from 0 to 1 an answer), the percent in Q.
The sheet of scales has two rows each: points, and 1 where a level is satisfied.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from results.downloads.xlsx_sheet import Formula
from results.figures import CriterionResult
from results.indices import round_percent
from results.pages import UnitFigures, UnitPage
from surveys.codebook import Edition, Option
from surveys.methods import Method

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
    return rows


def _sums(page: UnitPage, criterion: CriterionResult, row: int, scale: int) -> list[object]:
    if not criterion.options:
        return [_("not published")]
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


def factor_formulas(page: UnitPage, figures: UnitFigures) -> list[Formula | Decimal | None]:
    """Return the percent of each factor, in their order.

    A value where the counts do not give it: some of its criteria are not published.
    """
    formulas: list[Formula | Decimal | None] = []
    for factor in figures.factors:
        numerator, base = _factor_sums(page, factor.code)
        known = factor.figure.percent
        formula = Formula(_percent(page, f"{numerator}/{base}", base=base), _known(known))
        ratio = _ratio(page, factor.criteria)
        formulas.append(formula if _printed(page, ratio) == known else known)
    return formulas


def index_formula(page: UnitPage, figures: UnitFigures) -> Formula | Decimal | None:
    """Return the index: pooled over all criteria, or the factors by their weights.

    A value where the counts do not give it.
    """
    known = page.summary.index.percent if page.summary.index else None
    if page.method.aggregation != "WEIGHTED":
        base = f"SUM({_column(page, 'N')})"
        text = _percent(page, f"SUM({_column(page, 'P')})/{base}", base=base)
        ratio = _ratio(page, [c for factor in figures.factors for c in factor.criteria])
    else:
        parts, bases = [], []
        ratio = Fraction(0)
        for factor in figures.factors:
            numerator, base = _factor_sums(page, factor.code)
            weight = page.method.weights[factor.code]
            parts.append(f"{weight.numerator}/{weight.denominator}*{numerator}/{base}")
            bases.append(base)
            own = _ratio(page, factor.criteria)
            ratio = None if own is None or ratio is None else ratio + weight * own
        # A factor without an answer: no index.
        text = _percent(page, "+".join(parts), base="*".join(bases))
    return Formula(text, _known(known)) if _printed(page, ratio) == known else known


def _ratio(page: UnitPage, criteria: Iterable[CriterionResult]) -> Fraction | None:
    """Return what the counts of some criteria give, from 0 to 1; None without an answer."""
    scored, base = Fraction(0), 0
    for criterion in criteria:
        levels = _scales(page)[criterion.scale]
        worst, best = levels[0].worth, levels[-1].worth
        for option in criterion.options:
            points = Fraction(levels[option.position - 1].worth - worst, best - worst)
            satisfied = Fraction(option.position in criterion.satisfied)
            scored += option.n * (satisfied if page.method.item_rule == "TOP2" else points)
            base += option.n
    return scored / base if base else None


def _printed(page: UnitPage, ratio: Fraction | None) -> Decimal | None:
    if ratio is None:
        return None
    low = _floor(page) if page.method.item_rule == "MEAN5" else Fraction(0)
    return round_percent(100 * (low + (1 - low) * ratio))


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
    last = FIRST_ROW + len(page.campaign.questionnaire.parsed().criteria) - 1
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
