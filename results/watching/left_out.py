"""How many left a question out or were not asked it: whole percents of what is published.

Of published sheets only, which come in blocks (results.releasing). Of all counted so far, two looks
a minute apart would tell what the one sheet between them left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import get_language

from results.models import MIXED, WHOLE_CAMPAIGN, ReleasedTotal, Standing
from results.watching import boards
from results.watching.monitoring import Watch
from surveys.questionnaires.codebook import NOT_ANSWERED, NOT_ASKED, Column


@dataclass(frozen=True)
class QuestionLine:
    """A question, and how many of the sheets left it out or were not asked it, in percent."""

    text: str
    answered: int
    blank: int
    not_asked: int


def questions_left_out(watch: Watch) -> list[QuestionLine]:
    """Return the questions of the campaign that are published here; none before a release."""
    rows = boards.kept(
        ("left out", watch.campaign.pk, watch.tops), boards.SECONDS, lambda: _released(watch)
    )
    if not rows:
        return []
    counts = np.sum([counts for counts, _withheld in rows], axis=0)
    withheld = {number for _counts, numbers in rows for number in numbers}
    # The board's own, which has read its edition already.
    edition = watch.board.campaign.questionnaire.parsed()
    language = get_language() or "vi"
    found = []
    for number, (code, question) in enumerate(edition.questions.items()):
        if code in edition.columns_of and number not in withheld:
            parts = _parts(counts, edition.columns_of[code][0])
            if parts:
                text = question.text.get(language) or question.text["vi"]
                found.append(QuestionLine(text, *parts))
    return found


def _released(watch: Watch) -> list[tuple[list[int], list[int]]]:
    """Return what is published of the units watched: counts, and questions withheld."""
    rows = ReleasedTotal.objects.filter(
        campaign=watch.campaign,
        unit__in=watch.tops,
        period=WHOLE_CAMPAIGN,
        channel=MIXED,
        standing=Standing.COUNTED,
        n__gte=watch.campaign.threshold,
    )
    return list(rows.values_list("counts", "withheld"))


def _parts(counts: Any, column: Column) -> tuple[int, int, int] | None:
    """Return percents answered, left out and not asked; None without any sheet."""
    codes = counts[column.offset : column.offset + len(column.codes)]
    n = int(codes.sum())
    if not n:
        return None
    blank, not_asked = (
        round(100 * int(codes[column.codes.index(code)]) / n) for code in (NOT_ANSWERED, NOT_ASKED)
    )
    return 100 - blank - not_asked, blank, not_asked


def completion(questions: Sequence[QuestionLine]) -> int | None:
    """Return how many of the questions asked were answered, in percent."""
    asked = sum(line.answered + line.blank for line in questions)
    return round(100 * sum(line.answered for line in questions) / asked) if asked else None
