"""Sign-ins that fail too often are refused for a while, per account and per address.

Kept in PostgreSQL, so that it holds for all processes and needs nothing else: officials sign in
rarely, and a failure costs a password hash anyway. Names and addresses are kept as keyed digests
and forgotten after a day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.utils.crypto import salted_hmac

from surveys.models import FailedSignIn

WINDOW = timedelta(minutes=15)
# A person mistypes a few times; an office behind one router has many persons.
FAILURES_OF_ACCOUNT = 10
FAILURES_OF_ADDRESS = 100
KEPT = timedelta(days=1)


def is_locked(account: str, address: str, *, now: datetime) -> bool:
    """Return whether no password is to be tried now, even the right one."""
    recent = FailedSignIn.objects.filter(failed_at__gt=now - WINDOW)
    return (
        recent.filter(key=_key("account", account)).count() >= FAILURES_OF_ACCOUNT
        or recent.filter(key=_key("address", _network(address))).count() >= FAILURES_OF_ADDRESS
    )


def note_failure(account: str, address: str, *, now: datetime) -> None:
    FailedSignIn.objects.filter(failed_at__lt=now - KEPT).delete()
    keys = (_key("account", account), _key("address", _network(address)))
    FailedSignIn.objects.bulk_create([FailedSignIn(key=key, failed_at=now) for key in keys])


def forget(account: str) -> None:
    """Begin to count anew for an account: it has signed in."""
    FailedSignIn.objects.filter(key=_key("account", account)).delete()


def _network(address: str) -> str:
    """Return an IPv4 address as it is, an IPv6 one as its /64, which one household shares."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(parsed if parsed.version == 4 else ip_network(f"{parsed}/64", strict=False))


def _key(kind: str, value: str) -> str:
    plain = f"{kind}:{value.strip().casefold()}"
    return salted_hmac("surveys.lockout", plain, algorithm="sha256").hexdigest()
