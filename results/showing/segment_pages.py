"""What a page says of the segments of a unit: its sheets told apart by who answered."""

from __future__ import annotations

from dataclasses import dataclass

from results.reading.figures import in_language
from results.reading.page_states import find_place
from results.reading.segment_figures import SegmentedQuestion, segmented_questions
from results.reading.summaries import UnitName
from results.reading.unit_families import find_around
from surveys.models import Campaign


@dataclass(frozen=True)
class SegmentPage:
    """A unit's segments by profile question; none before the final release, or where too few."""

    campaign: Campaign
    unit: UnitName
    above: tuple[UnitName, ...]
    factors: tuple[str, ...]
    questions: tuple[SegmentedQuestion, ...]


def segment_page(campaign: Campaign, code: str) -> SegmentPage:
    """Return the segments of a unit.

    Raises:
        CampaignUnit.DoesNotExist: the code names no unit of the campaign's tree.
    """
    place = find_place(campaign, code)
    around = find_around(place)
    return SegmentPage(
        campaign=campaign,
        unit=around.units[place.unit_id],
        above=around.above,
        factors=tuple(in_language(f.title) for f in campaign.questionnaire.parsed().factors),
        questions=segmented_questions(campaign, place.unit_id),
    )
