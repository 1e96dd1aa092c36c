"""The figure of every criterion, from the released counts of a unit or of several together."""

from __future__ import annotations

from collections.abc import Sequence

from results.arithmetic.indices import Figure, criterion
from results.arithmetic.scoring import counts_of, levels_of, missing_of, scoring_of
from results.reading.public_rows import ReleasedCounts
from results.reading.released_arrays import summed_counts
from surveys.models import Campaign


def criterion_figures(campaign: Campaign, rows: Sequence[ReleasedCounts]) -> dict[str, Figure]:
    """Return the figure of each criterion of some units together, by its code.

    A unit that withholds a criterion has no part in it; without any answer there is no percent.
    """
    edition, method = campaign.questionnaire.parsed(), campaign.method.parsed()
    scoring = scoring_of(method, edition)
    numbers = {code: number for number, code in enumerate(edition.questions)}
    whole = summed_counts(campaign, [row.counts for row in rows])
    withheld = {number for row in rows for number in row.withheld}
    figures = {}
    for question in edition.criteria:
        column = edition.columns_of[question.code][0]
        number = numbers[question.code]
        counts = whole
        if number in withheld:
            open_rows = [row.counts for row in rows if number not in row.withheld]
            counts = summed_counts(campaign, open_rows) if open_rows else [0] * len(whole)
        counted = counts_of(column, counts)
        levels = levels_of(question, method, counted)
        figures[question.code] = criterion(levels, scoring, missing=missing_of(column, counted))
    return figures


def withheld_criteria(campaign: Campaign, rows: Sequence[ReleasedCounts]) -> set[str]:
    """Return the criteria that at least one of some units withholds, by their codes."""
    withheld = {number for row in rows for number in row.withheld}
    codes = enumerate(campaign.questionnaire.parsed().questions)
    return {code for number, code in codes if number in withheld}
