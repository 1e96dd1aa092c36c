"""Codes of six digits from a shared secret and the time: TOTP, RFC 6238, with SHA-1 and 30 s.

Pure: knows no database and no clock.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
# As RFC 4226 recommends: 160 bits.
SECRET_BYTES = 20
# Clocks of phones are off by some seconds, and people type slowly.
STEPS_EITHER_WAY = 1


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """Return the code of one half minute. Source: RFC 4226 section 5.3, RFC 6238 section 4."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: bytes, code: str, *, seconds: float, after: int) -> int | None:
    """Return the half minute a code belongs to, now or a moment ago; None if it is wrong.

    Args:
        code: as typed; spaces are passed over.
        seconds: since 1970.
        after: the last half minute used; its codes and older ones are wrong.
    """
    typed = "".join(code.split())
    now = int(seconds) // STEP_SECONDS
    for step in range(now - STEPS_EITHER_WAY, now + STEPS_EITHER_WAY + 1):
        right = hmac.compare_digest(code_at(secret, step).encode(), typed.encode())
        if right and step > after:
            return step
    return None


def in_letters(secret: bytes) -> str:
    """Return the secret as apps let one type it, in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, *, site: str, account: str) -> str:
    """Return what the QR code for an app says (the key URI format that apps agree on)."""
    query = urlencode(
        {"secret": base64.b32encode(secret).decode(), "issuer": site}, quote_via=quote
    )
    return f"otpauth://totp/{quote(site)}:{quote(account)}?{query}"
