"""The one module that decides who may do what, where. What is not granted is refused.

A superuser may do everything everywhere; everybody else what RoleGrant rows of this moment say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.utils import timezone

from surveys.models import Campaign, RoleGrant, Tier, Unit
from surveys.rights.acts import ACTS, Act, Role
from surveys.rights.reach import Reach, Row
from surveys.units import unit_tree

Somebody: TypeAlias = User | AnonymousUser


@dataclass(frozen=True)
class Held:
    """A role held now, as far as deciding needs it."""

    role: Role
    unit_id: int
    nation: bool
    campaign_id: int | None
    ends_at: datetime | None


class Rights:
    """What one user may do at one moment; reads the grants once. Ask it within one request."""

    def __init__(self, user: Somebody, *, now: datetime) -> None:
        self.user = user
        self.now = now
        self._reaches: dict[Act, Reach] = {}
        self._known: list[Reach] = []

    @property
    def all(self) -> bool:
        return self.user.is_active and self.user.is_superuser

    @cached_property
    def held(self) -> list[Held]:
        if not self.user.is_active or self.user.pk is None:
            return []
        rows = RoleGrant.objects.filter(user=self.user.pk).in_force_at(self.now)
        fields = ("role", "unit_id", "unit__tier", "campaign_id", "ends_at")
        return [
            Held(Role(role), unit_id, tier == Tier.NATION, campaign_id, ends_at)
            for role, unit_id, tier, campaign_id, ends_at in rows.values_list(*fields)
        ]

    @property
    def is_official(self) -> bool:
        return self.all or bool(self.held)

    @property
    def is_administrator(self) -> bool:
        return self.all or any(held.role == Role.ADMINISTRATOR for held in self.held)

    def has(self, act: Act) -> bool:
        """Return whether the act is allowed anywhere at all."""
        return self.all or any(act in ACTS[held.role] for held in self.held)

    def reach(self, act: Act) -> Reach:
        """Return where the act is allowed, from which every queryset of the panel starts."""
        if act not in self._reaches:
            self._reaches[act] = self._reach(held for held in self.held if act in ACTS[held.role])
        return self._reaches[act]

    def may(self, act: Act, unit: Unit | int, campaign: Campaign | None = None) -> bool:
        """Return whether the act is allowed at a unit: in a campaign's tree, or today's."""
        unit_id = unit if isinstance(unit, int) else unit.pk
        return self.reach(act).covers(unit_id, campaign)

    def may_grant(
        self, role: Role, unit: Unit | int, campaign: Campaign | None, ends_at: datetime | None
    ) -> bool:
        """Return whether this user may give (or take) a role: nobody gives more than they have.

        Every act of the role must be the user's own there, for that campaign, as long as that;
        and so must managing accounts.
        """
        if self.all:
            return True
        unit_id = unit if isinstance(unit, int) else unit.pk
        lasting = [h for h in self.held if h.ends_at is None or (ends_at and ends_at <= h.ends_at)]
        own: set[Act] = set()
        for held_role in {held.role for held in lasting}:
            reach = self._reach(
                held
                for held in lasting
                if held.role == held_role and held.campaign_id in {None, campaign and campaign.pk}
            )
            if reach.covers(unit_id, campaign):
                own |= ACTS[held_role]
        return own >= ACTS[role] | {Act.MANAGE_ACCOUNTS}

    def may_judge(self, unit: Unit | int, campaign: Campaign) -> bool:
        """Return whether this user may set data of a unit aside: their role stands above it.

        Whoever holds any role at the unit itself is of the office concerned, whatever else they
        hold.
        """
        unit_id = unit if isinstance(unit, int) else unit.pk
        return unit_id not in self._own_units and self.reach(Act.SET_ASIDE).covers(
            unit_id, campaign
        )

    def judged(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Return the rows of units and campaigns that this user may judge."""
        return self.reach(Act.SET_ASIDE).within(rows).exclude(unit__in=self._own_units)

    @cached_property
    def _own_units(self) -> frozenset[int]:
        if self.all:
            return frozenset()
        own = (self._family.get(held.unit_id, frozenset({held.unit_id})) for held in self.held)
        return frozenset().union(*own)

    @cached_property
    def _family(self) -> dict[int, frozenset[int]]:
        units = [held.unit_id for held in self.held if not held.nation]
        return dict(unit_tree.absorbed(units)) if units else {}

    def _reach(self, grants: Iterable[Held]) -> Reach:
        tops: dict[int | None, frozenset[int]] = {}
        everywhere = self.all
        for held in grants:
            everywhere |= held.nation and held.campaign_id is None
            family = self._family.get(held.unit_id, frozenset({held.unit_id}))
            tops[held.campaign_id] = tops.get(held.campaign_id, frozenset()) | family
        made = Reach(everywhere, tops, timezone.localdate(self.now))
        # What reaches equally far shares what was found out about it.
        same = next((known for known in self._known if known == made), None)
        if same is None:
            self._known.append(made)
        return same or made


def may(
    user: Somebody,
    act: Act,
    unit: Unit | int,
    campaign: Campaign | None = None,
    *,
    now: datetime,
) -> bool:
    """Return whether a user may do an act at a unit."""
    return Rights(user, now=now).may(act, unit, campaign)


def scope(user: Somebody, act: Act, *, now: datetime) -> Reach:
    """Return where a user may do an act."""
    return Rights(user, now=now).reach(act)
