"""The second proof after the password: a code of an app, a passkey, or a recovery code."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.crypto import salted_hmac

from surveys.counters.counter_codes import ALPHABET
from surveys.models import Authenticator, Passkey, RecoveryCode
from surveys.people import totp

RECOVERY_CODES = 10
RECOVERY_LENGTH = 12


def has_any(user: User) -> bool:
    """Return whether signing in to this account takes two steps."""
    return (
        Authenticator.objects.filter(user=user).exists()
        or Passkey.objects.filter(user=user).exists()
    )


def add_authenticator(user: User, secret: bytes, code: str, *, now: datetime) -> bool:
    """Take an app that shows the right code; return whether it did. An older app is replaced."""
    step = totp.step_of(secret, code, seconds=now.timestamp(), after=0)
    if step is None:
        return False
    kept = {"sealed_secret": _fernet().encrypt(secret), "made_at": now, "last_step": step}
    Authenticator.objects.update_or_create(user=user, defaults=kept)
    return True


def takes_code(user: User, code: str, *, now: datetime) -> bool:
    """Return whether this is the code the user's app shows now, and use it up."""
    with transaction.atomic():
        # The lock lets one of two requests with the same code through.
        app = Authenticator.objects.select_for_update().filter(user=user).first()
        if app is None:
            return False
        try:
            secret = _fernet().decrypt(bytes(app.sealed_secret))
        except InvalidToken:  # sealed with another SECRET_KEY: a recovery code still helps
            return False
        step = totp.step_of(secret, code, seconds=now.timestamp(), after=app.last_step)
        if step is None:
            return False
        app.last_step = step
        app.save(update_fields=["last_step"])
    return True


def new_recovery_codes(user: User) -> list[str]:
    """Return codes to be kept on paper; those made before are worth nothing any more."""
    codes = [
        "".join(secrets.choice(ALPHABET) for _place in range(RECOVERY_LENGTH))
        for _code in range(RECOVERY_CODES)
    ]
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        rows = [RecoveryCode(user=user, digest=_digest(user, code)) for code in codes]
        RecoveryCode.objects.bulk_create(rows)
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def takes_recovery_code(user: User, code: str, *, now: datetime) -> bool:
    """Return whether this is an unused recovery code of the user, and use it up."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(user, plain), used_at=None)
    return unused.update(used_at=now) == 1


def recovery_codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def remove_all(user: User) -> None:
    """Take every second factor from an account whose owner has lost them."""
    Authenticator.objects.filter(user=user).delete()
    Passkey.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def _digest(user: User, plain: str) -> str:
    # 31 letters to the power of 12 are 59 bits: a fast hash is enough.
    return hashlib.sha256(f"{user.pk}:{plain}".encode()).hexdigest()


def _fernet() -> Fernet:
    key = salted_hmac(
        "surveys.second_factors", "seal", secret=settings.SECRET_KEY, algorithm="sha256"
    )
    return Fernet(base64.urlsafe_b64encode(key.digest()))
