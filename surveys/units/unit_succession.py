"""What must hold between the two eras: nobody is lost, nobody is counted twice."""

from __future__ import annotations

from collections import Counter

from django.utils.translation import gettext as _

from surveys.models import Succession, Tier
from surveys.units.unit_map import REFORM, Link, UnitKey, UnitMap

Kind = Succession.Kind
# Districts were abolished: all but the island districts without communes have no successor.
LINKED = {Tier.PROVINCE, Tier.COMMUNE}


def check_succession(found: UnitMap) -> None:
    """Refuse links that lose people, count them twice, or contradict their own kinds.

    Raises:
        UnitFileError: names the line of the link, or the unit that lacks one.
    """
    out_of: dict[UnitKey, list[Link]] = {}
    into: dict[UnitKey, list[Link]] = {}
    for link in found.links:
        out_of.setdefault(link.old, []).append(link)
        into.setdefault(link.new, []).append(link)
    _check_ends(found, out_of, into)
    provinces = {(link.old, link.new) for link in found.links if link.old.tier == Tier.PROVINCE}
    for links in out_of.values():
        _check_kinds(links, into)
        for link in links:
            if link.old.tier == Tier.COMMUNE and _provinces(found, link) not in provinces:
                raise link.place.fault(_("the provinces of the two units are not linked"))


def _check_ends(
    found: UnitMap, out_of: dict[UnitKey, list[Link]], into: dict[UnitKey, list[Link]]
) -> None:
    for key, unit in found.units.items():
        if key.tier not in LINKED:
            continue
        if key.since < REFORM and key not in out_of:
            reason = _("%(unit)s (%(code)s) has no successor among the links")
        elif key.since == REFORM and key not in into:
            reason = _("%(unit)s (%(code)s) has no predecessor among the links")
        else:
            continue
        unit_named = reason % {"unit": unit.versions[0].full_name, "code": key.code}
        raise found.places[key].fault(unit_named)


def _check_kinds(links: list[Link], into: dict[UnitKey, list[Link]]) -> None:
    """Check the links out of one unit: it went whole to one, or all its people did, or parts."""
    if len({link.new for link in links}) < len(links):
        raise links[-1].place.fault(_("this link stands twice"))
    kinds = Counter(link.kind for link in links)
    if kinds[Kind.SAME] + kinds[Kind.WHOLE] and len(links) > 1:
        raise links[-1].place.fault(_("a unit that went whole into one has no other link"))
    if kinds[Kind.PEOPLE_ALL] > 1 or (kinds[Kind.PEOPLE_ALL] and kinds[Kind.PART]):
        raise links[-1].place.fault(_("the people of a unit go all to one, or in parts, not both"))
    if len(links) == 1 and kinds[Kind.PART] + kinds[Kind.PEOPLE_ALL]:
        raise links[0].place.fault(_("where a part goes to one unit, the rest goes to another"))
    if kinds[Kind.LAND_ONLY] == len(links) and links[0].old.tier in LINKED:
        raise links[-1].place.fault(_("the people of this unit go nowhere"))
    for link in links:
        alone = len(into[link.new]) == 1
        if link.kind in {Kind.SAME, Kind.WHOLE} and alone != (link.kind == Kind.SAME):
            raise link.place.fault(
                _('"same" is a new unit made of one old unit only, "whole" one made of several'),
            )
        if link.old.tier == Tier.PROVINCE and link.kind not in {Kind.SAME, Kind.WHOLE}:
            raise link.place.fault(_("a province went whole into another"))


def _provinces(found: UnitMap, link: Link) -> tuple[UnitKey, UnitKey]:
    return _province(found, link.old), _province(found, link.new)


def _province(found: UnitMap, key: UnitKey) -> UnitKey:
    while key.tier != Tier.PROVINCE:
        parent = found.units[key].versions[0].parent
        assert parent is not None, "only the nation has no parent"  # noqa: S101 - for the types
        key = parent
    return key
