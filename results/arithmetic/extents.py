"""Which units of an earlier campaign cover the same ground as one of today. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

# Kinds of succession (surveys.models.Succession.Kind) by which everybody moved over, and the
# one by which nobody did.
ALL_PEOPLE = frozenset({"same", "whole", "people_all"})
NO_PEOPLE = frozenset({"land_only"})


class Link(NamedTuple):
    """One unit went into another: all of it, its people, or a part."""

    new: int
    old: int
    kind: str


def same_extent(
    unit_ids: Iterable[int], links: Iterable[Link], known: Collection[int]
) -> dict[int, tuple[int, ...]]:
    """Return the earlier units that together held the same people as each unit.

    Args:
        links: all that lead into the units, and into those they came from, and so on.
        known: the units of the earlier campaign.

    A unit that is itself in the earlier campaign stands for itself. One that took in only a part
    of another has no counterpart and is left out, as is one of whose parts some are not known.
    """
    into: dict[int, list[Link]] = {}
    for link in links:
        into.setdefault(link.new, []).append(link)
    found = {unit_id: _before(unit_id, into, known) for unit_id in unit_ids}
    return {unit_id: tuple(sorted(before)) for unit_id, before in found.items() if before}


def _before(
    unit_id: int, into: Mapping[int, list[Link]], known: Collection[int]
) -> frozenset[int] | None:
    if unit_id in known:
        return frozenset({unit_id})
    parts: frozenset[int] = frozenset()
    for link in into.get(unit_id, []):
        if link.kind in NO_PEOPLE:
            continue
        if link.kind not in ALL_PEOPLE:
            return None
        before = _before(link.old, into, known)
        if before is None:
            return None
        parts |= before
    return parts or None
