"""What a page shows of a unit: the one definition behind page, API and files.

Everything public is read from releases; only the numbers of sheets received are seconds old.
Run each function inside `reading.snapshot.snapshot`, so that what it shows belongs together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from results.arithmetic.indices import Figure
from results.models import MIXED, WHOLE_CAMPAIGN
from results.reading.commitment_lines import CommitmentLine, commitment_lines
from results.reading.figures import in_language
from results.reading.history import Earlier, Family, earlier
from results.reading.page_states import PageState, find_place, page_state
from results.reading.public_rows import (
    ReleasedCounts,
    ReleasedRow,
    Sheets,
    released_rows,
    sheets_of,
)
from results.reading.slice_rows import Slice
from results.reading.summaries import (
    Change,
    Standing,
    Status,
    UnitName,
    UnitSummary,
    exact_indices,
    published,
    standings,
    unit_summaries,
    with_set_aside,
)
from results.reading.tier_places import place_in_tier
from results.reading.tier_summaries import TierSummary, asked_below, tier_summaries
from results.reading.trends import TrendPoint, trend
from results.reading.unit_families import Around, find_around
from results.reading.unit_figures import Goals, UnitFigures, unit_figures
from surveys.models import Campaign, CampaignUnit
from surveys.questionnaires.methods import Method

__all__ = [
    "Change",
    "Goals",
    "Standing",
    "Status",
    "TierSummary",
    "UnitFigures",
    "UnitName",
    "UnitPage",
    "UnitSummary",
    "page_of",
    "unit_page",
]


@dataclass(frozen=True)
class UnitPage:
    """A unit with its way up and the units directly below it.

    Figures are of the whole campaign and of the channels of the headline, or of one month
    (`period`, as 202611) or one `channel` (surveys.models.Channel) of it.
    """

    campaign: Campaign
    summary: UnitSummary
    figures: UnitFigures | None
    # What the index would be with the sheets shown as set aside; None without any.
    with_set_aside: Decimal | None
    # Its place among all units of its tier in the campaign, where that are more than its siblings.
    among_all: Standing | None
    # From the nation down to the unit above.
    above: tuple[UnitName, ...]
    # By name, territories before agencies.
    children: tuple[UnitSummary, ...]
    # Sheets in the unit's figures that are in no child's: they are about the unit itself.
    n_about_itself: int
    # Sheets about it or below it are not counted yet.
    is_counting: bool
    period: int
    channel: int
    # The months and channels that can be shown of the unit, beside the headline.
    slices: tuple[Slice, ...]
    tiers: tuple[TierSummary, ...]
    # The campaign before; whether it asked and counted alike; the points of all campaigns.
    previous: Campaign | None
    is_comparable: bool
    trend: tuple[TrendPoint, ...]
    # What the unit promised to do, on this campaign and on the one before.
    commitments: tuple[CommitmentLine, ...]

    @property
    def method(self) -> Method:
        return self.campaign.method.parsed()

    @property
    def legal_basis(self) -> str:
        return in_language(self.method.legal_basis)

    @property
    def is_headline(self) -> bool:
        return (self.period, self.channel) == (WHOLE_CAMPAIGN, MIXED)


def unit_page(
    campaign: Campaign,
    code: str | None = None,
    *,
    period: int = WHOLE_CAMPAIGN,
    channel: int = MIXED,
) -> UnitPage:
    """Return what is public of a unit of a campaign, of its root when no code is given.

    Args:
        period, channel: a month or a channel (not both); 0 and 0 are the headline. Movement,
            trend and what to improve are of the headline only.

    Raises:
        CampaignUnit.DoesNotExist: the code names no unit of the campaign's tree.
    """
    place = find_place(campaign, code)
    return page_of(place, page_state(place), period=period, channel=channel)


def page_of(
    place: CampaignUnit,
    state: PageState,
    *,
    period: int = WHOLE_CAMPAIGN,
    channel: int = MIXED,
) -> UnitPage:
    """Return what is public of a unit whose place and state are known (`unit_page`)."""
    is_headline = (period, channel) == (WHOLE_CAMPAIGN, MIXED)
    read = _read(place, period, channel, is_headline=is_headline)
    campaign, unit_id = place.campaign, place.unit_id
    rows, now, before = read.rows, read.now, read.before
    summaries = _summaries(place, state, read)
    summary = summaries.pop(unit_id)
    own = read.sheets.get(unit_id, Sheets())
    about_children = sum(child.n_responses or 0 for child in summaries.values())
    return UnitPage(
        campaign=campaign,
        summary=summary,
        figures=unit_figures(read.around, rows, now, before, read.counts)
        if unit_id in rows
        else None,
        with_set_aside=with_set_aside(campaign, rows.get(unit_id), own) if is_headline else None,
        among_all=_among_all(unit_id, summary, own),
        above=read.around.above,
        children=tuple(summaries.values()),
        n_about_itself=(summary.n_responses or 0) - about_children,
        is_counting=bool(state.marked),
        period=period,
        channel=channel,
        slices=own.slices,
        tiers=tier_summaries(read.around, now, own.further_below),
        previous=before[0].campaign if before else None,
        is_comparable=bool(before) and before[0].is_comparable,
        trend=trend(campaign, unit_id, read.around.family.parent_id, now, before),
        commitments=commitment_lines(campaign, unit_id, before, read.counts)
        if is_headline and any(state.commitments)
        else (),
    )


class _Read(NamedTuple):
    """What a page is made of, as read: published rows of the unit and of those around it."""

    around: Around
    rows: dict[int, ReleasedRow]
    now: dict[int, Figure]
    before: list[Earlier]
    counts: dict[int, ReleasedCounts]
    sheets: dict[int, Sheets]


def _read(place: CampaignUnit, period: int, channel: int, *, is_headline: bool) -> _Read:
    campaign, around = place.campaign, find_around(place)
    family = around.family
    found = released_rows(
        campaign,
        family.unit_id,
        list(family.everyone - {family.unit_id}),
        period=period,
        channel=channel,
        counted=around.like_it if is_headline else (),
    )
    rows = published(campaign, found)
    counts = {
        unit_id: ReleasedCounts(row.counts, row.withheld)
        for unit_id, row in rows.items()
        if is_headline and row.counts is not None
    }
    below = [unit_id for unit_id in around.units if unit_id != family.unit_id]
    return _Read(
        around=around,
        rows=rows,
        now=exact_indices(campaign, rows),
        before=earlier(campaign, family) if is_headline else [],
        counts=counts,
        sheets=sheets_of(
            *(campaign, family.unit_id, below),
            tier=place.tier if is_headline else "",
            below=asked_below(place) if is_headline else None,
        ),
    )


def _summaries(place: CampaignUnit, state: PageState, read: _Read) -> dict[int, UnitSummary]:
    """Return the state of the unit and of those below it, by id."""
    return unit_summaries(
        place.campaign,
        read.around.units,
        read.rows,
        read.sheets,
        _waiting(place, state),
        figures=read.now,
        places=standings(read.around.groups, read.now, _before(read.around.family, read.before)),
    )


def _waiting(place: CampaignUnit, state: PageState) -> set[int]:
    """Return the units with sheets on their way; where something below waits, the unit waits."""
    waiting = {unit_id or place.unit_id for unit_id in state.waiting}
    return waiting | ({place.unit_id} if waiting else set())


def _among_all(unit_id: int, summary: UnitSummary, sheets: Sheets) -> Standing | None:
    """Return the place of a published unit among all of its tier, if others have other parents."""
    found = place_in_tier(sheets.tier_indices, unit_id) if summary.index else None
    siblings = summary.standing.of if summary.standing else 1
    return found if found and found.of > siblings else None


def _before(family: Family, before: Sequence[Earlier]) -> dict[int, Figure]:
    """Return the indexes of the previous campaign, if today's continue them."""
    if not before or not before[0].is_comparable:
        return {}
    return before[0].indices(family.everyone)
