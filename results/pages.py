"""What a page shows of a unit: the one definition behind page, API and files.

Everything public is read from releases; only the numbers of sheets received are seconds old.
Run each function inside `results.snapshot.snapshot`, so that what it shows belongs together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from django.db.models import Q

from results.figures import (
    FactorResult,
    QuestionResult,
    Shown,
    factor_results,
    in_language,
    question_results,
    shown_index,
)
from results.indices import index
from results.public_rows import (
    ReleasedRow,
    Sheets,
    due_children,
    marked_children,
    released_rows,
    sheets_of,
)
from results.released_arrays import counts_from, moments_for_index, moments_from
from results.scoring import scoring_of
from surveys.methods import Method
from surveys.models import Campaign, CampaignUnit, Tier

Status: TypeAlias = Literal["published", "pending", "suppressed"]
"""published: there are figures. pending: none yet, but sheets wait to be counted or released.
suppressed: too few sheets, so no figure is shown."""


@dataclass(frozen=True)
class UnitName:
    """A unit of a campaign's tree, as a link to it needs it."""

    code: str
    name: str
    full_name: str
    tier: str


@dataclass(frozen=True)
class UnitSummary:
    """The state of a unit; its index and all about the release only where it is published."""

    unit: UnitName
    status: Status
    n_received: int
    n_set_aside: int
    n_responses: int | None
    release: int | None
    as_of: datetime | None
    index: Shown | None


@dataclass(frozen=True)
class UnitFigures:
    """The figures of a published unit below its index."""

    band: str | None
    factors: tuple[FactorResult, ...]
    facts: tuple[QuestionResult, ...]
    expectations: tuple[QuestionResult, ...]
    # Of the unit above, where that is published too.
    parent_index: Shown | None


@dataclass(frozen=True)
class UnitPage:
    """A unit with its way up and the units directly below it."""

    campaign: Campaign
    summary: UnitSummary
    figures: UnitFigures | None
    # From the nation down to the unit above.
    above: tuple[UnitName, ...]
    children: tuple[UnitSummary, ...]
    # Sheets in the unit's figures that are in no child's: they are about the unit itself.
    n_about_itself: int
    # Sheets about it or below it are not counted yet.
    is_counting: bool

    @property
    def method(self) -> Method:
        return self.campaign.method.parsed()

    @property
    def legal_basis(self) -> str:
        return in_language(self.method.legal_basis)


def names_with_parents(
    campaign: Campaign, places: Sequence[CampaignUnit]
) -> list[tuple[UnitName, str]]:
    """Return units with the full name of the unit above each; empty for the root."""
    parents = dict(
        CampaignUnit.objects.filter(
            campaign=campaign, unit__in={place.parent_id for place in places} - {None}
        ).values_list("unit_id", "version__full_name")
    )
    return [
        (
            UnitName(place.code, place.version.name, place.version.full_name, place.tier),
            parents.get(place.parent_id or 0, ""),
        )
        for place in places
    ]


def unit_page(campaign: Campaign, code: str | None = None) -> UnitPage:
    """Return what is public of a unit of a campaign, of its root when no code is given.

    Raises:
        CampaignUnit.DoesNotExist: the code names no unit of the campaign's tree.
    """
    place = _find_place(campaign, code)
    above, units = _around(place)
    marked = marked_children(place)
    # Where something below waits, the unit itself waits.
    waiting = {unit_id or place.unit_id for unit_id in marked | due_children(place)}
    waiting |= {place.unit_id} if waiting else set()
    rows = released_rows(campaign, place.unit_id, [*units, *place.path[-2:-1]])
    sheets = sheets_of(campaign, list(units))
    summaries = _summaries(campaign, units, rows, sheets, waiting)
    summary = summaries.pop(place.unit_id)
    about_children = sum(child.n_responses or 0 for child in summaries.values())
    return UnitPage(
        campaign=campaign,
        summary=summary,
        figures=_figures(place, rows) if summary.status == "published" else None,
        above=above,
        children=tuple(summaries.values()),
        n_about_itself=(summary.n_responses or 0) - about_children,
        is_counting=bool(marked),
    )


def _find_place(campaign: Campaign, code: str | None) -> CampaignUnit:
    units = CampaignUnit.objects.filter(campaign=campaign)
    place = units.get(parent__isnull=True) if code is None else units.get(code=code)
    # The same object, so that reading its method or edition asks the database nothing.
    place.campaign = campaign
    return place


def _around(place: CampaignUnit) -> tuple[tuple[UnitName, ...], dict[int, UnitName]]:
    """Return the units above a place, and the place and its children by id.

    Children go by name, territories before agencies.
    """
    near = Q(unit__in=place.path) | Q(parent=place.unit_id)
    rows = (
        CampaignUnit.objects.filter(near, campaign=place.campaign)
        .order_by("version__sort_key")
        .values_list("parent_id", "unit_id", "code", "version__name", "version__full_name", "tier")
    )
    known = {row[1]: UnitName(*row[2:]) for row in rows}
    below = [row[1] for row in rows if row[0] == place.unit_id]
    below.sort(key=lambda unit_id: known[unit_id].tier == Tier.AGENCY)
    above = tuple(known[unit_id] for unit_id in place.path[:-1])
    return above, {unit_id: known[unit_id] for unit_id in [place.unit_id, *below]}


def _summaries(
    campaign: Campaign,
    units: Mapping[int, UnitName],
    rows: Mapping[int, ReleasedRow],
    sheets: Mapping[int, Sheets],
    waiting: Collection[int],
) -> dict[int, UnitSummary]:
    """Return the state of units by id; `waiting` are those with sheets on their way."""
    public = {
        unit_id: row
        for unit_id in units
        if (row := rows.get(unit_id)) is not None and row.n >= campaign.threshold
    }
    scoring = scoring_of(campaign.method.parsed(), campaign.questionnaire.parsed())
    moments = moments_for_index(campaign, [row.moments for row in public.values()])
    indices = {
        unit_id: shown_index(of_unit, scoring, public[unit_id].n)
        for unit_id, of_unit in zip(public, moments, strict=True)
    }
    summaries = {}
    for unit_id, name in units.items():
        row, received = public.get(unit_id), sheets.get(unit_id, Sheets())
        unpublished: Status = "pending" if unit_id in waiting else "suppressed"
        summaries[unit_id] = UnitSummary(
            unit=name,
            status="published" if row else unpublished,
            n_received=received.received,
            n_set_aside=received.set_aside,
            n_responses=row.n if row else None,
            release=row.release if row else None,
            as_of=row.released_at if row else None,
            index=indices.get(unit_id),
        )
    return summaries


def _figures(place: CampaignUnit, rows: Mapping[int, ReleasedRow]) -> UnitFigures:
    campaign, row = place.campaign, rows[place.unit_id]
    method, edition = campaign.method.parsed(), campaign.questionnaire.parsed()
    scoring = scoring_of(method, edition)
    moments = moments_from(campaign, row.moments)
    counts = counts_from(campaign, row.counts or b"")
    exact = index(moments, scoring, sheets=row.n).percent
    band = None if exact is None else method.band_of(exact)
    above = rows.get(place.path[-2]) if place.parent_id is not None else None
    parent = (moments_from(campaign, above.moments), above.n) if above else None
    return UnitFigures(
        band=band.code if band else None,
        factors=factor_results(
            edition, method, counts=counts, moments=moments, sheets=row.n, parent=parent
        ),
        facts=question_results(edition, "facts", counts=counts),
        expectations=question_results(edition, "expectations", counts=counts),
        parent_index=parent and shown_index(parent[0], scoring, parent[1]),
    )
