"""Receipt codes, such as k7qf-2mxr-9twd: made by chance, kept by the citizen, never stored. Pure.

Stored, and later published, is a digest: the SHA-256 of the code. Who has the code can show
that it stood among those published; nobody can go back from a digest to a code, nor from
either to a sheet (docs/decisions/0032). Eleven characters carry 54 bits and one checks them, as
that of counters does (surveys.counters.counter_codes).
"""

from __future__ import annotations

import hashlib
import re
import secrets

from surveys.counters.counter_codes import ALPHABET, SEPARATORS, weighted_sum

LENGTH = 12
GROUP = 4
# Says what is hashed, so that no other hash of the same letters can be taken for a digest.
PREFIX = "hai-long:"
DIGEST = re.compile(r"[0-9a-f]{64}")


def new_code() -> str:
    """Return a code that nobody can guess, in groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH - 1))
    check = -weighted_sum(letters) * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)
    return _written(letters + ALPHABET[check])


def corrected(typed: str) -> str | None:
    """Return the code someone meant who typed capitals or other separators; None: a slip in it."""
    letters = SEPARATORS.sub("", typed).lower()
    fits = len(letters) == LENGTH and set(letters) <= set(ALPHABET)
    return _written(letters) if fits and weighted_sum(letters) % len(ALPHABET) == 0 else None


def digest(code: str) -> bytes:
    """Return the 32 bytes that are stored for a code as `new_code` or `corrected` write it."""
    return hashlib.sha256(f"{PREFIX}{code}".encode()).digest()


def _written(letters: str) -> str:
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))
