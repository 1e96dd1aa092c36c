"""A table of exported sheets as a file: CSV with its code book in a ZIP, Excel, SPSS."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from results.bundles.microdata import BETWEEN
from results.downloads import sav_format, xlsx_sheet
from results.downloads.csv_file import BOM, harmless
from results.downloads.sav_format import Variable
from results.exports.export_table import Field, Rows
from surveys.models import SheetExport
from surveys.questionnaires.codebook import DONT_KNOW, NOT_APPLICABLE

END = "\r\n"
# A third of the time of the usual 6, for a file a third larger.
PACKED = 1
# No question has so many options; SPSS wants numbers for these two.
SPSS_MARKS = {DONT_KNOW: 98, NOT_APPLICABLE: 99}


class Table(NamedTuple):
    """What a file holds; `name` is the file's own without its ending."""

    name: str
    title: str
    released_at: datetime
    columns: Sequence[Field]
    rows: Sequence[Rows]
    code_book: Sequence[tuple[str, str, str, str]]


class Made(NamedTuple):
    ending: str
    content_type: str
    make: Callable[[Table], bytes]


def csv_in_zip(table: Table) -> bytes:
    """Return a ZIP of the sheets and of the code book, both as CSV with commas."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=PACKED) as file:
        header = [column.name for column in table.columns]
        file.writestr(f"{table.name}.csv", f"{BOM}{_line(header)}{_lines(table.rows)}")
        code_book = [_code_book_header(), *table.code_book]
        file.writestr("bang-ma.csv", BOM + "".join(map(_line, code_book)))
    return packed.getvalue()


def xlsx(table: Table) -> bytes:
    """Return a workbook of the sheets and of the code book; all cells are texts or numbers."""
    packed = io.BytesIO()
    # Without it a text that begins with = becomes a formula, and one with :// a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(packed, options) as book:
        looks = xlsx_sheet.formats(book)
        sheets = xlsx_sheet.add_sheet(book, _("Sheets"), looks)
        sheets.header([column.name for column in table.columns])
        sheets.rows(
            [_cell(column, value) for column, value in zip(table.columns, row, strict=True)]
            for row in _values(table)
        )
        codes = xlsx_sheet.add_sheet(book, _("Code book"), looks)
        codes.widths([16, 60, 10, 50])
        codes.header(_code_book_header())
        codes.rows([_harmless(value) for value in line] for line in table.code_book)
    return packed.getvalue()


def sav(table: Table) -> bytes:
    """Return a file of SPSS: options are numbers with labels; what was not answered is missing."""
    variables = [_variable(column) for column in table.columns]
    rows = [
        [_coded(column, value) for column, value in zip(table.columns, row, strict=True)]
        for row in _values(table)
    ]
    made = timezone.localtime(table.released_at)
    return sav_format.sav_file(variables, rows, title=table.title, made=made)


def _values(table: Table) -> Iterator[list[str]]:
    """Return the values of each sheet."""
    return chain.from_iterable(rows.values() for rows in table.rows)


def _lines(rows: Iterable[Rows]) -> str:
    """Return sheets as CSV; what is said of a unit is put in quotation marks once for all of it."""
    lines = []
    for head, texts in rows:
        line = _line(head).removesuffix(END)
        lines += [f"{line},{text}{END}" for text in texts]
    return "".join(lines).replace(BETWEEN, ",")


def _line(values: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator=END).writerow([_harmless(value) for value in values])
    return text.getvalue()


def _harmless(value: str) -> str:
    # The mark of what was not answered is a minus alone, which is no formula.
    return value if value == "-" else harmless(value)


def _cell(column: Field, value: str) -> object:
    return int(value) if column.number and value.isdecimal() else _harmless(value)


def _code_book_header() -> list[str]:
    return [_("Column"), _("Question"), _("Value"), _("Meaning")]


def _variable(column: Field) -> Variable:
    if not column.number:
        return Variable(column.name, column.about, text=True)
    words = {int(value): text for value, text in column.words.items() if value.isdecimal()}
    words |= {
        number: column.words[mark] for mark, number in SPSS_MARKS.items() if mark in column.words
    }
    return Variable(column.name, column.about, words=words)


def _coded(column: Field, value: str) -> str | int | None:
    if not column.number:
        return value
    return int(value) if value.isdecimal() else SPSS_MARKS.get(value)


FILES: Mapping[str, Made] = {
    SheetExport.Format.CSV: Made(".zip", "application/zip", csv_in_zip),
    SheetExport.Format.XLSX: Made(
        ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx
    ),
    SheetExport.Format.SAV: Made(".sav", "application/x-spss-sav", sav),
}
