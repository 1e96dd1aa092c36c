"""Accounts of officials as their administrators manage them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from surveys.models import (
    Authenticator,
    Campaign,
    Invitation,
    Passkey,
    RoleGrant,
    Unit,
    UnitVersion,
)
from surveys.people import sessions
from surveys.rights.acts import Role
from surveys.rights.roles import Rights
from surveys.units import unit_tree


class MayNotGrant(Exception):
    """Who gives a role lacks part of what it allows, there or for that long."""


@dataclass
class AccountLine:
    """An account in the list."""

    user: User
    two_steps: bool
    grants: list[RoleGrant] = field(default_factory=list)


def may_manage(rights: Rights, account: User) -> bool:
    """Return whether this user may act on a whole account: who could, could be that account.

    So every role it holds must be one the user could have given; and nobody manages themselves.
    """
    if account.pk == rights.user.pk or (account.is_superuser and not rights.all):
        return False
    held = RoleGrant.objects.filter(user=account).in_force_at(rights.now)
    return all(may_take(rights, grant) for grant in held.select_related("campaign"))


def may_take(rights: Rights, grant: RoleGrant, parts: Collection[int] | None = None) -> bool:
    """Return whether this user may end a grant: if they could have given it.

    At a unit that is no more, also if they could give it at each unit that has a part of it now.

    Args:
        parts: those units, where they are known already.
    """
    role, campaign = Role(grant.role), grant.campaign
    if rights.may_grant(role, grant.unit_id, campaign, grant.ends_at):
        return True
    if parts is None:
        became = unit_tree.became([grant.unit_id], timezone.localdate(rights.now))
        parts = became.get(grant.unit_id, frozenset())
    return bool(parts) and all(
        rights.may_grant(role, unit_id, None, grant.ends_at) for unit_id in parts
    )


def give(
    rights: Rights,
    user: User,
    role: Role,
    unit: Unit | int,
    *,
    campaign: Campaign | None,
    ends_at: datetime | None,
) -> RoleGrant:
    """Give a role.

    Raises:
        MayNotGrant: see there.
    """
    if not rights.may_grant(role, unit, campaign, ends_at):
        raise MayNotGrant
    # A link that others hold must not open more than it was made for.
    Invitation.objects.filter(user=user, used_at=None).delete()
    giver = rights.user if isinstance(rights.user, User) else None
    return RoleGrant.objects.create(
        user=user,
        role=role,
        unit_id=unit if isinstance(unit, int) else unit.pk,
        campaign=campaign,
        granted_by=giver,
        starts_at=rights.now,
        ends_at=ends_at,
    )


def take(grant: RoleGrant, *, now: datetime) -> None:
    """End a role now."""
    RoleGrant.objects.filter(pk=grant.pk).in_force_at(now).update(ends_at=now)


def close(account: User, *, now: datetime) -> None:
    """Let nobody sign in to an account any more, end its roles and its sessions."""
    with transaction.atomic():
        RoleGrant.objects.filter(user=account).in_force_at(now).update(ends_at=now)
        User.objects.filter(pk=account.pk).update(is_active=False)
        sessions.end(account)


def with_two_steps(accounts: QuerySet[User]) -> QuerySet[User]:
    """Add to each account whether signing in to it takes two steps, for `lines`."""
    own = [model._default_manager.filter(user=OuterRef("pk")) for model in (Authenticator, Passkey)]
    return accounts.annotate(two_steps=Exists(own[0]) | Exists(own[1]))


def lines(accounts: Iterable[User], *, now: datetime) -> list[AccountLine]:
    """Return accounts of `with_two_steps` with the roles they hold now, by two queries."""
    found = {user.pk: AccountLine(user, user.__dict__["two_steps"]) for user in accounts}
    grants = RoleGrant.objects.filter(user__in=found).in_force_at(now)
    for grant in grants.select_related("campaign").order_by("starts_at"):
        found[grant.user_id].grants.append(grant)
    name_units([grant for line in found.values() for grant in line.grants], now=now)
    return list(found.values())


def name_units(grants: list[RoleGrant], *, now: datetime) -> None:
    """Give each grant `unit_name`: the name of its unit today, or the last it had."""
    day = timezone.localdate(now)
    rows = UnitVersion.objects.filter(unit__in={grant.unit_id for grant in grants})
    names = {row.unit_id: row.full_name for row in rows.order_by("in_force") if begun(row, day)}
    for grant in grants:
        grant.__dict__["unit_name"] = names.get(grant.unit_id, str(grant.unit_id))


def begun(row: UnitVersion, day: object) -> bool:
    return bool(row.in_force.lower <= day)


def unit_of(account: User) -> int | None:
    """Return the unit of the account's first role, under which it is logged."""
    rows = RoleGrant.objects.filter(user=account).order_by("pk")
    return rows.values_list("unit", flat=True).first()
