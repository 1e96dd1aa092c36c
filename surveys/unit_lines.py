"""Lines of a CSV file: read one by one, cleaned, each knowing its place for messages."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from surveys.unit_map import Place, UnitFileError

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


def read_lines(path: Path, columns: set[str]) -> Iterator[Line]:
    """Yield the lines of a file below its header, which has at least these columns.

    Raises:
        UnitFileError: the file cannot be read, or a line is not as it should be.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restkey="", restval=None, strict=True)
            if missing := columns - set(reader.fieldnames or ()):
                raise UnitFileError(
                    _("%(file)s: the column %(column)s is missing.")
                    % {"file": path.name, "column": ", ".join(sorted(missing))}
                )
            for cells in reader:
                place = Place(path.name, reader.line_num)
                yield Line(place, _clean(place, cells))
    except OSError as error:
        raise UnitFileError(
            _("%(file)s cannot be read: %(reason)s.") % {"file": path, "reason": error.strerror}
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnitFileError(f"{path.name}: {error}") from error


def _clean(place: Place, cells: dict[str, str]) -> dict[str, str]:
    if "" in cells or None in cells.values():
        raise place.fault(_("more or fewer cells than columns"))
    for column, text in cells.items():
        cells[column] = clean = unicodedata.normalize("NFC", text).strip()
        if not clean.isprintable():
            raise place.fault(_("%(cell)r has a character nobody can see") % {"cell": text})
        if len(clean) > (most := LONGEST.get(column, LONGEST_TEXT)):
            raise place.fault(
                _("%(column)s is longer than %(most)d characters")
                % {"column": column, "most": most}
            )
    return cells
