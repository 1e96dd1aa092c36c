"""What stands on a one-time ticket, such as a3k7-9mqz-….: batch, serial, proof, check. Pure.

The proof is a keyed hash of what the ticket is good for, so only who has the key can make a
ticket, and none has to be stored. 40 bits of it: someone who sends a thousand guesses a second
for one known ticket of a batch needs 17 years for an even chance. The check character catches
every wrong character and every swap of two, as that of counters does (counters.counter_codes).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date

from surveys.counters.counter_codes import ALPHABET, SEPARATORS, weighted_sum

BASE = len(ALPHABET)  # 31, a prime: the check depends on it
BATCH_BITS, SERIAL_BITS, PROOF_BITS = 22, 12, 40
LENGTH = 16  # 15 characters hold the 74 bits, one checks them
GROUP = 4
MOST_TICKETS = 2**SERIAL_BITS
MOST_BATCHES = 2**BATCH_BITS
DIGEST_BYTES = 16


@dataclass(frozen=True)
class Scope:
    """What the tickets of a batch are good for; another batch row under the same id is another."""

    batch_id: int
    campaign_id: int
    counter_id: int
    day: date

    def text(self) -> str:
        return f"{self.batch_id} {self.campaign_id} {self.counter_id} {self.day.isoformat()}"


@dataclass(frozen=True)
class Claim:
    """What a code says, not yet proven."""

    batch_id: int
    serial: int
    proof: int


def code(key: str, scope: Scope, serial: int) -> str:
    """Return the code of a ticket, in groups of four.

    Raises:
        ValueError: batch or serial is beyond what a code can say.
    """
    if not (0 < scope.batch_id < MOST_BATCHES and 0 <= serial < MOST_TICKETS):
        raise ValueError(f"no code can say batch {scope.batch_id}, ticket {serial}")
    number = scope.batch_id << SERIAL_BITS | serial
    number = number << PROOF_BITS | _proof(key, scope, serial)
    letters = ""
    for _place in range(LENGTH - 1):
        number, digit = divmod(number, BASE)
        letters += ALPHABET[digit]
    return _written(letters + ALPHABET[-weighted_sum(letters) * pow(LENGTH, -1, BASE) % BASE])


def read(typed: str) -> Claim | None:
    """Return what a code says, typed with capitals or other separators too; None: a slip in it."""
    letters = _letters(typed)
    if letters is None:
        return None
    number = 0
    for letter in reversed(letters[:-1]):
        number = number * BASE + ALPHABET.index(letter)
    number, proof = divmod(number, 2**PROOF_BITS)
    batch_id, serial = divmod(number, MOST_TICKETS)
    return Claim(batch_id, serial, proof) if batch_id < MOST_BATCHES else None


def corrected(typed: str) -> str | None:
    """Return the code as it is printed; None: a slip in it. Whether it is genuine is not asked."""
    letters = _letters(typed)
    return None if letters is None else _written(letters)


def is_genuine(key: str, scope: Scope, claim: Claim) -> bool:
    """Return whether who made the code had the key, for just this scope."""
    made = _proof(key, scope, claim.serial)
    return hmac.compare_digest(made.to_bytes(8), claim.proof.to_bytes(8))


def digest(key: str, scope: Scope, serial: int) -> bytes:
    """Return the trace a spent ticket leaves: without the key it leads back to no ticket."""
    return _keyed(key, "spent", scope, serial)[:DIGEST_BYTES]


def _letters(typed: str) -> str | None:
    letters = SEPARATORS.sub("", typed).lower()
    fits = len(letters) == LENGTH and set(letters) <= set(ALPHABET)
    return letters if fits and weighted_sum(letters) % BASE == 0 else None


def _written(letters: str) -> str:
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def _proof(key: str, scope: Scope, serial: int) -> int:
    return int.from_bytes(_keyed(key, "ticket", scope, serial)[: PROOF_BITS // 8])


def _keyed(key: str, purpose: str, scope: Scope, serial: int) -> bytes:
    return hmac.digest(key.encode(), f"{purpose} {scope.text()} {serial}".encode(), "sha256")
