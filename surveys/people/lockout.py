"""Sign-ins that fail too often are refused for a while, per account and per address.

Kept in PostgreSQL, so that it holds for all processes and needs nothing else: officials sign in
rarely, and a failure costs a password hash anyway. Names and addresses are kept as keyed digests
and forgotten after a day.

Whoever mistypes an account's password on purpose locks it for strangers only: a network from which
it was signed in to before (`known`) is counted by itself.
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


def is_locked(account: str, address: str, *, known: bool, now: datetime) -> bool:
    """Return whether no password is to be tried now, even the right one."""
    recent = FailedSignIn.objects.filter(failed_at__gt=now - WINDOW)
    own = _here(account, address) if known else _key("account", account)
    return (
        recent.filter(key=own).count() >= FAILURES_OF_ACCOUNT
        or recent.filter(key=_key("address", _network(address))).count() >= FAILURES_OF_ADDRESS
    )


def note_failure(account: str, address: str, *, now: datetime) -> None:
    FailedSignIn.objects.filter(failed_at__lt=now - KEPT).delete()
    keys = (
        _key("account", account),
        _here(account, address),
        _key("address", _network(address)),
    )
    FailedSignIn.objects.bulk_create([FailedSignIn(key=key, failed_at=now) for key in keys])


def forget(account: str, address: str) -> None:
    """Begin to count anew for an account: it has signed in."""
    keys = (_key("account", account), _here(account, address))
    FailedSignIn.objects.filter(key__in=keys).delete()


def _network(address: str) -> str:
    """Return an IPv4 address as it is, an IPv6 one as its /64, which one household shares."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(parsed if parsed.version == 4 else ip_network(f"{parsed}/64", strict=False))


def _here(account: str, address: str) -> str:
    return _key("account there", f"{account} {_network(address)}")


def _key(kind: str, value: str) -> str:
    plain = f"{kind}:{value.strip().casefold()}"
    return salted_hmac("surveys.lockout", plain, algorithm="sha256").hexdigest()
