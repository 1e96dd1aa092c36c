from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from django.test import Client

import surveys
from surveys.counters import counter_codes
from surveys.counters.counter_codes import ALPHABET, complete, corrected, is_valid, new_code
from tests import make
from tests.answering import asked_at_a_counter

DATA = Path(surveys.__file__).parent / "data"
# Codes in whose place every error is tried: extremes, repetitions, a demo counter's.
SAMPLES = [complete(payload) for payload in ("22222", "zzzzz", "hu3k7", "2z2z2", "98765", "abcde")]


def test_the_alphabet_has_no_look_alikes_and_is_lower_case() -> None:
    assert not set(ALPHABET) & set("0o1il")
    assert ALPHABET.lower() == ALPHABET
    assert len(set(ALPHABET)) == len(ALPHABET) == 31


@pytest.mark.parametrize("code", SAMPLES)
def test_every_single_wrong_character_is_noticed(code: str) -> None:
    places = [place for place, letter in enumerate(code) if letter != "-"]

    for place in places:
        for wrong in set(ALPHABET) - {code[place]}:
            assert not is_valid(code[:place] + wrong + code[place + 1 :])
    assert len(places) == 6


@pytest.mark.parametrize("first", range(5))
@pytest.mark.parametrize("payload", ["2222", "zzzz", "k7m3"])
def test_every_swap_of_neighbours_is_noticed(first: int, payload: str) -> None:
    """All 31 × 31 pairs of neighbours at each place, in codes that are good before the swap."""
    swaps = 0
    for one in ALPHABET:
        for other in ALPHABET:
            code = with_pair(payload, first, one, other)
            assert is_valid(code)
            plain = list(code.replace("-", ""))
            plain[first], plain[first + 1] = plain[first + 1], plain[first]
            swapped = f"{''.join(plain[:2])}-{''.join(plain[2:])}"
            if swapped != code:
                swaps += 1
                assert not is_valid(swapped)
    assert swaps == 31 * 30


def with_pair(rest: str, first: int, one: str, other: str) -> str:
    """Return a good code with two given characters at `first`; the last but one may be the check.

    At the end of the code, where the second of the pair is the check character, the character
    before the pair is chosen so that the check comes out as wanted.
    """
    if first < 4:
        plain = rest[:first] + one + other + rest[first:]
        return complete(plain[:5])
    found = [
        code
        for letter in ALPHABET
        if (code := complete(rest[:3] + letter + one)).endswith(one + other)
    ]
    assert len(found) == 1
    return found[0]


def test_new_codes_are_valid_and_differ() -> None:
    codes = {new_code() for _ in range(200)}

    assert len(codes) > 190
    assert all(is_valid(code) for code in codes)


def test_the_demos_counters_have_codes_of_ours() -> None:
    data = yaml.safe_load((DATA / "demo" / "counters.yaml").read_text(encoding="utf-8"))

    assert [c["code"] for c in data["counters"] if not is_valid(c["code"])] == []


@pytest.mark.parametrize("typed", ["HU-3K7Z", "hu3k7z", " h u - 3 k 7 z ", "hu–3k7z", "Hu3-k7z"])
def test_capitals_and_hyphens_are_corrected(typed: str) -> None:
    assert corrected(typed) == "hu-3k7z"


@pytest.mark.parametrize("typed", ["", "-", "hu-3k7y", "hu-3k7", "hu-3k7zz", "hu-3k70", "phường"])
def test_what_is_no_code_is_not_corrected(typed: str) -> None:
    assert corrected(typed) is None
    assert not is_valid(typed)


@pytest.mark.parametrize("payload", ["abcd", "abcdef", "abcd0", "ABCDE"])
def test_only_five_characters_of_the_alphabet_are_completed(payload: str) -> None:
    with pytest.raises(ValueError, match="five characters"):
        complete(payload)


def test_a_code_is_its_own_when_corrected() -> None:
    assert all(corrected(code) == code for code in SAMPLES)
    assert counter_codes.HYPHEN_AFTER == 2


@pytest.mark.django_db
def test_a_mistyped_code_is_told_from_an_unknown_one(client: Client) -> None:
    make.counter(make.commune(), code="hu-3k7z")

    mistyped = client.get("/k/hu-3k7y/")
    unknown = client.get("/k/hu-8t4h/")

    assert (mistyped.status_code, unknown.status_code) == (404, 404)
    assert "Mã không đúng" in mistyped.content.decode()
    assert "Mã không đúng" not in unknown.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("/k/HU3K7Z/", "/k/hu-3k7z/"),
        ("/en/k/hu3-k7z/", "/en/k/hu-3k7z/"),
        ("/k/HU-3K7Z/?phieu=abc", "/k/hu-3k7z/?phieu=abc"),
    ],
)
def test_capitals_and_hyphens_lead_to_the_counter(
    client: Client, typed: str, leads_to: str
) -> None:
    make.counter(make.commune(), code="hu-3k7z")

    response = client.get(typed)

    assert (response.status_code, response["Location"]) == (302, leads_to)


@pytest.mark.django_db
def test_a_counter_with_an_older_code_is_still_found(client: Client) -> None:
    counter, _campaign = asked_at_a_counter()
    assert not is_valid(counter.code)

    assert client.get(f"/k/{counter.code}/").status_code == 200
