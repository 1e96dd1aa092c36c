"""Accounts made, and roles given to them: one at a time or many; all logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from surveys.models import Campaign
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed
from surveys.people import accounts
from surveys.rights.acts import Role
from surveys.rights.roles import Rights


@dataclass(frozen=True)
class WantedRole:
    """A role to be given; `ends_at` is the first moment it holds no more."""

    role: Role
    unit_id: int
    campaign: Campaign | None
    ends_at: datetime | None


@dataclass(frozen=True)
class WantedAccount:
    """An account to be made, with its first role."""

    username: str
    full_name: str
    email: str
    first: WantedRole


def end_of(day: date) -> datetime:
    """Return the first moment after a day; the calendar has none after its last."""
    last = min(day, date.max - timedelta(days=1))
    return timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


def make(rights: Rights, wanted: WantedAccount, *, by: Actor) -> User:
    """Make an account nobody can sign in to before its owner has chosen a password.

    Raises:
        MayNotGrant: who makes it may not give its role; nothing was stored.
    """
    with transaction.atomic():
        account = User(username=wanted.username, first_name=wanted.full_name, email=wanted.email)
        account.set_unusable_password()
        account.save()
        audit.record(Deed.CREATE_ACCOUNT, by=by, to=account, unit=wanted.first.unit_id)
        give(rights, account, wanted.first, by=by)
    return account


def give(rights: Rights, account: User, wanted: WantedRole, *, by: Actor) -> None:
    """Give an account a role.

    Raises:
        MayNotGrant: see there.
    """
    with transaction.atomic():
        grant = accounts.give(
            rights,
            account,
            wanted.role,
            wanted.unit_id,
            campaign=wanted.campaign,
            ends_at=wanted.ends_at,
        )
        audit.record(
            Deed.GRANT,
            by=by,
            to=account,
            unit=grant.unit_id,
            campaign=grant.campaign_id,
            after={"role": grant.role, "unit": grant.unit_id, "ends_at": grant.ends_at},
        )
