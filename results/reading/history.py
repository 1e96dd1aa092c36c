"""What earlier campaigns say of the same extent: for movement, trends and last year's factors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from results.arithmetic.extents import Link, same_extent
from results.arithmetic.indices import Figure, Moments
from results.arithmetic.scoring import scoring_of
from results.arithmetic.weighting import PlannedMoments
from results.models import MIXED, WHOLE_CAMPAIGN
from results.reading.history_rows import EarlierRow, earlier_campaigns, earlier_rows, links_into
from results.reading.planned_rows import PlannedRow, planned_below
from results.reading.released_arrays import moments_for_index, moments_from, planned_moments
from results.reading.summaries import exact_index
from surveys.models import Campaign
from surveys.units.unit_map import REFORM

Break: TypeAlias = Literal["edition", "method", "map"]
"""Why a campaign and the one after it do not continue each other: another questionnaire, other
rules, or the map of before the reform."""


@dataclass(frozen=True)
class Family:
    """A unit and those around it in the tree of today's campaign, by id.

    `codes` are the unit codes from the root down to each unit, itself included.
    """

    unit_id: int
    parent_id: int | None
    siblings: tuple[int, ...]  # all children of the parent, the unit included
    children: tuple[int, ...]
    codes: Mapping[int, tuple[str, ...]]

    @property
    def main(self) -> set[int]:
        return {self.unit_id} if self.parent_id is None else {self.unit_id, self.parent_id}

    @property
    def everyone(self) -> set[int]:
        return {*self.main, *self.siblings, *self.children}

    def children_of(self, unit_id: int) -> tuple[int, ...]:
        return self.children if unit_id == self.unit_id else self.siblings


@dataclass(frozen=True)
class Earlier:
    """An earlier campaign seen from today's units.

    `sources` are, by today's unit id, the released rows of the same extent.
    """

    campaign: Campaign
    breaks: frozenset[Break]
    sources: Mapping[int, tuple[EarlierRow, ...]]
    # Of units whose figures were weighted, by today's unit id.
    planned: Mapping[int, tuple[PlannedRow, ...]] = field(default_factory=dict)

    @property
    def is_comparable(self) -> bool:
        """Whether the same questions were counted by the same rules."""
        return not self.breaks & {"edition", "method"}

    def indices(self, unit_ids: Iterable[int]) -> dict[int, Figure]:
        """Return the index of each unit's extent, where there is one."""
        scoring = scoring_of(self.campaign.method.parsed(), self.campaign.questionnaire.parsed())
        wanted = {unit_id: self.sources[unit_id] for unit_id in unit_ids if unit_id in self.sources}
        plain = [unit_id for unit_id in wanted if unit_id not in self.planned]
        groups = [[row.moments or b"" for row in wanted[unit_id]] for unit_id in plain]
        alike = zip(plain, moments_for_index(self.campaign, groups), strict=True)
        weighted = {unit: rows for unit, rows in self.planned.items() if unit in wanted}
        found = {**dict(alike), **planned_moments(self.campaign, weighted)}
        return {unit: exact_index(of, scoring, self.sheets(unit)) for unit, of in found.items()}

    def moments(self, unit_id: int) -> Moments | PlannedMoments | None:
        rows = self.sources.get(unit_id)
        if not rows:
            return None
        if unit_id in self.planned:
            return planned_moments(self.campaign, {0: self.planned[unit_id]})[0]
        return moments_from(self.campaign, [row.moments or b"" for row in rows])

    def sheets(self, unit_id: int) -> int:
        return sum(row.n or 0 for row in self.sources.get(unit_id, ()))


def earlier(campaign: Campaign, family: Family) -> list[Earlier]:
    """Return the campaigns before a campaign, the newest first.

    All units of the family are looked for in the newest of them, the unit itself and its
    parent in all.
    """
    before = earlier_campaigns(campaign)
    if not before:
        return []
    links = links_into(family.everyone)
    main = family.main
    rows = earlier_rows(
        before,
        main=_with_sources(main, links),
        others=_with_sources(family.everyone, links),
        cut={unit_id for unit_id in main if _is_cut(campaign, family, unit_id)},
    )
    found, newer = [], campaign
    for old in before:
        known = {row.unit_id: row for row in rows if row.campaign_id == old.pk}
        sources = _sources(campaign, family, links, old, known)
        found.append(Earlier(old, _breaks(newer, old), *_weighted(old, sources)))
        newer = old
    return found


def _weighted(
    old: Campaign, sources: dict[int, tuple[EarlierRow, ...]]
) -> tuple[Mapping[int, tuple[EarlierRow, ...]], Mapping[int, tuple[PlannedRow, ...]]]:
    """Return the sources, and the planned units below those whose figures were weighted.

    Units put together since are left out: no plan says how they weigh in one figure.
    """
    if not old.method.parsed().weighs_units:
        return sources, {}
    single = {unit_id: rows for unit_id, rows in sources.items() if len(rows) == 1}
    below = planned_below(old, [rows[0].unit_id for rows in single.values()])
    planned = below[WHOLE_CAMPAIGN, MIXED]
    return single, {
        unit_id: planned[rows[0].unit_id]
        for unit_id, rows in single.items()
        if rows[0].unit_id in planned
    }


def _is_cut(campaign: Campaign, family: Family, unit_id: int) -> bool:
    """Return whether a part of a unit lies outside the campaign's scope."""
    return bool(campaign.scope) and not set(campaign.scope).intersection(family.codes[unit_id])


def _with_sources(unit_ids: Collection[int], links: Iterable[Link]) -> set[int]:
    """Return units with all they came from."""
    into: dict[int, list[int]] = {}
    for link in links:
        into.setdefault(link.new, []).append(link.old)
    found, waiting = set(unit_ids), list(unit_ids)
    while waiting:
        new = [old for old in into.get(waiting.pop(), []) if old not in found]
        found.update(new)
        waiting += new
    return found


def _sources(
    campaign: Campaign,
    family: Family,
    links: Iterable[Link],
    old: Campaign,
    known: Mapping[int, EarlierRow],
) -> dict[int, tuple[EarlierRow, ...]]:
    whole = {unit_id for unit_id, row in known.items() if row.is_whole}
    extents = same_extent(family.everyone, links, whole)
    for unit_id in [u for u in family.everyone if _is_cut(campaign, family, u)]:
        extents.pop(unit_id, None)
        if _same_parts(family, unit_id, extents, known):
            extents[unit_id] = (unit_id,)
    rows = {unit_id: tuple(known[part] for part in parts) for unit_id, parts in extents.items()}
    return {
        unit_id: parts
        for unit_id, parts in rows.items()
        if all(row.moments and (row.n or 0) >= old.threshold for row in parts)
    }


def _same_parts(
    family: Family,
    unit_id: int,
    extents: Mapping[int, tuple[int, ...]],
    known: Mapping[int, EarlierRow],
) -> bool:
    """Return whether a unit that lies partly outside the scope has the same parts inside it."""
    if unit_id not in family.main or unit_id not in known:
        return False
    children = family.children_of(unit_id)
    covered = {part for child in children for part in extents.get(child, ())}
    then = {row.unit_id for row in known.values() if row.parent_id == unit_id}
    return all(child in extents for child in children) and covered == then


def _breaks(newer: Campaign, older: Campaign) -> frozenset[Break]:
    found: set[Break] = set()
    if newer.questionnaire_id != older.questionnaire_id:
        found.add("edition")
    if newer.method.parsed().rules != older.method.parsed().rules:
        found.add("method")
    if older.tree_day < REFORM <= newer.tree_day:
        found.add("map")
    return frozenset(found)
