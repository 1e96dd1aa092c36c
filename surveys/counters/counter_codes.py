"""Short codes of counters, as posters print them and people type them: hu-3k7z. Pure.

A code is five letters or digits and a check character, with a hyphen after the second. The
alphabet has 31 characters, none of which looks like another (no 0 o, no 1 i l). 31 is prime, so
with the weights 1 to 6 the check character shows every single wrong character and every swap
of two: both change the weighted sum by a product of factors below 31, which is never a
multiple of 31. One code in 31 typed at random passes.
"""

from __future__ import annotations

import re
import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 6
HYPHEN_AFTER = 2
# What people put between characters, or phones put in place of a hyphen.
SEPARATORS = re.compile(r"[\s._\-\u2010-\u2015\u2212]+")


def new_code() -> str:
    """Return a code made at random; whether it is taken only the table of counters knows."""
    return complete("".join(secrets.choice(ALPHABET) for _place in range(LENGTH - 1)))


def complete(payload: str) -> str:
    """Return the code of five characters: with its check character, as it is written.

    Raises:
        ValueError: they are not five characters of the alphabet.
    """
    plain = payload.replace("-", "")
    if len(plain) != LENGTH - 1 or not set(plain) <= set(ALPHABET):
        raise ValueError(f"five characters of {ALPHABET} are needed, not {payload!r}")
    # The check's own weight is 6: 6 · check + sum = 0 (mod 31).
    check = -weighted_sum(plain) * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)
    return _written(plain + ALPHABET[check])


def is_valid(code: str) -> bool:
    """Return whether a code is one of ours, written as we write it."""
    plain = code.replace("-", "")
    return (
        len(plain) == LENGTH
        and set(plain) <= set(ALPHABET)
        and code == _written(plain)
        and weighted_sum(plain) % len(ALPHABET) == 0
    )


def corrected(typed: str) -> str | None:
    """Return the code someone meant who typed capitals or other hyphens; None for no code."""
    code = _written(SEPARATORS.sub("", typed).lower())
    return code if is_valid(code) else None


def weighted_sum(plain: str) -> int:
    """Return what the check character makes a multiple of 31: each place times its number."""
    return sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(plain, 1))


def _written(plain: str) -> str:
    return f"{plain[:HYPHEN_AFTER]}-{plain[HYPHEN_AFTER:]}"
