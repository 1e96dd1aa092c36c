"""Figures of those who gave one answer to a profile question: index and factors of each part."""

from __future__ import annotations

from dataclasses import dataclass

from results.arithmetic.indices import Figure, Moments, factor, index
from results.arithmetic.scoring import scoring_of
from results.reading.figures import Shown, in_language, shown
from results.reading.released_arrays import moments_from
from results.reading.segment_rows import Segment, released_segments
from surveys.models import Campaign
from surveys.questionnaires.codebook import Question


@dataclass(frozen=True)
class SegmentFigures:
    """The sheets of those who chose one option; option 0 is all others and who did not say.

    `factors` are in the order of the edition. A factor that is not shown of any part is None,
    and so is then the index, which would be of the other factors only.
    """

    option: int
    text: str
    n: int
    index: Shown | None
    factors: tuple[Shown | None, ...]


@dataclass(frozen=True)
class SegmentedQuestion:
    """A profile question with the parts its answers tell a unit's sheets apart into."""

    code: str
    text: str
    parts: tuple[SegmentFigures, ...]


@dataclass(frozen=True)
class ExactSegment:
    """A segment with the sums it is made of; figures as in SegmentFigures, unrounded."""

    segment: Segment
    moments: Moments
    index: Figure | None
    factors: tuple[Figure | None, ...]


def exact_segments(campaign: Campaign, unit_id: int) -> list[ExactSegment]:
    """Return a unit's segments by question and option."""
    edition = campaign.questionnaire.parsed()
    scoring = scoring_of(campaign.method.parsed(), edition)
    found = []
    for segment in released_segments(campaign, unit_id):
        moments = moments_from(campaign, [segment.moments])
        factors = tuple(
            factor(moments, number, scoring, sheets=segment.n) if answered else None
            for number, answered in enumerate(moments.answered)
        )
        whole = None if None in factors else index(moments, scoring, sheets=segment.n)
        found.append(ExactSegment(segment, moments, whole, factors))
    return found


def segmented_questions(campaign: Campaign, unit_id: int) -> tuple[SegmentedQuestion, ...]:
    """Return a unit's segments in the order of the edition, those of others last."""
    parts: dict[str, list[ExactSegment]] = {}
    for one in exact_segments(campaign, unit_id):
        parts.setdefault(one.segment.question, []).append(one)
    questions = campaign.questionnaire.parsed().questions
    return tuple(
        SegmentedQuestion(code, in_language(question.text), _parts(question, parts[code]))
        for code, question in questions.items()
        if code in parts
    )


def _parts(question: Question, found: list[ExactSegment]) -> tuple[SegmentFigures, ...]:
    texts = ["", *(in_language(option.text) for option in question.options)]
    found.sort(key=lambda one: (one.segment.option == 0, one.segment.option))
    return tuple(
        SegmentFigures(
            option=one.segment.option,
            text=texts[one.segment.option],
            n=one.segment.n,
            index=None if one.index is None else shown(one.index),
            factors=tuple(None if f is None else shown(f) for f in one.factors),
        )
        for one in found
    )
