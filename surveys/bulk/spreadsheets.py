"""XLSX to the CSV of surveys.bulk.response_csv and back: row for row, so that faults name the row.

A spreadsheet is a ZIP of XML that may unpack to anything, so it is measured before it is read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from surveys.bulk.response_csv import DAY, REQUIRED, UNIT
from surveys.bulk.response_file import ImportRefused, refusal
from surveys.paper.paper_keys import words_of
from surveys.questionnaires.codebook import Edition

# A pile of a province for a month; more goes through `manage.py import_responses`.
MOST_ROWS = 100_000
MOST_COLUMNS = 300
MOST_UNPACKED = 128 * 1024 * 1024
MOST_PARTS = 200
TEMPLATE_ROWS = 1000
FORMULA = frozenset("=+-@\t\r")


def no_formula(text: str) -> str:
    """Return a text as no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in FORMULA else text


def to_csv(spreadsheet: Path, target: Path) -> None:
    """Write the rows of the first sheet of an XLSX as CSV, each on the line of its row.

    Raises:
        ImportRefused: it is no XLSX, or larger than the limits above.
    """
    _measure(spreadsheet)
    try:
        # Opened here: openpyxl judges a path by its ending.
        with spreadsheet.open("rb") as packed:
            book = load_workbook(packed, read_only=True, data_only=True, keep_links=False)
            with target.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(_rows(book.worksheets[0]))
    except ImportRefused:
        raise
    # A broken file may fail anywhere in openpyxl, and it is the user's to hear of it.
    except Exception as error:
        raise _unreadable() from error


def _measure(spreadsheet: Path) -> None:
    try:
        with ZipFile(spreadsheet) as packed:
            parts = packed.infolist()
    except (BadZipFile, ValueError, NotImplementedError) as error:
        raise _unreadable() from error
    # No more than the size each part declares is ever unpacked (zipfile).
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise refusal(1, _("The spreadsheet is too large when unpacked."))


def _unreadable() -> ImportRefused:
    return refusal(1, _("This is no XLSX file that can be read. Please save it again, or as CSV."))


def _rows(sheet: Any) -> Iterator[list[str]]:
    # What the file says of its own size may be wrong.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True)
    width = 0
    for number, values in enumerate(rows, start=1):
        if number > MOST_ROWS + 1:
            reason = _("At most %(max)d rows are taken at once.") % {"max": MOST_ROWS}
            raise refusal(number, reason)
        cells = [_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise refusal(number, _("At most %(max)d columns are taken.") % {"max": MOST_COLUMNS})
        width = width or len(cells)
        # Empty cells at the end of a row are not in the file; an empty row stays empty.
        yield cells + [""] * (width - len(cells)) if cells else []


def _text(value: object) -> str:
    """Return a cell as the CSV has it: 4.0 is 4, a day is 2026-11-02."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # A line break within a cell would move all rows below it.
    return " ".join(str(value).split())


def template_header(edition: Edition) -> list[str]:
    """Return the columns a file of this edition has."""
    return [*REQUIRED, *edition.columns_of]


def csv_template(edition: Edition) -> bytes:
    """Return a CSV with the header alone; the mark at its front tells Excel it is UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerow(template_header(edition))
    return text.getvalue().encode("utf-8-sig")


def xlsx_template(edition: Edition, language: str) -> bytes:
    """Return an XLSX to fill in, with the code book on its second sheet."""
    book = Workbook()
    sheet = book.active
    header = template_header(edition)
    sheet.title = _("Sheets")
    sheet.append(header)
    sheet.freeze_panes = "A2"
    # Text, or 01 becomes 1 and a day becomes a number.
    for name in (UNIT, DAY):
        letter = get_column_letter(header.index(name) + 1)
        sheet.column_dimensions[letter].width = 14
        for row in range(2, TEMPLATE_ROWS + 2):
            sheet[f"{letter}{row}"].number_format = "@"
    codes = book.create_sheet(_("Code book"))
    codes.append([_("Column"), _("Question"), _("Value"), _("Meaning")])
    for line in _code_book(edition, language):
        codes.append(line)
    for page in (sheet, codes):
        for cell in page[1]:
            cell.font = Font(bold=True)
    for letter, width in (("A", 16), ("B", 60), ("C", 10), ("D", 50)):
        codes.column_dimensions[letter].width = width
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _code_book(edition: Edition, language: str) -> Iterator[Sequence[str]]:
    yield "unit_code", _("Code of the unit"), "", _("with its leading zeros, such as 01")
    yield "answered_on", _("Day of the answer"), "", "YYYY-MM-DD"
    yield "channel", _("Channel"), "", "paper, interview, assisted, kiosk, phone, online"
    for code in edition.columns_of:
        question = edition.questions[code]
        text = question.text.get(language) or question.text["vi"]
        # Files name an option by its position, where keys run on in letters.
        for place, (key, words) in enumerate(words_of(question, language).items(), start=1):
            yield code, text, key if key in question.escapes else str(place), words
        if question.kind == "multiple":
            yield code, text, "1;3", _("several options, with semicolons between")
        yield code, text, "", _("not answered")
