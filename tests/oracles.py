"""Slow and obvious figures, straight from answer sheets, written from docs/method.md.

Nothing here comes from results.*: no moments, no matrices, no shared formulas. A sheet is its
answer string; columns are counted off by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from math import exp, lgamma, log, pi

from surveys.questionnaires.editions import Edition, Question, Section
from surveys.questionnaires.methods import Method

Printed = Callable[[Fraction], Fraction]

LETTERS = "123456789abcdefghijklmnopqrstuvwyz"


@dataclass(frozen=True)
class Expected:
    """A figure as docs/method.md defines it."""

    percent: Fraction | None
    low: float | None
    high: float | None
    n: int
    n_missing: int


def index(sheets: Sequence[str], edition: Edition, method: Method) -> Expected:
    everything = [section for section in edition.sections if section.kind == "factor"]
    if method.aggregation == "WEIGHTED":
        parts = [(method.weights[section.code], [section]) for section in everything]
    else:
        parts = [(Fraction(1), everything)]
    return _combined(sheets, edition, method, parts)


def factor(sheets: Sequence[str], edition: Edition, method: Method, code: str) -> Expected:
    section = next(section for section in edition.sections if section.code == code)
    return _combined(sheets, edition, method, [(Fraction(1), [section])])


def criterion(sheets: Sequence[str], edition: Edition, method: Method, code: str) -> Expected:
    question = edition.questions[code]
    scores = [
        score
        for score in (_score(sheet, question, edition, method) for sheet in sheets)
        if score is not None
    ]
    asked = [sheet for sheet in sheets if sheet[_position(edition, code)] != "."]
    missing = len(asked) - len(scores)
    if not scores:
        return Expected(None, None, None, 0, missing)
    mean = sum(scores, Fraction(0)) / len(scores)
    if method.item_rule == "TOP2":
        low, high = _wilson(mean, Fraction(len(scores)), 1.959963984540054)
        return Expected(100 * mean, 100 * low, 100 * high, len(scores), missing)
    printed = partial(_printed, edition, method)
    spread = sum(((score - mean) ** 2 for score in scores), Fraction(0))
    return _with_interval(mean, spread / len(scores) ** 2, len(scores), missing, printed)


def _combined(
    sheets: Sequence[str],
    edition: Edition,
    method: Method,
    parts: list[tuple[Fraction, list[Section]]],
) -> Expected:
    """Return the figure of weighted ratios, each over the criteria of some sections."""
    scored = [
        [scores_of(sheet, sections, edition, method) for _, sections in parts] for sheet in sheets
    ]
    answering = [sheet for sheet in scored if any(sheet)]
    n, missing = len(answering), len(sheets) - len(answering)
    valid = [sum(len(sheet[part]) for sheet in scored) for part in range(len(parts))]
    if 0 in valid:
        return Expected(None, None, None, n, missing)
    ratios = [
        sum((sum(sheet[part], Fraction(0)) for sheet in scored), Fraction(0)) / valid[part]
        for part in range(len(parts))
    ]
    squares = sheets_alone = Fraction(0)
    for sheet in answering:
        error = answers = Fraction(0)
        for part, (weight, _) in enumerate(parts):
            got = sum(sheet[part], Fraction(0))
            error += weight * (got - ratios[part] * len(sheet[part])) / valid[part]
            answers += weight * len(sheet[part]) / valid[part]
        squares += error**2
        sheets_alone += answers**2
    ratio = sum((parts[i][0] * ratios[i] for i in range(len(parts))), Fraction(0))
    # The spread is told in steps of four answers squared; near none and near the most there can be
    # it is not told at all, nor of shares of fewer than 30, and every sheet taken for one answer.
    answer = sum(
        (weight / Fraction(valid[part]) for part, (weight, _) in enumerate(parts)), Fraction(0)
    )
    step = 16 * answer**2
    steps = -(-squares // step)
    furthest = ratio * (1 - ratio) * sheets_alone
    known = steps > 1 and (steps + 1) * step <= furthest
    known = known and (n >= 30 or method.item_rule != "TOP2")
    squares = steps * step if known else furthest * Fraction(n - 1, n)
    printed = partial(_printed, edition, method)
    most = 2 * n if n < 100 else Fraction(n * n, 50)
    least = ratio * (1 - ratio) / most if method.item_rule == "TOP2" and n else Fraction(0)
    return _with_interval(ratio, squares, n, missing, printed, least=least, of_sheets=True)


def scores_of(
    sheet: str, sections: Sequence[Section], edition: Edition, method: Method
) -> list[Fraction]:
    """Return what each valid answer of a sheet to the criteria of sections scores, 0 to 1."""
    return [
        score
        for section in sections
        for question in section.questions
        if question.kind == "rating"
        if (score := _score(sheet, question, edition, method)) is not None
    ]


def _with_interval(
    ratio: Fraction,
    squares: Fraction,
    n: int,
    missing: int,
    printed: Printed,
    *,
    least: Fraction = Fraction(0),
    of_sheets: bool = False,
) -> Expected:
    percent = printed(ratio)
    if n == 1:
        return Expected(percent, None, None, n, missing)
    variance = squares * n / (n - 1)
    if variance == 0:
        low, high = _wilson(ratio, Fraction(n), 1.959963984540054)
    else:
        # A sheet is at most so many answers, so the variance at least that of all of them.
        size = ratio * (1 - ratio) / max(variance, least)
        # As many single answers as sheets or fewer: nothing of the spread was estimated.
        guessed = of_sheets and ratio * (1 - ratio) / variance <= n
        low, high = _wilson(ratio, size, 1.959963984540054 if guessed else t_quantile(n - 1))
    ends = [float(printed(Fraction(end))) for end in (low, high)]
    return Expected(percent, ends[0], ends[1], n, missing)


def _printed(edition: Edition, method: Method, ratio: Fraction) -> Fraction:
    if method.item_rule == "MEAN5":
        question = next(
            question
            for section in edition.sections
            if section.kind == "factor"
            for question in section.questions
            if question.kind == "rating"
        )
        points = [option.points or 0 for option in question.options]
        mean = points[0] + ratio * (points[-1] - points[0])
        return 100 * mean / points[-1]
    return 100 * ratio


def _score(sheet: str, question: Question, edition: Edition, method: Method) -> Fraction | None:
    """Return what one answer contributes, 0 to 1; None when it is not valid."""
    character = sheet[_position(edition, question.code)]
    if character not in LETTERS:
        return None
    level = LETTERS.index(character)
    if method.item_rule == "TOP2":
        return Fraction(int(level + 1 in method.satisfied[str(question.scale)]))
    points = [option.points or 0 for option in question.options]
    return Fraction(points[level] - points[0], points[-1] - points[0])


def _position(edition: Edition, code: str) -> int:
    position = 0
    for section in edition.sections:
        for question in section.questions:
            if question.code == code:
                return position
            if question.kind == "multiple":
                position += len(question.options)
            elif question.kind != "text":
                position += 1
    raise KeyError(code)


def _wilson(ratio: Fraction, n: Fraction, quantile: float) -> tuple[float, float]:
    """Return the shares p with |ratio - p| = quantile · √(p(1 - p)/n), found by halving."""
    seen, size = float(ratio), float(n)

    def inside(share: float) -> bool:
        return (seen - share) ** 2 <= quantile**2 * share * (1 - share) / size

    def edge(inner: float, outer: float) -> float:
        for _ in range(200):
            middle = (inner + outer) / 2
            inner, outer = (middle, outer) if inside(middle) else (inner, middle)
        return inner

    low = 0.0 if ratio == 0 else edge(seen, 0.0)
    high = 1.0 if ratio == 1 else edge(seen, 1.0)
    return low, high


@cache
def t_quantile(freedom: int) -> float:
    """Return the t that holds 95 % of Student's distribution, by Simpson's rule and halving."""
    log_scale = lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - log(freedom * pi) / 2

    def density(t: float) -> float:
        return exp(log_scale - (freedom + 1) / 2 * log(1 + t * t / freedom))

    def within(t: float, steps: int = 2000) -> float:
        width = t / steps
        inner = sum((4 if i % 2 else 2) * density(i * width) for i in range(1, steps))
        return 2 * (density(0) + inner + density(t)) * width / 3

    low, high = 1.9, 13.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle) < 0.95 else (low, middle)
    return (low + high) / 2
