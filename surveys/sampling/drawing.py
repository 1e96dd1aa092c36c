"""Which units of a stratum are drawn, by a lot that everybody can check. Pure.

Units are put in the order of SHA-256 of "lot|code", and the first m are drawn: simple random
sampling without replacement, as far as nobody can choose the lot after seeing what it draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

Stratum = TypeVar("Stratum")


@dataclass(frozen=True)
class Framed:
    """A unit that can be drawn: its code, and the people who live there or were served."""

    code: str
    people: int


def place_in_lot(lot: str, code: str) -> str:
    """Return what the order of units is by: 64 hexadecimal digits, as anybody can work out."""
    return sha256(f"{lot}|{code}".encode()).hexdigest()


def drawn(
    strata: Mapping[Stratum, Iterable[Framed]], m: int, *, lot: str
) -> dict[Stratum, list[Framed]]:
    """Return m units of each stratum, or all where there are fewer, in the order of the lot.

    Their people are those of the whole stratum, shared out in proportion to their own and by the
    largest remainders, so that together they stand for everybody there. Source: the ratio to
    size, W. G. Cochran, Sampling Techniques, 3rd ed. 1977, chapter 9A.
    """
    found = {}
    for stratum, framed in strata.items():
        units = sorted(framed, key=lambda unit: place_in_lot(lot, unit.code))
        found[stratum] = _standing_for(sum(unit.people for unit in units), units[:m])
    return found


def _standing_for(everybody: int, units: list[Framed]) -> list[Framed]:
    own = sum(unit.people for unit in units)
    parts = [divmod(everybody * unit.people, own) for unit in units]
    left = everybody - sum(whole for whole, _rest in parts)
    largest = sorted(range(len(units)), key=lambda at: -parts[at][1])[:left]
    return [
        Framed(unit.code, whole + (at in largest))
        for at, (unit, (whole, _rest)) in enumerate(zip(units, parts, strict=True))
    ]
