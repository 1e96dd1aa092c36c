"""Passkeys (WebAuthn): what the browser is asked, and whether what it answers is right.

The name a passkey is bound to is the host the page is served from, so one made at a look-alike
site answers nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db import transaction
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from surveys.models import Passkey

NAME_LENGTH = 100


class NotProven(Exception):
    """The browser's answer does not prove that the passkey is there."""


def server(host: str) -> Fido2Server:
    """Return the party that asks, for a host name without its port."""

    def is_here(origin: str) -> bool:
        # Browsers know passkeys on secure pages only, and take localhost for one.
        parts = urlsplit(origin)
        return parts.hostname == host and (parts.scheme == "https" or host == "localhost")

    party = PublicKeyCredentialRpEntity(id=host, name="Hài Lòng")
    return Fido2Server(party, verify_origin=is_here)


def begin_adding(user: User, host: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the browser needs to make a passkey, and what to remember until it answers."""
    # The handle says nothing of the person: it may be read from the key by who holds it.
    owner = PublicKeyCredentialUserEntity(
        id=str(user.pk).encode(), name=user.get_username(), display_name=user.get_username()
    )
    options, state = server(host).register_begin(
        owner,
        _credentials(user),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return _plain(options), state


def finish_adding(
    user: User, host: str, state: Any, answer: Mapping[str, Any], *, name: str, now: datetime
) -> Passkey:
    """Keep the passkey a browser has made.

    Raises:
        NotProven: the answer is not one to `state`.
    """
    try:
        data = server(host).register_complete(state, answer)
    # Whatever is wrong with what a browser sent, the answer is the same.
    except Exception as error:
        raise NotProven from error
    if data.credential_data is None:
        raise NotProven
    kept = bytes(data.credential_data)
    return Passkey.objects.create(
        user=user, name=name.strip()[:NAME_LENGTH] or "passkey", credential=kept, made_at=now
    )


def begin_proving(user: User, host: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the browser needs to prove a passkey of this user, and what to remember."""
    options, state = server(host).authenticate_begin(
        _credentials(user), user_verification=UserVerificationRequirement.PREFERRED
    )
    return _plain(options), state


def proves(user: User, host: str, state: Any, answer: Mapping[str, Any], *, now: datetime) -> bool:
    """Return whether the answer was signed by a passkey of this user."""
    try:
        used = server(host).authenticate_complete(state, _credentials(user), answer)
    except Exception:  # noqa: BLE001 - as above
        return False
    with transaction.atomic():
        for passkey in Passkey.objects.select_for_update().filter(user=user):
            if _read(passkey).credential_id == used.credential_id:
                passkey.used_at = now
                passkey.save(update_fields=["used_at"])
    return True


def _credentials(user: User) -> list[AttestedCredentialData]:
    return [_read(passkey) for passkey in Passkey.objects.filter(user=user)]


def _read(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(passkey.credential))


def _plain(value: Any) -> Any:
    """Return options as JSON holds them, bytes as base64url."""
    if isinstance(value, bytes):
        return websafe_encode(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
