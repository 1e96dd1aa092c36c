"""How many sheets left a question out or were not asked it: whole percents, nothing of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import get_language

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
    """Return every question of the campaign; none below its threshold of sheets."""
    n = sum(sheets for _channel, sheets, _counts in watch.totals)
    if n < watch.campaign.threshold:
        return []
    counts = np.sum([counts for _channel, _n, counts in watch.totals], axis=0)
    # The board's own, which has read its edition already.
    edition = watch.board.campaign.questionnaire.parsed()
    language = get_language() or "vi"
    return [
        QuestionLine(
            question.text.get(language) or question.text["vi"],
            *_parts(counts, edition.columns_of[code][0], n),
        )
        for code, question in edition.questions.items()
        if code in edition.columns_of
    ]


def _parts(counts: Any, column: Column, n: int) -> tuple[int, int, int]:
    blank = int(counts[column.offset + column.codes.index(NOT_ANSWERED)])
    not_asked = int(counts[column.offset + column.codes.index(NOT_ASKED)])
    left_out, unasked = round(100 * blank / n), round(100 * not_asked / n)
    return 100 - left_out - unasked, left_out, unasked


def completion(questions: Sequence[QuestionLine]) -> int | None:
    """Return how many of the questions asked were answered, in percent."""
    asked = sum(line.answered + line.blank for line in questions)
    return round(100 * sum(line.answered for line in questions) / asked) if asked else None
