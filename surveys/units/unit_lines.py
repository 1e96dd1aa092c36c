"""Lines of a CSV file: read one by one, cleaned, each knowing its place for messages."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from surveys.units.unit_map import Place, UnitFileError

# As long as the columns of the database (surveys.models.units).
LONGEST = {"code": 20, "type": 30}
LONGEST_TEXT = 200


class Line(NamedTuple):
    """A line's cells by column, in composed letters (NFC) and without spaces around."""

    place: Place
    cells: dict[str, str]

    def fault(self, reason: str) -> UnitFileError:
        return self.place.fault(reason)

    def day(self, column: str) -> date | None:
        """Return the day of a cell, None if it is empty."""
        text = self.cells[column]
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            raise self.fault(_('"%(text)s" is no day (2026-04-30)') % {"text": text}) from error


def read_lines(path: Path, columns: Collection[str]) -> Iterator[Line]:
    """Yield the lines of a file below its header, which has at least these columns.

    Raises:
        UnitFileError: the file cannot be read, or a line is not as it should be.
    """
    rows = _rows(path)
    place, header = next(rows, (Place(path.name, 1), []))
    if missing := [column for column in columns if header.count(column) != 1]:
        raise place.fault(
            _("the column %(column)s is missing, or there twice") % {"column": ", ".join(missing)}
        )
    for place, row in rows:
        if not row:
            continue
        if len(row) != len(header):
            raise place.fault(
                _("%(cells)d cells, and the header has %(columns)d")
                % {"cells": len(row), "columns": len(header)}
            )
        cells = dict(zip(header, row, strict=True))
        yield Line(place, {column: _clean(place, column, cells[column]) for column in columns})


def _rows(path: Path) -> Iterator[tuple[Place, list[str]]]:
    """Yield the rows of a file with the line each one begins on."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    while True:
        place = Place(path.name, reader.line_num + 1)
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise place.fault(
                _("the cells cannot be told apart (%(reason)s)") % {"reason": error}
            ) from error
        yield place, row


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnitFileError(
            _("%(file)s cannot be read: %(reason)s.") % {"file": path, "reason": error.strerror}
        ) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Place(path.name, line).fault(_("the file is not in UTF-8")) from error


def _clean(place: Place, column: str, cell: str) -> str:
    text = unicodedata.normalize("NFC", cell).strip()
    if not text.isprintable():
        raise place.fault(
            _("%(column)s has a character nobody can see: %(cell)r")
            % {"column": column, "cell": cell}
        )
    if len(text) > (most := LONGEST.get(column, LONGEST_TEXT)):
        raise place.fault(
            _("%(column)s is longer than %(most)d characters") % {"column": column, "most": most}
        )
    return text
