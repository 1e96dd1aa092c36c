"""Codes of six digits, against the test vectors of RFC 6238 (appendix B, SHA-1, last 6 digits)."""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from surveys.people import totp

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert totp.code_at(SECRET, seconds // 30) == code
    assert totp.step_of(SECRET, f"{code[:3]} {code[3:]}", seconds=seconds, after=0) == seconds // 30


@pytest.mark.parametrize(("off", "good"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_clocks_may_be_off_by_half_a_minute(off: int, good: bool) -> None:
    found = totp.step_of(SECRET, "081804", seconds=1111111109 + off, after=0)

    assert (found is not None) is good


def test_a_code_is_good_once() -> None:
    step = totp.step_of(SECRET, "081804", seconds=1111111109, after=0)
    assert step is not None

    assert totp.step_of(SECRET, "081804", seconds=1111111109, after=step) is None


@pytest.mark.parametrize("typed", ["", "081805", "81804", "0818044", "ba bon"])
def test_other_codes_are_wrong(typed: str) -> None:
    assert totp.step_of(SECRET, typed, seconds=1111111109, after=0) is None


def test_apps_get_the_secret_by_picture_or_by_letters() -> None:
    address = urlsplit(totp.address(SECRET, site="hailong.vn", account="hà"))
    query = parse_qs(address.query)

    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert base64.b32decode(query["secret"][0]) == SECRET
    assert query["issuer"] == ["hailong.vn"]
    assert totp.in_letters(SECRET).replace(" ", "") == query["secret"][0]
