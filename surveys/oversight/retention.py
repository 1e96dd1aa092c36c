"""What is kept of people, for how long, and the deleting of what is over (docs/operations.md).

Sheets hold nothing of anybody and stay. The audit log stays too: it is about acts in office, and
nothing can be cut out of its chain.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import (
    CharField,
    DateTimeField,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast, Greatest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.models import (
    AuditEntry,
    Authenticator,
    Comment,
    CommentNote,
    FailedSignIn,
    Invitation,
    KeyedSheet,
    PairingCode,
    Passkey,
    RecoveryCode,
    RoleGrant,
    SignedIn,
)
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.people import lockout
from surveys.submissions import LATE_FOR

CLOSED = "closed-"
"""The name of an account whose owner is forgotten begins so; its number follows."""


@dataclass(frozen=True)
class Kept:
    """Something of people: which rows are over at a moment, and what then happens to them.

    `is_told`: the audit log says that it was done, and to how many.
    """

    code: str
    name: str | Promise
    over: Callable[[datetime], QuerySet[Any]]
    end: Callable[[QuerySet[Any]], object] = lambda rows: rows.delete()
    is_told: bool = False


def _days(setting: str) -> timedelta:
    return timedelta(days=getattr(settings, setting))


def _closed_before(now: datetime) -> date:
    """Return the day before which a campaign must have closed; never while sheets still come."""
    return (now - max(_days("KEEP_COMMENTS_DAYS"), LATE_FOR)).date()


def _comments(now: datetime) -> QuerySet[Comment]:
    """Comments nobody has checked: whoever is named in them still is."""
    checked = CommentNote.objects.filter(comment_id=OuterRef("pk"), checked_by__isnull=False)
    return Comment.objects.filter(~Exists(checked), campaign__closes_on__lt=_closed_before(now))


def _notes(now: datetime) -> QuerySet[CommentNote]:
    """Notes on comments that are gone."""
    there = Comment.objects.filter(pk=OuterRef("comment_id"))
    return CommentNote.objects.filter(~Exists(there), campaign__closes_on__lt=_closed_before(now))


def _unfinished_piles(now: datetime) -> QuerySet[KeyedSheet]:
    """Sheets of piles nobody closed, with their comments; no longer taken by then."""
    return KeyedSheet.objects.filter(batch__campaign__closes_on__lt=_closed_before(now))


def _sessions(now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=now)


def _signed_in(now: datetime) -> QuerySet[SignedIn]:
    """Networks and browsers of sessions that have ended."""
    alive = Session.objects.filter(expire_date__gt=now, session_key=OuterRef("session_key"))
    return SignedIn.objects.filter(~Exists(alive))


def _failed(now: datetime) -> QuerySet[FailedSignIn]:
    return FailedSignIn.objects.filter(failed_at__lt=now - lockout.KEPT)


def _invitations(now: datetime) -> QuerySet[Invitation]:
    since = now - _days("KEEP_INVITATIONS_DAYS")
    return Invitation.objects.filter(Q(used_at__lt=since) | Q(expires_at__lt=since))


def _pairing_codes(now: datetime) -> QuerySet[PairingCode]:
    return PairingCode.objects.filter(expires_at__lt=now - _days("KEEP_INVITATIONS_DAYS"))


def _accounts(now: datetime) -> QuerySet[User]:
    """Closed accounts, whose last day in office lies long enough back."""
    closed = AuditEntry.objects.filter(
        deed=Deed.CLOSE_ACCOUNT, table=User._meta.label, key=Cast(OuterRef("pk"), CharField())
    )
    ended = RoleGrant.objects.filter(user=OuterRef("pk")).values("user")
    return (
        User.objects.filter(is_active=False)
        .exclude(username__startswith=CLOSED)
        .annotate(
            # Greatest passes over what is null.
            until=Greatest(
                "date_joined",
                "last_login",
                Subquery(closed.order_by("-number").values("at")[:1]),
                Subquery(ended.annotate(last=Max("ends_at")).values("last")),
                output_field=DateTimeField(),
            )
        )
        .filter(until__lt=now - _days("KEEP_ACCOUNTS_DAYS"))
    )


def _forget(accounts: QuerySet[User]) -> None:
    """Take name, address and means of signing in from accounts; what they did stays theirs."""
    for account in accounts.order_by("pk"):
        for model in (Authenticator, Passkey, RecoveryCode, Invitation, SignedIn):
            model._default_manager.filter(user=account).delete()
        account.username = f"{CLOSED}{account.pk}"
        account.first_name = account.last_name = account.email = ""
        account.password = make_password(None)
        account.save()


KEPT = (
    Kept("comments", _("comments nobody checked"), _comments, is_told=True),
    Kept("notes", _("notes on comments that are gone"), _notes),
    Kept("piles", _("sheets of piles nobody closed"), _unfinished_piles, is_told=True),
    Kept("accounts", _("names of closed accounts"), _accounts, _forget, is_told=True),
    Kept("sessions", _("sessions that have ended"), _sessions),
    Kept("places", _("networks and browsers of these"), _signed_in),
    Kept("failed", _("failed sign-ins"), _failed),
    Kept("invitations", _("invitations used or expired"), _invitations),
    Kept("codes", _("codes of kiosks, expired"), _pairing_codes),
)


def over(now: datetime) -> dict[str, int]:
    """Return how many rows of each kind are over, and delete nothing."""
    return {kept.code: kept.over(now).count() for kept in KEPT}


def delete_what_is_over(now: datetime) -> dict[str, int]:
    """Delete it, all or nothing; return how many rows of each kind it was."""
    with transaction.atomic():
        found = {}
        for kept in KEPT:
            rows = kept.over(now)
            found[kept.code] = rows.count()
            if found[kept.code]:
                kept.end(rows)
        told = {kept.code: found[kept.code] for kept in KEPT if kept.is_told and found[kept.code]}
        if told:
            audit.record(Deed.DELETE_OLD, by=audit.COMMAND, after=told)
    return found
