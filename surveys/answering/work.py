"""Work and pauses asked for in a rush: what a challenge says, and whether an answer is good.

A phone that sends by script finds numbers whose SHA-256 begins with zeros, which takes it about
a second; a form without script is shown again and taken some seconds later. Both are bound to
one sheet at one counter and signed, so the server keeps nothing but, in Redis, how often a
piece of work was used. Nothing here knows who sends.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.core import signing
from django.utils.crypto import constant_time_compare

from surveys.answering import short_memory

# 8 × 2^14 = 131,072 tries on average. Eight small pieces and not one large: the unluckiest
# phone of a hundred needs twice the average, not five times (docs/threat-model.md).
PIECES, ZERO_BITS = 8, 14
GOOD_FOR = 300  # seconds; a phone in a pocket may be slow
# The reply may be lost and the sheet sent again; the id makes it one sheet.
USES = 5
PAUSE_GOOD_FOR = 3600
SALT_WORK, SALT_PAUSE = "surveys.work", "surveys.work.pause"
LONGEST_ANSWER = 500
# The field of a form that was asked to wait; with a hyphen no question has this code.
PAUSE_FIELD = "cho-luot"


def challenge(counter_id: int, sheet_id: UUID) -> dict[str, object]:
    """Return what a sender has to work on before this sheet is taken, as the API gives it."""
    text = signing.dumps(_bound_to(counter_id, sheet_id), salt=SALT_WORK)
    return {"challenge": text, "pieces": PIECES, "zero_bits": ZERO_BITS}


def is_done(answer: str, counter_id: int, sheet_id: UUID) -> bool:
    """Return whether an answer, "challenge number number …", is good work for this sheet."""
    if len(answer) > LONGEST_ANSWER:
        return False
    text, *numbers = answer.split(" ")
    if not _is_ours(text, SALT_WORK, GOOD_FOR, counter_id, sheet_id):
        return False
    if len(numbers) != PIECES or not all(number.isdecimal() for number in numbers):
        return False
    if not all(_has_zeros(f"{text} {piece} {number}") for piece, number in enumerate(numbers)):
        return False
    signature = hashlib.sha256(text.encode()).hexdigest()
    uses = short_memory.add(f"work:{signature}", seconds=2 * GOOD_FOR)
    return uses is None or uses <= USES


def pause(counter_id: int, sheet_id: UUID, *, until: int) -> str:
    """Return what a form carries that was shown again, to be taken from a moment on.

    Args:
        until: seconds since 1970.
    """
    return signing.dumps([until, _bound_to(counter_id, sheet_id)], salt=SALT_PAUSE)


def is_over(answer: str, counter_id: int, sheet_id: UUID, *, now: int) -> bool:
    """Return whether a form has been shown again for this sheet and its pause has passed."""
    try:
        until, bound_to = signing.loads(answer, salt=SALT_PAUSE, max_age=PAUSE_GOOD_FOR)
    except signing.BadSignature:
        return False
    return bool(until <= now and bound_to == _bound_to(counter_id, sheet_id))


def _bound_to(counter_id: int, sheet_id: UUID) -> str:
    return f"{counter_id} {sheet_id}"


def _is_ours(text: str, salt: str, seconds: int, counter_id: int, sheet_id: UUID) -> bool:
    try:
        bound_to = signing.loads(text, salt=salt, max_age=seconds)
    except signing.BadSignature:
        return False
    return constant_time_compare(bound_to, _bound_to(counter_id, sheet_id))


def _has_zeros(text: str) -> bool:
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest[:4]) >> (32 - ZERO_BITS) == 0
