"""Counters of a unit and all below it at once: make the missing ones, open them, close them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet, Sum, TextChoices
from django.utils.translation import gettext_lazy

from surveys.campaigns import campaign_tree
from surveys.counters.counter_codes import new_code
from surveys.models import Campaign, Counter, Device, Unit, UnitVersion
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed
from surveys.rights.reach import Reach

LONGEST_NAME = 200


class Round(TextChoices):
    """What is done to all counters of a subtree."""

    CREATE = "create", gettext_lazy("Make a counter for each unit that has none")
    OPEN = "open", gettext_lazy("Open the closed counters")
    CLOSE = "close", gettext_lazy("Close the open counters")


DEEDS = {
    Round.CREATE: Deed.CREATE_COUNTERS,
    Round.OPEN: Deed.OPEN_COUNTERS,
    Round.CLOSE: Deed.CLOSE_COUNTERS,
}


class Changed(Exception):
    """There are other counters now than those that were agreed to."""


@dataclass(frozen=True)
class Subtree:
    """A unit of a campaign's tree and all below it, as far as an official may reach.

    `lowest`: those with no unit below them, by id with their names.
    """

    campaign: Campaign
    top: UnitVersion
    units: frozenset[int]
    lowest: dict[int, str]


def subtree(campaign: Campaign, top: UnitVersion, reach: Reach) -> Subtree:
    """Return the units of an open campaign's tree, or of a draft's as it would be frozen now.

    Raises:
        TreeError: the map of the tree day cannot carry the draft.
    """
    rows = campaign_tree.tree(campaign)
    above = {row.parent_id for row in rows}
    inside = [
        row
        for row in rows
        if top.unit_id in row.path and (reach.everywhere or row.unit_id in reach.unit_ids)
    ]
    lowest = {row.version_id: row.unit_id for row in inside if row.unit_id not in above}
    names = UnitVersion.objects.filter(pk__in=lowest).order_by("sort_key")
    return Subtree(
        campaign,
        top,
        frozenset(row.unit_id for row in inside),
        {lowest[pk]: name for pk, name in names.values_list("pk", "full_name")},
    )


@dataclass(frozen=True)
class Plan:
    """What a round would do: to how many counters, at which units or counters (by name).

    `waiting`: sheets on kiosks at counters to be closed, as the kiosks last told.
    `only_closed`: units that have a counter, but none that is open.
    """

    round: Round
    n: int
    names: Sequence[str]
    waiting: int = 0
    only_closed: int = 0


def plan(tree: Subtree, round_: Round) -> Plan:
    if round_ == Round.CREATE:
        missing, only_closed = _without(tree)
        return Plan(round_, len(missing), list(missing.values()), only_closed=only_closed)
    counters = _to_switch(tree.units, round_)
    names = [f"{code} {name}" for code, name in counters.values_list("code", "name")]
    waiting = 0
    if round_ == Round.CLOSE:
        devices = Device.objects.filter(counter__in=counters, revoked_at=None)
        waiting = devices.aggregate(n=Sum("queue_length"))["n"] or 0
    return Plan(round_, len(names), names, waiting=waiting)


def carry_out(tree: Subtree, round_: Round, *, agreed: int, name: str, by: Actor) -> int:
    """Do to a subtree what `plan` told, and return to how many counters.

    Args:
        agreed: the number told when it was agreed to.
        name: of each new counter; its unit's name follows.

    Raises:
        Changed: it would be another number now, or none; nothing was done, nor logged.
    """
    with transaction.atomic():
        # Two officials at once would each make what the other has not committed yet, also of two
        # units of which one lies below the other: all are locked, in one order.
        list(Unit.objects.select_for_update(no_key=True).filter(pk__in=tree.units).order_by("pk"))
        if round_ == Round.CREATE:
            missing, _closed = _without(tree)
            codes = _made(missing, name) if len(missing) == agreed else []
        else:
            counters = _to_switch(tree.units, round_)
            codes = list(counters.values_list("code", flat=True))
            if len(codes) == agreed:
                counters.update(active=round_ == Round.OPEN)
        if not codes or len(codes) != agreed:
            raise Changed
        audit.record(
            DEEDS[round_],
            by=by,
            to=tree.top.unit,
            unit=tree.top.unit_id,
            campaign=tree.campaign,
            after={"counters": len(codes), "codes": codes},
        )
    return len(codes)


def _without(tree: Subtree) -> tuple[dict[int, str], int]:
    """Return the lowest units that have no counter, and how many have only closed ones."""
    found = Counter.objects.filter(unit__in=tree.lowest).values_list("unit_id", "active")
    known = {unit_id for unit_id, _active in found}
    in_use = {unit_id for unit_id, active in found if active}
    missing = {pk: name for pk, name in tree.lowest.items() if pk not in known}
    return missing, len(known - in_use)


def _to_switch(units: Collection[int], round_: Round) -> QuerySet[Counter]:
    counters = Counter.objects.filter(unit__in=units, active=round_ == Round.CLOSE)
    return counters.order_by("code")


def _made(missing: dict[int, str], name: str) -> list[str]:
    codes: set[str] = set()
    while len(codes) < len(missing):
        codes |= {new_code() for _unit in range(len(missing) - len(codes))}
        codes -= set(Counter.objects.filter(code__in=codes).values_list("code", flat=True))
    made = [
        Counter(code=code, unit_id=unit_id, name=f"{name}, {unit_name}"[:LONGEST_NAME])
        for code, (unit_id, unit_name) in zip(sorted(codes), missing.items(), strict=True)
    ]
    Counter.objects.bulk_create(made, batch_size=1000)
    return [counter.code for counter in made]
