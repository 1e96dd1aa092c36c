"""A unit of a campaign's tree with those around it: above, beside, below. One statement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from results.reading.history import Family
from results.reading.public_campaigns import top_path
from results.reading.summaries import UnitName
from surveys.models import Campaign, CampaignUnit, Tier


@dataclass(frozen=True)
class Around:
    """A unit and those around it.

    `above` from the top of what the campaign asks about down; `units` the unit and its children
    by id, children by name, territories before agencies; `groups` ids of the units of the same
    tier and parent: those like the unit first, then the children tier by tier.
    """

    place: CampaignUnit
    above: tuple[UnitName, ...]
    units: dict[int, UnitName]
    groups: tuple[tuple[int, ...], ...]
    family: Family

    @property
    def like_it(self) -> list[int]:
        """The unit, the one above it, and those of the same tier and parent."""
        return list(self.family.main.union(self.groups[0]))


def find_around(place: CampaignUnit) -> Around:
    """Return a unit of a campaign's tree with those around it."""
    units = CampaignUnit.objects.filter(campaign=place.campaign)
    near = Q(unit__in=place.path) | Q(parent=place.unit_id)
    if place.parent_id is not None:
        near |= Q(parent=place.parent_id)
    top = len(top_path(place.campaign)) - 1 if place.campaign.scope else 0
    rows = list(
        units.filter(near)
        .order_by("version__sort_key", "code")
        .values_list("parent_id", "unit_id", "code", "version__name", "version__full_name", "tier")
    )
    known = {row[1]: UnitName(*row[2:]) for row in rows}
    below = [row[1] for row in rows if row[0] == place.unit_id]
    below.sort(key=lambda unit_id: known[unit_id].tier == Tier.AGENCY)
    # The root has no parent and nobody beside it.
    is_root = len(place.path) <= top + 1
    beside = [row[1] for row in rows if not is_root and row[0] == place.parent_id]
    above = tuple(known[unit_id] for unit_id in place.path[top:-1])
    return Around(
        place=place,
        above=above,
        units={unit_id: known[unit_id] for unit_id in [place.unit_id, *below]},
        groups=(
            tuple(u for u in beside if known[u].tier == place.tier) or (place.unit_id,),
            *_by_tier(below, known),
        ),
        family=_family(place, None if is_root else place.parent_id, beside, below, known),
    )


def _by_tier(below: Sequence[int], known: dict[int, UnitName]) -> list[tuple[int, ...]]:
    tiers = dict.fromkeys(known[unit_id].tier for unit_id in below)
    return [tuple(u for u in below if known[u].tier == tier) for tier in tiers]


def _family(
    place: CampaignUnit,
    parent_id: int | None,
    beside: Sequence[int],
    below: Sequence[int],
    known: dict[int, UnitName],
) -> Family:
    way = tuple(known[unit_id].code for unit_id in place.path)
    codes = {unit_id: (*way[:-1], known[unit_id].code) for unit_id in beside}
    codes |= {unit_id: (*way, known[unit_id].code) for unit_id in below}
    codes[place.unit_id] = way
    if parent_id is not None:
        codes[parent_id] = way[:-1]
    return Family(place.unit_id, parent_id, tuple(beside), tuple(below), codes)


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
