"""A code says its batch and serial, shows a slip of the finger, and needs the key to be made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.counters import ticket_codes
from surveys.counters.counter_codes import ALPHABET
from surveys.counters.ticket_codes import MOST_BATCHES, MOST_TICKETS, Scope

KEY = "one key"
SCOPE = Scope(batch_id=7, campaign_id=3, counter_id=11, day=date(2026, 11, 2))


@given(st.integers(1, MOST_BATCHES - 1), st.integers(0, MOST_TICKETS - 1))
def test_a_code_says_what_it_was_made_for(batch_id: int, serial: int) -> None:
    scope = replace(SCOPE, batch_id=batch_id)

    code = ticket_codes.code(KEY, scope, serial)

    claim = ticket_codes.read(code)
    assert claim is not None
    assert (claim.batch_id, claim.serial) == (batch_id, serial)
    assert ticket_codes.is_genuine(KEY, scope, claim)
    assert len(code) == 19
    assert set(code) <= set(ALPHABET) | {"-"}
    assert not set(code) & set("01iol")


def test_what_no_code_can_say_is_refused() -> None:
    for scope, serial in [
        (replace(SCOPE, batch_id=0), 0),
        (replace(SCOPE, batch_id=MOST_BATCHES), 0),
        (SCOPE, MOST_TICKETS),
        (SCOPE, -1),
    ]:
        with pytest.raises(ValueError, match="no code can say"):
            ticket_codes.code(KEY, scope, serial)


def test_a_code_is_read_however_it_is_typed() -> None:
    code = ticket_codes.code(KEY, SCOPE, 5)

    for typed in (code.upper(), code.replace("-", ""), code.replace("-", " "), f" {code} "):
        assert ticket_codes.read(typed) == ticket_codes.read(code)
        assert ticket_codes.corrected(typed) == code


def test_every_wrong_character_and_every_swap_shows() -> None:
    letters = ticket_codes.code(KEY, SCOPE, 5).replace("-", "")

    for place, right in enumerate(letters):
        for wrong in ALPHABET.replace(right, ""):
            assert ticket_codes.read(letters[:place] + wrong + letters[place + 1 :]) is None
    for one, other in combinations(range(len(letters)), 2):
        swapped = list(letters)
        swapped[one], swapped[other] = letters[other], letters[one]
        if letters[one] != letters[other]:
            assert ticket_codes.read("".join(swapped)) is None


@pytest.mark.parametrize("typed", ["", "-", "abcd", "2222-2222-2222-222", "ê" * 16, "2" * 400])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert ticket_codes.read(typed) is None
    assert ticket_codes.corrected(typed) is None


def test_a_code_is_genuine_for_its_key_and_scope_only() -> None:
    claim = ticket_codes.read(ticket_codes.code(KEY, SCOPE, 5))
    assert claim is not None

    assert not ticket_codes.is_genuine("another key", SCOPE, claim)
    for other in (
        replace(SCOPE, campaign_id=4),
        replace(SCOPE, counter_id=12),
        replace(SCOPE, day=SCOPE.day + timedelta(days=1)),
        replace(SCOPE, batch_id=8),
    ):
        assert not ticket_codes.is_genuine(KEY, other, claim)
    assert not ticket_codes.is_genuine(KEY, SCOPE, replace(claim, serial=6))


def test_the_trace_of_a_ticket_is_neither_its_proof_nor_made_without_the_key() -> None:
    trace = ticket_codes.digest(KEY, SCOPE, 5)
    claim = ticket_codes.read(ticket_codes.code(KEY, SCOPE, 5))
    assert claim is not None

    assert len(trace) == 16
    assert not trace.startswith(claim.proof.to_bytes(5))
    assert trace != ticket_codes.digest("another key", SCOPE, 5)
    assert trace != ticket_codes.digest(KEY, SCOPE, 6)
