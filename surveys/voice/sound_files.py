"""Which sound file some bytes are, by what is in them and never by their name. Pure.

Taken is what browsers play: MP3, AAC (M4A or bare), Ogg with Opus or Vorbis, plain WAV. Enough is
read to refuse what only looks like it: a video, a call recorder's AMR, a damaged file.

Sources: RFC 3533 and 7845 (Ogg, Opus), ISO 11172-3 section 2.4 (MP3), ISO 13818-7 section 6.2
(AAC), ISO 14496-12 (M4A), Microsoft's "Multimedia Programming Interface 1.0" (WAV).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

MOST_BYTES = 1024 * 1024

TYPES: Mapping[str, str] = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
}
"""The media type of each kind, by the suffix its address ends in."""

CODECS_OF_OGG = (b"OpusHead", b"\x01vorbis")
# Boxes of an M4A that hold boxes, down to the one that names the codec of each track.
CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
# In kbit/s and Hz, by the index in a frame's header; the second row is MPEG 2 and 2.5.
BIT_RATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


class NotASound(ValueError):
    """The bytes are no sound file that browsers play."""


def kind_of(content: bytes) -> str:
    """Return the kind of a sound file, a key of TYPES.

    Raises:
        NotASound: it is none of them.
    """
    for kind, fits in TESTS.items():
        if fits(content):
            return kind
    raise NotASound


def _is_ogg(content: bytes) -> bool:
    if content[:5] != b"OggS\x00" or len(content) < 28:
        return False
    begin = 27 + content[26]  # the first page holds the header of the first stream
    return content[begin:].startswith(CODECS_OF_OGG)


def _is_wav(content: bytes) -> bool:
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return False
    plain, at = False, 12
    while at + 8 <= len(content):
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        if name == b"fmt ":
            plain = int.from_bytes(content[at + 8 : at + 10], "little") in {PCM, FLOAT, EXTENSIBLE}
        if name == b"data":
            return plain and size > 0
        at += 8 + size + size % 2
    return False


def _is_m4a(content: bytes) -> bool:
    if content[4:8] != b"ftyp":
        return False
    return set(_codecs(content, 0, len(content))) == {b"mp4a"}


def _codecs(content: bytes, at: int, end: int) -> Iterator[bytes]:
    """Yield the codec of every track between two places; a picture's track has one too."""
    while at + 8 <= end:
        size, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if size == 0:  # to the end of the file
            size = end - at
        if size < 8 or at + size > end:
            return
        if name in CONTAINERS:
            yield from _codecs(content, at + 8, at + size)
        elif name == b"stsd":
            yield content[at + 20 : at + 24]
        at += size


def _is_mp3(content: bytes) -> bool:
    at = 0
    if content[:3] == b"ID3" and len(content) > 10:
        # The tag's length is written with seven bits a byte.
        at = 10 + sum(byte << 7 * (9 - place) for place, byte in enumerate(content[6:10], start=6))
    # Four bytes alone may look like a frame by chance: another has to follow.
    first = _frame_of_mp3(content, at)
    return first > 0 and _frame_of_mp3(content, at + first) > 0


def _frame_of_mp3(content: bytes, at: int) -> int:
    """Return the length of the frame that begins at a place, 0 if none does."""
    header = content[at : at + 4]
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:  # layer III
        return 0
    version, bit_rate, sample_rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version not in SAMPLE_RATES or bit_rate in {0, 15} or sample_rate == 3:
        return 0
    samples = 144 if version == 3 else 72
    rate = BIT_RATES[version != 3][bit_rate] * 1000
    return samples * rate // SAMPLE_RATES[version][sample_rate] + (header[2] >> 1 & 1)


def _is_aac(content: bytes) -> bool:
    first = _frame_of_aac(content, 0)
    return first > 0 and _frame_of_aac(content, first) > 0


def _frame_of_aac(content: bytes, at: int) -> int:
    header = content[at : at + 7]
    if len(header) < 7 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:
        return 0
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    return length if length >= 7 else 0


TESTS: Mapping[str, Callable[[bytes], bool]] = {
    "ogg": _is_ogg,
    "wav": _is_wav,
    "m4a": _is_m4a,
    "mp3": _is_mp3,
    "aac": _is_aac,
}
