"""One sheet of a workbook, written row after row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# Excel cuts longer names off; these characters it refuses.
LONGEST_NAME = 31


class Formula(NamedTuple):
    """A formula, and its value for programs that do not recalculate; an empty text for none."""

    text: str
    value: Decimal | int | str


class Formats(NamedTuple):
    bold: Format
    title: Format
    wrapped: Format
    percent: Format
    whole: Format


def formats(book: Workbook) -> Formats:
    """Return the looks of cells; a decimal sign is the reader's, not ours."""
    return Formats(
        bold=book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        title=book.add_format({"bold": True, "font_size": 14}),
        wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        percent=book.add_format({"num_format": "0.00", "valign": "top"}),
        whole=book.add_format({"num_format": "#,##0", "valign": "top"}),
    )


@dataclass
class Sheet:
    """A sheet and the number of rows it has."""

    to: Worksheet
    looks: Formats
    at: int = 0

    def widths(self, columns: Sequence[int]) -> None:
        for number, width in enumerate(columns):
            self.to.set_column(number, number, width)

    def title(self, text: str) -> None:
        self.to.write_string(self.at, 0, text, self.looks.title)
        self.at += 1

    def header(self, names: Sequence[str]) -> None:
        for column, name in enumerate(names):
            self.to.write_string(self.at, column, name, self.looks.bold)
        self.at += 1

    def rows(self, rows: Iterable[Sequence[object]]) -> None:
        for row in rows:
            for column, value in enumerate(row):
                self._write(column, value)
            self.at += 1

    def _write(self, column: int, value: object) -> None:
        if value is None or value == "":
            return
        if isinstance(value, Formula):
            known = float(value.value) if isinstance(value.value, Decimal) else value.value
            self.to.write_formula(self.at, column, value.text, self.looks.percent, known)
        elif isinstance(value, Decimal):
            self.to.write_number(self.at, column, float(value), self.looks.percent)
        elif isinstance(value, int):
            self.to.write_number(self.at, column, value, self.looks.whole)
        else:
            self.to.write_string(self.at, column, str(value), self.looks.wrapped)


def add_sheet(book: Workbook, name: str, looks: Formats) -> Sheet:
    return Sheet(book.add_worksheet(name[:LONGEST_NAME]), looks)
