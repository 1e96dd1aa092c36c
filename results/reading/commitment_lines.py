"""Commitments as a unit's page shows them: beside the figure of then, and that of now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from django.db.models import OuterRef, Q, Subquery

from results.arithmetic.comparison import difference
from results.arithmetic.indices import Figure, round_percent
from results.reading.criterion_figures import criterion_figures, withheld_criteria
from results.reading.figures import Shown, in_language, shown
from results.reading.history import Earlier
from results.reading.public_rows import ReleasedCounts, released_counts
from surveys.models import Campaign, CampaignUnit, Commitment


class Gap(Enum):
    """Why there is no figure of now beside that of then."""

    NOT_YET = "not yet"  # the commitment is of the campaign shown: the next one will tell
    OTHER_QUESTIONS = "other questions"  # or other rules
    OTHER_GROUND = "other ground"  # the unit does not cover what it covered
    NOTHING_SHOWN = "nothing shown"  # one of the two figures is not public


@dataclass(frozen=True)
class CommitmentLine:
    """A commitment of the unit, or of one whose people it has taken in (`by`, else empty).

    `then` is the criterion's figure in the campaign it was made on, of the same extent; `now`
    that of the campaign shown; `points` from unrounded figures, `distinguishable` whether they
    are more than chance (results.arithmetic.comparison).
    """

    commitment: Commitment
    criterion: str
    on: Campaign
    by: str
    then: Shown | None
    now: Shown | None = None
    points: Decimal | None = None
    distinguishable: bool | None = None
    gap: Gap | None = None

    @property
    def is_withdrawn(self) -> bool:
        return self.commitment.withdrawn_on is not None


def commitment_lines(
    campaign: Campaign,
    unit_id: int,
    before: Sequence[Earlier],
    counts: Mapping[int, ReleasedCounts],
) -> tuple[CommitmentLine, ...]:
    """Return the commitments made on a campaign and on the one before it.

    Those that stand come first, of each kind the newest first.

    Args:
        before: earlier campaigns as seen from the unit, the newest first.
        counts: released counts of the campaign, by unit id.
    """
    previous = before[0] if before else None
    rows = _commitments(campaign, unit_id, previous)
    now = _figures(campaign, [counts[unit_id]] if unit_id in counts else [])
    then = _then(previous, unit_id) if previous and any(_is_of(r, previous) for r in rows) else {}
    lines = [
        _beside(row, previous, unit_id, then, now)
        if previous and _is_of(row, previous)
        else CommitmentLine(
            row, criterion_text(campaign, row), campaign, "", _shown(now, row), gap=Gap.NOT_YET
        )
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda line: line.is_withdrawn))


def criterion_text(campaign: Campaign, row: Commitment) -> str:
    """Return the words of the criterion a commitment on a campaign is about."""
    question = campaign.questionnaire.parsed().questions.get(row.criterion)
    return in_language(question.text) if question else row.criterion


def _commitments(campaign: Campaign, unit_id: int, previous: Earlier | None) -> list[Commitment]:
    wanted = Q(campaign=campaign, unit=unit_id)
    if previous is not None:
        units = {unit_id, *_sources(previous, unit_id)}
        wanted |= Q(campaign=previous.campaign, unit__in=units)
    place = CampaignUnit.objects.filter(campaign=OuterRef("campaign"), unit=OuterRef("unit"))
    name = Subquery(place.values("version__full_name")[:1])
    rows = Commitment.objects.filter(wanted).annotate(unit_name=name)
    return list(rows.order_by("-published_on", "-pk"))


def _is_of(row: Commitment, earlier: Earlier) -> bool:
    return row.campaign_id == earlier.campaign.pk


def _sources(previous: Earlier, unit_id: int) -> list[int]:
    return [row.unit_id for row in previous.sources.get(unit_id, ())]


def _then(previous: Earlier, unit_id: int) -> dict[str, Figure]:
    units = _sources(previous, unit_id)
    counts = released_counts(previous.campaign, units) if units else {}
    # Where one part is not public, the rest is another extent.
    whole = len(counts) == len(units)
    return _figures(previous.campaign, list(counts.values()) if whole else [])


def _figures(campaign: Campaign, rows: Sequence[ReleasedCounts]) -> dict[str, Figure]:
    """Return the figures that are public of all these units together."""
    if not rows:
        return {}
    withheld: Collection[str] = withheld_criteria(campaign, rows)
    figures = criterion_figures(campaign, rows).items()
    return {code: f for code, f in figures if code not in withheld and f.percent is not None}


def _beside(
    row: Commitment,
    previous: Earlier,
    unit_id: int,
    then: Mapping[str, Figure],
    now: Mapping[str, Figure],
) -> CommitmentLine:
    old, new = then.get(row.criterion), now.get(row.criterion)
    change = difference(new, old) if old and new else None
    gap = None if change else Gap.NOTHING_SHOWN
    if not previous.is_comparable:
        gap = Gap.OTHER_QUESTIONS
    elif not _sources(previous, unit_id):
        gap = Gap.OTHER_GROUND
    return CommitmentLine(
        row,
        criterion_text(previous.campaign, row),
        previous.campaign,
        by="" if row.unit_id == unit_id else row.unit_name,  # type: ignore[attr-defined]  # annotated
        then=_shown(then, row),
        now=None if gap else _shown(now, row),
        points=None if gap or change is None else round_percent(change.points),
        distinguishable=None if gap or change is None else change.distinguishable,
        gap=gap,
    )


def _shown(figures: Mapping[str, Figure], row: Commitment) -> Shown | None:
    figure = figures.get(row.criterion)
    return shown(figure) if figure else None
