"""The few figures a page leads with, besides its index. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from results.reading.figures import FactorResult, QuestionResult
from results.reading.summaries import UnitSummary
from results.showing.pages import UnitPage

MOST_EXPECTED = 3


@dataclass(frozen=True)
class Headline:
    """The best and the most improved unit below, and the weakest factor; None where unknown.

    The most improved one rose by more than chance. `tier` is that of the units below.
    """

    best: UnitSummary | None
    most_improved: UnitSummary | None
    weakest: FactorResult | None
    out_of_100: int | None


def headline(page: UnitPage) -> Headline:
    """Return what stands out on a page; units of the first tier below only."""
    first = page.children[0].unit.tier if page.children else ""
    ranked = [c for c in page.children if c.unit.tier == first and c.standing is not None]
    best = [child for child in ranked if child.standing and child.standing.position == 1]
    risen = [
        child
        for child in ranked
        if child.change and child.change.distinguishable and child.change.points > 0
    ]
    factors = page.figures.factors if page.figures else ()
    known = [factor for factor in factors if factor.figure.percent is not None]
    index = page.summary.index
    shares = page.method.item_rule == "TOP2" and index is not None and index.percent is not None
    return Headline(
        # Where two share the first place neither is named.
        best=best[0] if len(best) == 1 and len(ranked) > 1 else None,
        most_improved=max(risen, key=lambda c: c.change.points if c.change else 0, default=None),
        weakest=min(known, key=lambda f: f.figure.percent or 0, default=None)
        if len(known) > 1
        else None,
        out_of_100=round(index.percent) if shares and index and index.percent is not None else None,
    )


def most_expected(questions: Sequence[QuestionResult]) -> tuple[QuestionResult, ...]:
    """Return each question about expectations with the options chosen most, most first.

    Withheld questions, and options that nobody chose, are left out.
    """
    found = []
    for question in questions:
        # sorted() keeps the order of the form among equals.
        options = sorted((o for o in question.options if o.n), key=lambda o: -o.n)
        if options:
            found.append(replace(question, options=tuple(options[:MOST_EXPECTED])))
    return tuple(found)
