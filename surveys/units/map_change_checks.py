"""What must hold once all changes of a file are taken: nobody is lost, none stands alone."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _

from surveys.bulk.response_file import FaultList
from surveys.models import Succession, Tier, Unit, UnitVersion
from surveys.units.map_change_rows import Row

Kind = Succession.Kind
# Whose people must go somewhere.
PEOPLED = {Tier.PROVINCE, Tier.COMMUNE}


class Ended(NamedTuple):
    """A unit that a row ends, and the first day it no longer exists."""

    row: Row
    unit: Unit
    day: date


def check_links(
    ended: Iterable[Ended], links: Sequence[tuple[Row, Succession]], faults: FaultList
) -> None:
    """Note where people are lost or counted twice (as surveys.units.unit_succession does)."""
    for row, unit, _day in ended:
        kinds = Tally(Kind(link.kind) for _row, link in links if link.old_id == unit.pk)
        if unit.tier in PEOPLED and not kinds.total() - kinds[Kind.LAND_ONLY]:
            words = _("where the people of %(code)s went is not said")
        elif _contradict(kinds):
            words = _("%(code)s goes whole into one unit, or in parts into several, not both")
        else:
            continue
        faults.add(row.line, "made_of", words % {"code": unit.code})
    into = Tally(link.new_id for _row, link in links)
    for row, link in links:
        alone = into[link.new_id] == 1
        if link.kind in {Kind.SAME, Kind.WHOLE} and alone != (link.kind == Kind.SAME):
            words = _('"same" is a new unit made of one old unit only, "whole" one made of several')
            faults.add(row.line, "made_of", words)


def _contradict(kinds: Tally[Kind]) -> bool:
    n, parts, people = kinds.total(), kinds[Kind.PART], kinds[Kind.PEOPLE_ALL]
    whole = kinds[Kind.SAME] + kinds[Kind.WHOLE]
    return (
        (whole > 0 and n > 1)
        or people > 1
        or (people > 0 and parts > 0)
        or (n == 1 and parts + people == 1)
    )


def check_below(ended: Collection[Ended], faults: FaultList) -> None:
    """Note the ended units below which others still stand."""
    for row, unit, day in ended:
        children = UnitVersion.objects.filter(parent=unit)
        left = children.filter(Q(in_force__endswith__gt=day) | Q(in_force__upper_inf=True))
        if n := left.count():
            words = _("%(n)d units below %(code)s still belong to it after that day")
            faults.add(row.line, "code", words % {"n": n, "code": unit.code})
