"""The figures of a sample survey, sheet by sheet, written from docs/method.md section 10."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from surveys.questionnaires.editions import Edition
from surveys.questionnaires.methods import Method
from tests.oracles import scores_of


@dataclass(frozen=True)
class Unit:
    """A planned unit: its answer strings, the people they stand for, what it was drawn from."""

    sheets: Sequence[str]
    people: int
    stratum: str = ""


def index(
    units: Sequence[Unit], edition: Edition, method: Method
) -> tuple[Fraction, Fraction, int]:
    """Return the ratio from 0 to 1, its variance and the degrees of freedom."""
    factors = [section for section in edition.sections if section.kind == "factor"]
    parts = [(Fraction(1), factors)]
    if method.aggregation == "WEIGHTED":
        parts = [(method.weights[section.code], [section]) for section in factors]
    ratio = answer = Fraction(0)
    errors = [[Fraction(0) for _ in unit.sheets] for unit in units]
    # Of each sheet all it answered, and what of it is satisfied, as the ratio counts them.
    answers = [[Fraction(0) for _ in unit.sheets] for unit in units]
    satisfied = [Fraction(0) for _ in units]
    for weight, sections in parts:
        scored = [
            [scores_of(sheet, sections, edition, method) for sheet in unit.sheets] for unit in units
        ]
        each = [Fraction(unit.people, len(unit.sheets)) for unit in units]
        valid = sum(w * len(one) for w, sheets in zip(each, scored, strict=True) for one in sheets)
        got = sum(
            w * sum(one, Fraction(0))
            for w, sheets in zip(each, scored, strict=True)
            for one in sheets
        )
        part = Fraction(got) / valid
        ratio += weight * part
        for at, sheets in enumerate(scored):
            for number, one in enumerate(sheets):
                # What this sheet adds to the ratio's error, each person it stands for once.
                error = sum(one, Fraction(0)) - part * len(one)
                errors[at][number] += weight * each[at] * error / valid
                answers[at][number] += weight * each[at] * len(one) / valid
                satisfied[at] += weight * each[at] * sum(one, Fraction(0)) / valid
        answer += weight / valid
    strata: dict[str, list[Fraction]] = {}
    variance, freedom = Fraction(0), 0
    for at, (unit, found) in enumerate(zip(units, errors, strict=True)):
        if unit.stratum:
            strata.setdefault(unit.stratum, []).append(sum(found, Fraction(0)))
        else:
            share = satisfied[at] / sum(answers[at])
            most = share * (1 - share) * sum(one**2 for one in answers[at])
            step = (4 * answer * Fraction(unit.people, len(unit.sheets))) ** 2
            fewest = 30 if method.item_rule == "TOP2" else 0
            variance += _told(_spread(found), len(found), step, most, fewest)
            freedom += len(found) - 1
    for totals in strata.values():
        variance += _spread(totals)
    if strata:
        freedom = sum(len(totals) - 1 for totals in strata.values())
    return ratio, variance, freedom


def _spread(pieces: Sequence[Fraction]) -> Fraction:
    n, mean = len(pieces), sum(pieces, Fraction(0)) / len(pieces)
    return Fraction(n, n - 1) * sum(((piece - mean) ** 2 for piece in pieces), Fraction(0))


def _told(spread: Fraction, n: int, step: Fraction, most: Fraction, fewest: int) -> Fraction:
    """Return the spread of n sheets in steps, or as the most that there can be."""
    steps = -(-spread * Fraction(n - 1, n) // step)
    known = n >= fewest and steps > 1 and (steps + 1) * step <= most
    return Fraction(n, n - 1) * (steps * step if known else most)
