"""The sample plan of a campaign: read, checked against its tree, and written while it may be.

A plan names units none of which lies above another, so that their sheets add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from surveys.campaigns import campaign_tree
from surveys.campaigns.campaign_scope import unit_of
from surveys.campaigns.campaign_tree import Placed
from surveys.models import Campaign, PlanLine
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed

MOST = 1_000_000
"""Sheets or people of one unit; the largest commune of 2026 has fewer people."""
LONGEST_STRATUM = 60
"""As many letters as its column holds."""
FORMULA = ("=", "+", "-", "@")
"""A cell that begins so is a formula to a spreadsheet."""


class PlanFrozen(ValueError):
    """The campaign is open, so its plan stays as it is; the message says why."""


@dataclass(frozen=True)
class Planned:
    """What is planned at one unit, not stored yet."""

    unit_id: int
    stratum: str
    population: int | None
    target: int

    @classmethod
    def of(cls, line: PlanLine) -> Planned:
        """Return what a stored line plans."""
        return cls(line.unit_id, line.stratum, line.population, line.target)

    def told(self, code: str) -> str:
        """Return the line as the log has it."""
        parts = [code, self.stratum, "" if self.population is None else str(self.population)]
        return " | ".join([*parts, str(self.target)])


def tree_of(campaign: Campaign) -> dict[int, Placed]:
    """Return the tree of a campaign by unit, or the one it would freeze now.

    Raises:
        TreeError: the map of the tree day cannot carry it.
    """
    return {place.unit_id: place for place in campaign_tree.tree(campaign)}


def fault_of(stratum: str, population: int | None, target: int | None) -> tuple[str, str]:
    """Return the field that is wrong with a line and why; empty when nothing is."""
    if stratum.startswith(FORMULA):
        return "stratum", _("The name of a stratum begins with a letter or a digit.")
    if target is None or not 1 <= target <= MOST:
        return "target", _("A whole number from 1 to %(most)d is needed.") % {"most": MOST}
    if population is not None and not 1 <= population <= MOST * 1000:
        return "population", _("A whole number above 0 is needed, or nothing.")
    if population is not None and population < target:
        return "population", _("There are fewer people than planned sheets.")
    return "", ""


def nested(units: Iterable[int], tree: Mapping[int, Placed]) -> list[tuple[int, int]]:
    """Return pairs of planned units of which the first lies above the second."""
    planned = set(units)
    return [
        (above, unit)
        for unit in planned
        if unit in tree
        for above in tree[unit].path[:-1]
        if above in planned
    ]


def replace(campaign: Campaign, lines: Sequence[Planned], *, by: Actor) -> None:
    """Store a plan in place of the one there is.

    Raises:
        PlanFrozen: the campaign is open.
    """
    with transaction.atomic():
        old = locked(campaign)
        before = facts(old)
        PlanLine.objects.filter(campaign=old).delete()
        PlanLine.objects.bulk_create(line_of(old, planned) for planned in lines)
        record_change(old, before, by)


def put(campaign: Campaign, line: Planned, *, by: Actor) -> None:
    """Store what is planned at one unit, in place of what was.

    Raises:
        PlanFrozen: the campaign is open.
    """
    with transaction.atomic():
        old = locked(campaign)
        was = PlanLine.objects.filter(campaign=old, unit=line.unit_id).first()
        before = facts(old) | ({"line": _told(was)} if was else {})
        planned, _made = PlanLine.objects.update_or_create(
            campaign=old,
            unit_id=line.unit_id,
            defaults={
                "stratum": line.stratum,
                "population": line.population,
                "target": line.target,
            },
        )
        record_change(old, before, by, line=_told(planned))


def take_over(campaign: Campaign, old: Campaign, *, by: Actor) -> tuple[int, int]:
    """Store the plan of an earlier campaign as far as a new one asks the same units.

    Returns:
        How many units were taken over, and how many of the earlier plan were not: units that are
        no more, are asked with others under one planned, or do not belong to the new campaign.

    Raises:
        PlanFrozen: the new campaign is open.
        TreeError: the map of its tree day cannot carry it.
    """
    lines = list(PlanLine.objects.filter(campaign=old))
    if not lines:
        return 0, 0
    tree = tree_of(campaign)
    wanted = {line.unit_id: line for line in lines if line.unit_id in tree}
    for _above, unit in nested(wanted, tree):
        wanted.pop(unit, None)
    planned = [Planned.of(line) for line in wanted.values()]
    if planned:
        replace(campaign, planned, by=by)
    return len(planned), len(lines) - len(planned)


def take_out(campaign: Campaign, unit_id: int, *, by: Actor) -> None:
    """Plan nothing at a unit any more.

    Raises:
        PlanFrozen: the campaign is open.
    """
    with transaction.atomic():
        old = locked(campaign)
        planned = PlanLine.objects.filter(campaign=old, unit=unit_id).first()
        if planned is not None:
            before = facts(old) | {"line": _told(planned)}
            planned.delete()
            record_change(old, before, by)


def set_targets(campaign: Campaign, targets: Mapping[int, int], *, by: Actor) -> None:
    """Plan other numbers of sheets at units that are in the plan.

    Raises:
        PlanFrozen: the campaign is open.
    """
    with transaction.atomic():
        old = locked(campaign)
        before = facts(old)
        rows = list(PlanLine.objects.filter(campaign=old, unit__in=targets))
        for row in rows:
            row.target = targets[row.unit_id]
        PlanLine.objects.bulk_update(rows, ["target"], batch_size=1000)
        record_change(old, before, by)


def facts(campaign: Campaign) -> dict[str, int]:
    """Return the size of a plan, as the log tells it."""
    sums = PlanLine.objects.filter(campaign=campaign).aggregate(
        units=Count("pk"), sheets=Sum("target"), population=Sum("population")
    )
    return {name: value or 0 for name, value in sums.items()}


def locked(campaign: Campaign) -> Campaign:
    """Return a campaign, its plan kept from other writers until the transaction ends.

    Raises:
        PlanFrozen: the campaign is open.
    """
    old = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if old.answers_pattern is not None:
        raise PlanFrozen(_("The campaign is open: its plan is frozen."))
    return old


def line_of(campaign: Campaign, planned: Planned) -> PlanLine:
    """Return a line of a plan, not stored."""
    return PlanLine(
        campaign=campaign,
        unit_id=planned.unit_id,
        stratum=planned.stratum,
        population=planned.population,
        target=planned.target,
    )


def _told(line: PlanLine) -> str:
    return Planned.of(line).told(line.unit.code)


def record_change(campaign: Campaign, before: Mapping[str, object], by: Actor, **line: str) -> None:
    """Write in the log how a plan has changed, and that what was ready has to be seen again."""
    Campaign.objects.filter(pk=campaign.pk).update(ready_at=None)
    audit.record(
        Deed.CHANGE_PLAN,
        by=by,
        to=campaign,
        unit=unit_of(campaign),
        campaign=campaign,
        before=before,
        after=facts(campaign) | line,
    )
