"""What is told of the shares of a factor's criteria that are withheld, from released numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from results.arithmetic.coded_shares import Coded, coded_share
from results.arithmetic.indices import Moments
from results.arithmetic.scoring import counts_of, levels_of
from surveys.questionnaires.codebook import Edition, Section
from surveys.questionnaires.methods import Method


def coded_criteria(
    section: Section,
    edition: Edition,
    method: Method,
    *,
    counts: Sequence[int],
    moments: Moments,
    sheets: int,
    hidden: Collection[str],
) -> Coded | None:
    """Return what is told of the share of each criterion of a factor that is withheld.

    None without any, of means, and where a criterion that is shown lacks answers that wait: the
    factor holds those as well.

    Args:
        section: the factor.
        counts, moments, sheets: as released; the counts of `hidden` are not looked at.
        hidden: codes of all questions withheld.
    """
    withheld = [question for question in section.criteria if question.code in hidden]
    if not withheld or method.item_rule != "TOP2":
        return None
    number = edition.factors.index(section)
    answers, satisfied, _points = moments.sums[3 * number : 3 * number + 3]
    for question in section.criteria:
        if question.code in hidden:
            continue
        counted = counts_of(edition.columns_of[question.code][0], counts)
        if sum(counted.values()) != sheets:
            return None
        levels = levels_of(question, method, counted)
        answers -= sum(level.count for level in levels)
        satisfied -= sum(level.count for level in levels if level.satisfied)
    people = moments.answered[number]
    return coded_share(answers, satisfied, criteria=len(withheld), people=people)
