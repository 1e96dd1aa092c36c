"""What a unit should improve first, from the released counts around it (arithmetic.priorities)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from results.arithmetic.indices import round_percent
from results.arithmetic.priorities import Beside, Candidate, Priority, first_to_improve, weights
from results.arithmetic.scoring import scoring_of
from results.reading.criterion_figures import criterion_figures
from results.reading.figures import in_language
from results.reading.public_rows import ReleasedCounts
from surveys.models import Campaign


@dataclass(frozen=True)
class Improvement:
    """A criterion to improve: what it is compared with, and what closing the gap gains.

    `gain` is in points of the index; `beside` says whose `reference` it is (arithmetic.priorities),
    and `n_reference` from how many answers; None where it is nobody's.
    """

    code: str
    text: str
    percent: Decimal
    n_valid: int
    beside: Beside
    reference: Decimal
    n_reference: int | None
    gain: Decimal


def improvements(
    campaign: Campaign,
    unit_id: int,
    parent_id: int | None,
    similar: Sequence[int],
    counts: Mapping[int, ReleasedCounts],
) -> tuple[Improvement, ...]:
    """Return the criteria a unit should improve first.

    Args:
        similar: units of the same tier and parent, the unit left out.
        counts: released counts by unit, of published units only.
    """
    edition = campaign.questionnaire.parsed()
    own = counts[unit_id]
    others = [counts[unit] for unit in similar if unit in counts]
    above = [counts[parent_id]] if parent_id is not None and parent_id in counts else []
    percents, valid = _percents(campaign, [own])
    if any(code not in percents for code in valid):
        # Without a figure of every criterion its weight in the index is not known.
        return ()
    (of_above, n_above), (of_similar, n_similar) = (
        _percents(campaign, rows) if rows else ({}, {}) for rows in (above, others)
    )
    based: dict[Beside, dict[str, int]] = {"above": n_above, "similar": n_similar}
    method = campaign.method.parsed()
    parts = weights(
        [[valid[q.code] for q in section.criteria] for section in edition.factors],
        scoring_of(method, edition).weights,
    )
    chosen = first_to_improve(
        Candidate(q.code, percents[q.code], part, of_above.get(q.code), of_similar.get(q.code))
        for q, part in zip(edition.criteria, parts, strict=True)
    )
    texts = {q.code: in_language(q.text) for q in edition.criteria}
    return tuple(
        _shown(
            priority,
            texts[priority.code],
            valid[priority.code],
            based.get(priority.beside, {}).get(priority.code),
        )
        for priority in chosen
    )


def _percents(
    campaign: Campaign, rows: Sequence[ReleasedCounts]
) -> tuple[dict[str, Fraction], dict[str, int]]:
    """Return each criterion's percent of some units together, and its valid answers."""
    figures = criterion_figures(campaign, rows)
    percents = {code: f.percent for code, f in figures.items() if f.percent is not None}
    return percents, {code: figure.n for code, figure in figures.items()}


def _shown(priority: Priority, text: str, n_valid: int, n_reference: int | None) -> Improvement:
    return Improvement(
        code=priority.code,
        text=text,
        percent=round_percent(priority.percent),
        n_valid=n_valid,
        beside=priority.beside,
        reference=round_percent(priority.reference),
        n_reference=n_reference,
        gain=round_percent(priority.gain),
    )
