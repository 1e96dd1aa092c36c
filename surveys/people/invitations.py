"""Links by which the owner of an account sets its password: good once, for some days.

Of the link only a digest is kept, so who reads the table can open nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from surveys.models import Invitation
from surveys.people import sessions

LASTS = timedelta(days=7)


class LinkUsed(Exception):
    """The link was used, perhaps a moment ago, or has been replaced by a newer one."""


def make(user: User, *, by: User, now: datetime) -> str:
    """Return the token of a new link; older links of the account open nothing any more."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Invitation.objects.filter(user=user, used_at=None).delete()
        Invitation.objects.create(
            user=user, digest=_digest(token), made_by=by, made_at=now, expires_at=now + LASTS
        )
    return token


def find(token: str, *, now: datetime) -> Invitation | None:
    """Return the invitation a link is for, while it is good."""
    rows = Invitation.objects.select_related("user").filter(used_at=None, expires_at__gt=now)
    return rows.filter(digest=_digest(token), user__is_active=True).first()


def accept(invitation: Invitation, password: str, *, now: datetime) -> None:
    """Set the password of the account, and end what sessions it had.

    Raises:
        LinkUsed: see there.
    """
    with transaction.atomic():
        # The update is the judge: of two tabs with one link, one changes the row.
        unused = Invitation.objects.filter(pk=invitation.pk, used_at=None)
        if not unused.update(used_at=now):
            raise LinkUsed
        invitation.user.set_password(password)
        invitation.user.save(update_fields=["password"])
        sessions.end(invitation.user)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
