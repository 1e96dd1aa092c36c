from __future__ import annotations

import hashlib

import pytest
from django.test import Client

from surveys.voice.byte_ranges import Unsatisfiable, part_asked
from tests import make
from tests.sounds import record, tone

pytestmark = pytest.mark.django_db


@pytest.fixture
def address() -> str:
    return record(make.questionnaire(), "c01")


def test_a_clip_is_public_and_kept_for_ever(client: Client, address: str) -> None:
    reply = client.get(address)

    assert reply.content == tone()
    assert address == f"/am-thanh/{hashlib.sha256(tone()).hexdigest()}.wav"
    assert reply["Content-Type"] == "audio/wav"
    assert reply["Cache-Control"] == "public, max-age=31536000, immutable"
    assert reply["Accept-Ranges"] == "bytes"
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert not reply.cookies
    assert "Vary" not in reply


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-1", 0, 1),
        ("bytes=100-", 100, None),
        ("bytes=-10", -10, None),
        ("bytes=0-", 0, None),
    ],
)
def test_a_player_gets_the_part_it_asks_for(
    client: Client, address: str, asked: str, first: int, last: int | None
) -> None:
    whole = tone()

    reply = client.get(address, headers={"range": asked})

    part = whole[first : None if last is None else last + 1]
    start = len(whole) - 10 if first < 0 else first
    end = start + len(part) - 1
    assert reply.status_code == 206
    assert reply.content == part
    assert reply["Content-Range"] == f"bytes {start}-{end}/{len(whole)}"
    assert reply["Content-Length"] == str(len(part))


def test_a_part_behind_the_end_is_refused(client: Client, address: str) -> None:
    reply = client.get(address, headers={"range": "bytes=999999-"})

    assert reply.status_code == 416
    assert reply["Content-Range"] == f"bytes */{len(tone())}"


def test_what_is_known_is_not_sent_again(client: Client, address: str) -> None:
    etag = client.get(address)["ETag"]

    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    other = {"range": "bytes=0-1", "if-range": '"other"'}
    assert client.get(address, headers=other).status_code == 200


@pytest.mark.parametrize("path", ["0" * 64 + ".wav", "%00.wav", "x.mp3", "0" * 64 + ".html"])
def test_what_is_not_there_is_not_kept_as_missing(client: Client, path: str) -> None:
    reply = client.get(f"/am-thanh/{path}")

    assert reply.status_code == 404
    assert reply["Cache-Control"] == "no-store"


def test_a_clip_has_no_other_suffix(client: Client, address: str) -> None:
    assert client.get(address.replace(".wav", ".mp3")).status_code == 404


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("bytes=-", None),
        ("bytes=5-3", None),
        ("bytes=0-1,4-5", None),
        ("items=0-1", None),
        ("bytes=0-0", range(1)),
        ("bytes=3-999", range(3, 10)),
        ("bytes=-999", range(10)),
    ],
)
def test_a_header_out_of_order_is_as_good_as_none(header: str, expected: range | None) -> None:
    assert part_asked(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=-0"])
def test_an_empty_part_does_not_exist(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        part_asked(header, 10)
