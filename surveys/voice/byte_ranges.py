"""The part of a file that a request asks for by its Range header (RFC 9110 section 14). Pure."""

from __future__ import annotations

import re

ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class Unsatisfiable(ValueError):
    """The part begins behind the end."""


def part_asked(header: str, size: int) -> range | None:
    """Return the places of the bytes asked for, None for all of the file.

    A header that is malformed or asks for several parts is as good as none, as the standard
    allows.

    Raises:
        Unsatisfiable: there is no such part.
    """
    match = ONE_RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        asked = range(max(0, size - int(last)), size)
    else:
        if last and int(last) < int(first):
            return None
        asked = range(int(first), min(int(last) + 1, size) if last else size)
    if not asked:
        raise Unsatisfiable
    return asked
