"""Roles at units that are no more: what the units became, and giving the roles anew there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from surveys.models import CampaignUnit, RoleGrant, UnitVersion
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed
from surveys.people import accounts
from surveys.rights.acts import Role
from surveys.rights.reach import Reach
from surveys.rights.roles import Rights
from surveys.units import unit_tree


@dataclass(frozen=True)
class Heir:
    """A unit of today that has an abolished one, or a part of it."""

    unit_id: int
    code: str
    name: str


@dataclass(frozen=True)
class Stranded:
    """A role at a unit that no longer exists, and what the unit became."""

    grant: RoleGrant
    name: str
    heirs: Sequence[Heir]

    def may_move(self, rights: Rights) -> bool:
        """Return whether the user may end it here; where it may be given is another question."""
        return accounts.may_take(rights, self.grant, [heir.unit_id for heir in self.heirs])


def stranded(reach: Reach, *, now: datetime) -> QuerySet[RoleGrant]:
    """Return the roles of now whose units were abolished.

    Not those for a campaign whose own tree still has the unit: there they open what they did.
    """
    day = timezone.localdate(now)
    of_now = RoleGrant.objects.in_force_at(now).values("pk")
    gone = reach.grants().filter(pk__in=of_now, unit__in_force__endswith__lte=day)
    in_its_tree = CampaignUnit.objects.filter(campaign=OuterRef("campaign"), unit=OuterRef("unit"))
    rows = gone.exclude(Exists(in_its_tree)).select_related("user", "unit", "campaign")
    return rows.order_by("unit__code", "user__username", "pk")


def told(grants: Sequence[RoleGrant], *, now: datetime) -> list[Stranded]:
    """Return roles with what their units became, by three queries."""
    day = timezone.localdate(now)
    accounts.name_units(list(grants), now=now)
    became = unit_tree.became({grant.unit_id for grant in grants}, day)
    of_today = UnitVersion.objects.in_force_on(day).select_related("unit")
    rows = of_today.filter(unit__in={unit for units in became.values() for unit in units})
    heirs = {row.unit_id: Heir(row.unit_id, row.unit.code, row.full_name) for row in rows}
    return [
        Stranded(
            grant,
            grant.__dict__["unit_name"],
            sorted(
                (heirs[unit] for unit in became.get(grant.unit_id, ()) if unit in heirs),
                key=lambda heir: heir.code,
            ),
        )
        for grant in grants
    ]


def reassign(
    rights: Rights, reach: Reach, chosen: Mapping[int, int], *, by: Actor
) -> tuple[int, int]:
    """End roles at abolished units and give the same ones, as long, at units that follow.

    Args:
        chosen: by the key of a role the unit at which it shall hold.

    Returns:
        How many were given anew, and how many were left: no longer there, not the user's to give
        or to take, or at a unit that has nothing of the old one.
    """
    moved = 0
    with transaction.atomic():
        rows = stranded(reach, now=rights.now).filter(pk__in=chosen)
        locked = list(rows.select_for_update(of=("self",), no_key=True))
        for line in told(locked, now=rights.now):
            wanted = chosen[line.grant.pk]
            follows = wanted in {heir.unit_id for heir in line.heirs}
            if follows and line.may_move(rights):
                moved += _moved(rights, line.grant, wanted, by)
    return moved, len(chosen) - moved


def _moved(rights: Rights, grant: RoleGrant, unit_id: int, by: Actor) -> bool:
    role, now = Role(grant.role), rights.now
    if not rights.may_grant(role, unit_id, grant.campaign, grant.ends_at):
        return False
    accounts.take(grant, now=now)
    same = RoleGrant.objects.filter(user=grant.user_id, role=role, unit=unit_id)
    if not same.filter(campaign=grant.campaign_id, ends_at=grant.ends_at).exists():
        accounts.give(
            rights,
            grant.user,
            role,
            unit_id,
            campaign=grant.campaign,
            ends_at=grant.ends_at,
        )
    facts = {"role": grant.role, "campaign": grant.campaign_id}
    audit.record(
        Deed.MOVE_ROLE,
        by=by,
        to=grant.user,
        unit=unit_id,
        campaign=grant.campaign_id,
        before={**facts, "unit": grant.unit_id},
        after={**facts, "unit": unit_id},
    )
    return True
