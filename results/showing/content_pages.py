"""One factor or criterion across the units below a unit: ranks, intervals, possible ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from results.arithmetic.indices import Figure, factor
from results.arithmetic.scoring import criterion_of, scoring_of
from results.models import MIXED, WHOLE_CAMPAIGN
from results.reading.figures import Shown, in_language, shown
from results.reading.page_states import find_place
from results.reading.public_rows import released_counts, released_rows
from results.reading.released_arrays import counts_from, moments_of
from results.reading.slice_rows import Slice, slices_of
from results.reading.summaries import Standing, Status, UnitName, published, standings
from results.reading.unit_families import Around, find_around
from surveys.models import Campaign
from surveys.questionnaires.codebook import Question, Section


class NoSuchContent(LookupError):
    """The edition has no factor or criterion of this code."""


@dataclass(frozen=True)
class ContentRow:
    """A unit's figure for a content; None where it is not published or withheld."""

    unit: UnitName
    status: Status
    figure: Shown | None
    standing: Standing | None


@dataclass(frozen=True)
class ContentPage:
    """A factor or criterion of a unit and of those directly below it.

    `factor` is the title of the factor a criterion belongs to; empty for a factor. `period` and
    `channel` say of which part of the sheets the figures are, as in results.showing.pages;
    `slices` which parts can be shown of the unit.
    """

    campaign: Campaign
    unit: UnitName
    above: tuple[UnitName, ...]
    code: str
    title: str
    factor: str
    figure: Shown | None
    rows: tuple[ContentRow, ...]
    period: int
    channel: int
    slices: tuple[Slice, ...]


def content_page(
    campaign: Campaign,
    unit_code: str,
    content: str,
    *,
    period: int = WHOLE_CAMPAIGN,
    channel: int = MIXED,
) -> ContentPage:
    """Return one content of a unit and of those below it.

    Raises:
        CampaignUnit.DoesNotExist: the code names no unit of the campaign's tree.
        NoSuchContent: the edition has no factor or criterion of this code.
    """
    section, question = _find(campaign, content)
    around = find_around(find_place(campaign, unit_code))
    figures = (
        _criterion_figures(campaign, around, question.code, period, channel)
        if question
        else _factor_figures(campaign, around, section, period, channel)
    )
    known = {unit_id: f for unit_id, f in figures.items() if f.percent is not None}
    places = standings(around.groups[1:], known, {})
    rows = tuple(
        ContentRow(
            unit=name,
            status="published" if unit_id in known else "suppressed",
            figure=shown(known[unit_id]) if unit_id in known else None,
            standing=places[unit_id][0] if unit_id in places else None,
        )
        for unit_id, name in around.units.items()
        if unit_id != around.family.unit_id
    )
    own = known.get(around.family.unit_id)
    return ContentPage(
        campaign=campaign,
        unit=around.units[around.family.unit_id],
        above=around.above,
        code=content,
        title=in_language(question.text if question else section.title),
        factor=in_language(section.title) if question else "",
        figure=shown(own) if own else None,
        rows=rows,
        period=period,
        channel=channel,
        slices=tuple(slices_of(campaign, [around.family.unit_id])),
    )


def has_content(campaign: Campaign, content: str) -> bool:
    """Return whether a campaign's edition has a factor or criterion of this code."""
    try:
        _find(campaign, content)
    except NoSuchContent:
        return False
    return True


def _find(campaign: Campaign, content: str) -> tuple[Section, Question | None]:
    for section in campaign.questionnaire.parsed().factors:
        if section.code == content:
            return section, None
        for question in section.criteria:
            if question.code == content:
                return section, question
    raise NoSuchContent(content)


def _factor_figures(
    campaign: Campaign, around: Around, section: Section, period: int, channel: int
) -> Mapping[int, Figure]:
    edition = campaign.questionnaire.parsed()
    number = edition.factors.index(section)
    scoring = scoring_of(campaign.method.parsed(), edition)
    unit_id = around.family.unit_id
    found = released_rows(campaign, unit_id, list(around.units), period=period, channel=channel)
    rows = published(campaign, found)
    moments = moments_of(campaign, rows)
    return {
        unit_id: factor(moments[unit_id], number, scoring, sheets=row.n)
        for unit_id, row in rows.items()
    }


def _criterion_figures(
    campaign: Campaign, around: Around, code: str, period: int, channel: int
) -> Mapping[int, Figure]:
    edition, method = campaign.questionnaire.parsed(), campaign.method.parsed()
    number = list(edition.questions).index(code)
    rows = released_counts(campaign, list(around.units), period=period, channel=channel)
    return {
        unit_id: criterion_of(edition, method, code, counts_from(campaign, row.counts))
        for unit_id, row in rows.items()
        if number not in row.withheld
    }
