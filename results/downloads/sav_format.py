"""Rows → a system file of SPSS, which PSPP, R, Stata and SAS read too. Standard library only.

Written by hand because the libraries that write it need a data frame library of 40 MB and more.
Uncompressed, little-endian, UTF-8; texts up to 255 bytes.

Source: GNU PSPP, "Developers Guide", appendix "System File Format".
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from sys import float_info
from typing import TypeAlias

Value: TypeAlias = str | int | Decimal | None

LONGEST_TEXT = 255
LONGEST_LABEL = 120
_SEGMENT = 8
_FORMAT_TEXT, _FORMAT_NUMBER = 1, 5
_UNKNOWN = struct.pack("<d", -float_info.max)
_UTF_8 = 65001
# An SPSS file names its months in English, whatever language is in use.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Variable:
    """One column: a text, or a number with words for some of its values."""

    name: str
    label: str
    text: bool = False
    decimals: int = 0
    words: Mapping[int, str] = field(default_factory=dict)


def sav_file(
    variables: Sequence[Variable], rows: Sequence[Sequence[Value]], *, title: str, made: datetime
) -> bytes:
    """Return the file; a number that is None is missing, a text that is None empty."""
    texts = [[_cut(str(v), LONGEST_TEXT) if v is not None else b"" for v in row] for row in rows]
    widths = [
        max([1, *(len(row[i]) for row in texts)]) if variable.text else 0
        for i, variable in enumerate(variables)
    ]
    segments = [max(1, -(-width // _SEGMENT)) for width in widths]
    data = [
        texts[r][i].ljust(segments[i] * _SEGMENT) if variable.text else _number(row[i])
        for r, row in enumerate(rows)
        for i, variable in enumerate(variables)
    ]
    return b"".join(
        [
            _header(sum(segments), len(rows), title, made),
            *(
                _variable(number, variable, width)
                for number, (variable, width) in enumerate(zip(variables, widths, strict=True))
            ),
            *(
                _value_labels(variable, 1 + sum(segments[:i]))
                for i, variable in enumerate(variables)
                if variable.words
            ),
            _extension(3, 4, struct.pack("<8i", 1, 0, 0, -1, 1, 1, 2, _UTF_8)),
            _extension(4, 8, struct.pack("<3d", -float_info.max, float_info.max, _LOWEST)),
            _extension(13, 1, _names(variables)),
            _extension(20, 1, b"UTF-8"),
            struct.pack("<2i", 999, 0),
            *data,
        ]
    )


# The double after the one that stands for a missing value.
_LOWEST = struct.unpack("<d", struct.pack("<Q", 0xFFEFFFFFFFFFFFFE))[0]


def _header(segments: int, cases: int, title: str, made: datetime) -> bytes:
    day = f"{made.day:02} {_MONTHS[made.month - 1]} {made.year % 100:02}"
    return struct.pack(
        "<4s60s5id9s8s64s3s",
        b"$FL2",
        b"@(#) SPSS DATA FILE Hai Long".ljust(60),
        *(2, segments, 0, 0, cases),
        100.0,
        day.encode("ascii"),
        made.strftime("%H:%M:%S").encode("ascii"),
        _cut(title, 64).ljust(64),
        bytes(3),
    )


def _variable(number: int, variable: Variable, width: int) -> bytes:
    kind, shown = (_FORMAT_TEXT, width) if variable.text else (_FORMAT_NUMBER, 12)
    form = kind << 16 | shown << 8 | variable.decimals
    label = _cut(variable.label, LONGEST_TEXT)
    record = struct.pack("<6i8s", 2, width, 1, 0, form, form, _short(number))
    record += struct.pack("<i", len(label)) + label + bytes(-len(label) % 4)
    more = max(1, -(-width // _SEGMENT)) - 1
    rest = struct.pack("<6i8s", 2, -1, 0, 0, 0x011D01, 0x011D01, b" " * 8)
    return record + more * rest


def _value_labels(variable: Variable, position: int) -> bytes:
    parts = [struct.pack("<2i", 3, len(variable.words))]
    for value, words in variable.words.items():
        text = _cut(words, LONGEST_LABEL)
        parts.append(struct.pack("<dB", value, len(text)) + text)
        parts.append(b" " * (-(1 + len(text)) % _SEGMENT))
    return b"".join([*parts, struct.pack("<3i", 4, 1, position)])


def _extension(kind: int, size: int, content: bytes) -> bytes:
    return struct.pack("<4i", 7, kind, size, len(content) // size) + content


def _names(variables: Sequence[Variable]) -> bytes:
    pairs = (f"{_short(i).decode().strip()}={v.name}" for i, v in enumerate(variables))
    return "\t".join(pairs).encode()


def _short(number: int) -> bytes:
    return f"V{number + 1}".encode("ascii").ljust(8)


def _number(value: Value) -> bytes:
    return _UNKNOWN if value is None else struct.pack("<d", float(value))


def _cut(text: str, most: int) -> bytes:
    """Return a text in UTF-8, cut between letters where it is too long."""
    return text.encode()[:most].decode(errors="ignore").encode()
