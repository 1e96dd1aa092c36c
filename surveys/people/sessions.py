"""Where an official is signed in, and signing out there."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db.models import QuerySet

from surveys.models import SignedIn

SEEN_EVERY = timedelta(minutes=5)
BROWSER_LENGTH = 200


def begin(user: User, session_key: str, *, address: str, browser: str, now: datetime) -> None:
    """Note a session that has just begun; those that have ended by themselves are forgotten."""
    ended(user, now=now).delete()
    SignedIn.objects.update_or_create(
        session_key=session_key,
        defaults={
            "user": user,
            "address": address,
            "browser": browser.replace("\x00", "")[:BROWSER_LENGTH],
            "began_at": now,
            "seen_at": now,
        },
    )


def note_seen(session_key: str, *, now: datetime) -> None:
    """Note that a session is used, at most every few minutes."""
    # Each process remembers for itself: at worst a session is noted once by each of them.
    if cache.add(f"seen:{session_key}", True, SEEN_EVERY.total_seconds()):
        SignedIn.objects.filter(session_key=session_key).update(seen_at=now)


def living(user: User, *, now: datetime) -> QuerySet[SignedIn]:
    """Return where a user is signed in now, the session last used first."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    return SignedIn.objects.filter(user=user, session_key__in=alive).order_by("-seen_at")


def ended(user: User, *, now: datetime) -> QuerySet[SignedIn]:
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    return SignedIn.objects.filter(user=user).exclude(session_key__in=alive)


def end(user: User, *, but: str | None = None) -> int:
    """Sign a user out everywhere, or everywhere but in one session; return how often."""
    rows = SignedIn.objects.filter(user=user).exclude(session_key=but or "")
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return rows.delete()[0]
