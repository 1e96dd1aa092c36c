"""What a session of an official knows about how it was begun, and what must be proven again.

Two steps: a right password alone makes no session of the account, only a note that the second
proof is awaited, for some minutes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from surveys.models import AuditEntry
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.people import lockout, sessions
from surveys.people.client_addresses import address_of, full_address_of
from surveys.rights.roles import Rights

SECOND_STEP_LASTS = timedelta(minutes=10)
CONFIRMATION_LASTS = timedelta(minutes=10)
BACKEND = "django.contrib.auth.backends.ModelBackend"

# Keys of the session.
AWAITED = "awaited_user"
AWAITED_SINCE = "awaited_since"
TWO_STEPS = "two_steps"
CONFIRMED_AT = "confirmed_at"


def await_second_step(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Note that the password was right and the second proof is to come."""
    request.session.flush()
    request.session[AWAITED] = user.pk
    request.session[AWAITED_SINCE] = now.timestamp()


def awaited(request: HttpRequest, *, now: datetime) -> User | None:
    """Return who has given the password here a moment ago, but no second proof yet."""
    since = request.session.get(AWAITED_SINCE, 0.0)
    if now.timestamp() - since > SECOND_STEP_LASTS.total_seconds():
        return None
    return User.objects.filter(pk=request.session.get(AWAITED, 0), is_active=True).first()


def is_locked(request: HttpRequest, account: str, *, now: datetime) -> bool:
    """Return whether sign-ins of an account are refused here for a while."""
    before = AuditEntry.objects.filter(
        user__username__iexact=account, deed=Deed.SIGN_IN.value, address=address_of(request)
    )
    address = full_address_of(request)
    return lockout.is_locked(account, address, known=before.exists(), now=now)


def complete(request: HttpRequest, user: User, *, two_steps: bool, now: datetime) -> None:
    """Begin the session of an account whose owner has proven who they are."""
    auth.login(request, user, backend=BACKEND)
    for key in (AWAITED, AWAITED_SINCE):
        request.session.pop(key, None)
    request.session[TWO_STEPS] = two_steps
    confirm(request, now=now)
    lockout.forget(user.get_username(), full_address_of(request))
    address = address_of(request)
    sessions.begin(
        user,
        request.session.session_key or "",
        address=address,
        browser=request.headers.get("User-Agent", ""),
        now=now,
    )
    actor = audit.Actor(user, user.get_username(), address)
    audit.record(Deed.SIGN_IN, by=actor, to=user, unit=home_of(user, now=now))


def confirm(request: HttpRequest, *, now: datetime) -> None:
    """Note that the owner of the account sits there now."""
    request.session[CONFIRMED_AT] = now.timestamp()


def is_confirmed(request: HttpRequest, *, now: datetime) -> bool:
    """Return whether the password was given a short while ago."""
    since = request.session.get(CONFIRMED_AT, 0.0)
    return bool(now.timestamp() - since <= CONFIRMATION_LASTS.total_seconds())


def must_take_second_step(request: HttpRequest, rights: Rights) -> bool:
    """Return whether this account may do nothing before it signs in in two steps."""
    if settings.SECOND_FACTOR_WAIVED or not rights.is_administrator:
        return False
    return not request.session.get(TWO_STEPS, False)


def home_of(user: User, *, now: datetime) -> int | None:
    """Return the unit an account's own acts are logged under; None: the nation's."""
    held = Rights(user, now=now).held
    return held[0].unit_id if held and not any(grant.nation for grant in held) else None


def way_on(request: HttpRequest) -> str:
    """Return the page that was asked for before signing in, if it is one of the panel."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    here = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    inside = wanted.startswith("/quan-tri/") and wanted != reverse("officials:login")
    return wanted if here and inside else reverse("officials:start")
