"""The slow, obvious count: every sheet decoded and counted in plain Python.

Written from design.md and the docstring of results.counting.moments, not from the code under test.
"""

from __future__ import annotations

from collections import defaultdict
from math import lcm
from typing import NamedTuple

from results.models import Cell, Total
from surveys.answering.answers import decode
from surveys.models import Campaign, CampaignUnit, Response, SetAside
from surveys.questionnaires.editions import Edition
from surveys.questionnaires.methods import Method

Key = tuple[int, int, int, int]


class Numbers(NamedTuple):
    """What a cell or a total holds."""

    n: int
    counts: list[int]
    moments: list[int]


def counts_of(edition: Edition, sheets: list[str]) -> list[int]:
    return [
        sum(sheet[column.position] == code for sheet in sheets)
        for column in edition.columns
        for code in column.codes
    ]


def moments_of(edition: Edition, method: Method, sheets: list[str]) -> list[int]:
    vectors = [_vector(edition, method, sheet) for sheet in sheets]
    width = 3 * len(edition.factors)
    answered = [[z[3 * f] > 0 for f in range(len(edition.factors))] for z in vectors]
    return [
        *(sum(z[i] for z in vectors) for i in range(width)),
        *(sum(z[i] * z[j] for z in vectors) for i in range(width) for j in range(i, width)),
        *(sum(factors[f] for factors in answered) for f in range(len(edition.factors))),
        sum(any(factors) for factors in answered),
    ]


def _vector(edition: Edition, method: Method, sheet: str) -> list[int]:
    answers = decode(edition, sheet)
    ratings = [q for s in edition.factors for q in s.questions if q.kind == "rating"]
    points = {q.code: [int(option.points or 0) for option in q.options] for q in ratings}
    common = lcm(*(max(p) - min(p) for p in points.values()))
    vector: list[int] = []
    for section in edition.factors:
        valid = satisfied = worth = 0
        for question in section.questions:
            answer = answers.get(question.code)
            if question.kind != "rating" or not isinstance(answer, int):
                continue
            levels = points[question.code]
            valid += 1
            satisfied += answer in method.satisfied[question.scale or ""]
            worth += (levels[answer - 1] - min(levels)) * common // (max(levels) - min(levels))
        vector += [valid, satisfied, worth]
    return vector


def cells_by_hand(campaign: Campaign) -> dict[Key, Numbers]:
    """Return what the cells should be: by unit, month, channel, standing."""
    return _numbers(campaign, _sheets(campaign))


def totals_by_hand(campaign: Campaign) -> dict[Key, Numbers]:
    """Return what the totals should be: by unit, month or 0, channel, standing."""
    parents = dict(
        CampaignUnit.objects.filter(campaign=campaign).values_list("unit_id", "parent_id")
    )
    sheets: dict[Key, list[str]] = defaultdict(list)
    for (unit, month, channel, standing), own in _sheets(campaign).items():
        above: int | None = unit
        while above is not None:
            sheets[above, month, channel, standing] += own
            sheets[above, 0, channel, standing] += own
            above = parents[above]
    return _numbers(campaign, sheets)


def _sheets(campaign: Campaign) -> dict[Key, list[str]]:
    aside = set(SetAside.objects.filter(reversed_at=None).values_list("response_id", flat=True))
    sheets: dict[Key, list[str]] = defaultdict(list)
    for response in Response.objects.filter(campaign=campaign):
        month = response.answered_on.year * 100 + response.answered_on.month
        key = (response.unit_id, month, response.channel, int(response.id in aside))
        sheets[key].append(response.answers)
    return sheets


def _numbers(campaign: Campaign, sheets: dict[Key, list[str]]) -> dict[Key, Numbers]:
    edition, method = campaign.questionnaire.parsed(), campaign.method.parsed()
    return {
        key: Numbers(len(own), counts_of(edition, own), moments_of(edition, method, own))
        for key, own in sheets.items()
    }


def stored_cells(campaign: Campaign) -> dict[Key, Numbers]:
    return {
        (c.unit_id, c.month, c.channel, c.standing): Numbers(c.n, c.counts, c.moments)
        for c in Cell.objects.filter(campaign=campaign)
    }


def stored_totals(campaign: Campaign) -> dict[Key, Numbers]:
    return {
        (t.unit_id, t.period, t.channel, t.standing): Numbers(t.n, t.counts, t.moments)
        for t in Total.objects.filter(campaign=campaign)
    }


def assert_counted(campaign: Campaign) -> None:
    """Fail unless cells and totals are exactly what the sheets say."""
    assert stored_cells(campaign) == cells_by_hand(campaign)
    assert stored_totals(campaign) == totals_by_hand(campaign)
