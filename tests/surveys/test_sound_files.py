from __future__ import annotations

from pathlib import Path

import pytest

from surveys.voice.sound_files import TYPES, NotASound, kind_of
from tests.sounds import tone

# The beginnings of files that FFmpeg 5.1 made of a tone.
SOUNDS = Path(__file__).parent / "sounds"


def sound(name: str) -> bytes:
    return (SOUNDS / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("tone.mp3", "mp3"),
        ("tagged.mp3", "mp3"),
        ("tone.m4a", "m4a"),
        ("tone.aac", "aac"),
        ("tone.ogg", "ogg"),
    ],
)
def test_a_sound_is_known_by_its_bytes(name: str, kind: str) -> None:
    assert kind_of(sound(name)) == kind
    assert kind in TYPES


def test_a_plain_wav_is_a_sound() -> None:
    assert kind_of(tone()) == "wav"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"ID3",
        b"OggS",
        b"\xff\xfb",
        b"<html><script>alert(1)</script></html>",
        b"%PDF-1.7",
        b"\x1aE\xdf\xa3" + bytes(100),  # WebM
        sound("tone.ogg").replace(b"OpusHead", b"\x80theora"),
        sound("tone.m4a").replace(b"mp4a", b"samr"),  # what some phones record calls with
        sound("tone.m4a").replace(b"moov", b"free"),
        sound("tone.mp3")[:200],  # one frame, and nothing follows
        tone().replace(b"fmt \x10\x00\x00\x00\x01", b"fmt \x10\x00\x00\x00\x11"),  # ADPCM
        tone()[:40],
    ],
)
def test_what_browsers_do_not_play_is_refused(content: bytes) -> None:
    with pytest.raises(NotASound):
        kind_of(content)


def test_a_video_with_sound_is_refused() -> None:
    # A second track whose codec is not one of sound.
    one = sound("tone.m4a")
    begin = one.index(b"trak") - 4
    size = int.from_bytes(one[begin : begin + 4])
    track = one[begin : begin + size]
    moov = one.index(b"moov") - 4
    grown = int.from_bytes(one[moov : moov + 4]) + size
    video = (
        one[:moov]
        + grown.to_bytes(4)
        + one[moov + 4 : begin + size]
        + track.replace(b"mp4a", b"avc1")
        + one[begin + size :]
    )

    with pytest.raises(NotASound):
        kind_of(video)
