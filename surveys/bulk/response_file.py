"""A file of sheets before its rows are read: its hash, its text, and what faults look like."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

# As many faults as a person reads before correcting the file; more are only counted.
FAULTS_KEPT = 50
BLOCK = 1 << 20


@dataclass(frozen=True)
class Fault:
    """What is wrong at one place of a file; `line` counts from 1, the header's line."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = _("Line %(line)d") % {"line": self.line}
        if self.column:
            place += _(", column %(column)s") % {"column": self.column}
        return f"{place}: {self.reason}"


class ImportRefused(Exception):
    """Nothing was imported; `faults` are the first of `total`."""

    def __init__(self, faults: list[Fault], total: int) -> None:
        super().__init__(f"{total} faults")
        self.faults = faults
        self.total = total


@dataclass
class FaultList:
    """The faults found so far: the first few, and how many."""

    kept: list[Fault] = field(default_factory=list)
    total: int = 0

    def add(self, line: int, column: str, reason: str) -> None:
        self.total += 1
        if len(self.kept) < FAULTS_KEPT:
            self.kept.append(Fault(line, column, reason))

    def raise_if_any(self) -> None:
        if self.total:
            raise ImportRefused(self.kept, self.total)


@dataclass(frozen=True)
class FileFacts:
    """The hash of a file's bytes, and about how many lines it has."""

    digest: str
    lines: int


def inspect(path: Path) -> FileFacts:
    """Read a file once and return its hash and size.

    Raises:
        ImportRefused: it is empty, not UTF-8, or holds NUL.
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, block = 0, b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            try:
                if "\0" in decoder.decode(block):
                    line = lines + block[: block.find(b"\0")].count(b"\n") + 1
                    raise refusal(line, _("The file holds a NUL character; it is no text."))
            except UnicodeDecodeError as error:
                # The decoder may have kept up to three bytes of the block before.
                line = lines + block[: error.start].count(b"\n") + 1
                raise refusal(
                    line, _("The file is not UTF-8. Please save it as “CSV UTF-8”.")
                ) from error
            lines += block.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise refusal(lines + 1, _("The file ends within a character.")) from error
    return FileFacts(digest.hexdigest(), lines)


def refusal(line: int, reason: str, column: str = "") -> ImportRefused:
    return ImportRefused([Fault(line, column, reason)], 1)
