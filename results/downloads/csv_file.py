"""Lines as CSV: with commas and decimal points, or as a Vietnamese spreadsheet program wants it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from results.downloads.lines import HEADER, Line, Value, cells

# Without it spreadsheet programs take UTF-8 for an old code page.
BOM = "\ufeff"
LINES_AT_ONCE = 2000

# What a spreadsheet program takes for the beginning of a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Dialect:
    separator: str
    decimal: str


COMMA = Dialect(",", ".")
SEMICOLON = Dialect(";", ",")


def csv_file(lines: Iterable[Line], dialect: Dialect) -> bytes:
    return "".join(csv_text(lines, dialect)).encode()


def csv_text(lines: Iterable[Line], dialect: Dialect) -> Iterator[str]:
    """Return the file in pieces, for files too long to be held at once."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=dialect.separator)
    buffer.write(BOM)
    writer.writerow(HEADER)
    for number, line in enumerate(lines, start=1):
        writer.writerow([_written(value, dialect) for value in cells(line)])
        if number % LINES_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _written(value: Value, dialect: Dialect) -> str:
    if isinstance(value, Decimal):
        return str(value).replace(".", dialect.decimal)
    return "" if value is None else harmless(str(value))


def harmless(text: str) -> str:
    """Return a text that no spreadsheet program runs as a formula: an apostrophe stands before."""
    return f"'{text}" if text.startswith(FORMULA) else text
