"""The cells of a workbook in XLSForm, each with the place where it stands."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from surveys.questionnaires import languages
from surveys.questionnaires.definitions import LANGUAGE

MOST_UNPACKED = 32 * 1024 * 1024
MOST_PARTS = 100
MOST_ROWS, MOST_COLUMNS = 3000, 200
IN_LANGUAGE = re.compile(r"(?P<column>[a-z_]+)::?\s*(?P<name>[^:]+)")
CODE_IN_BRACKETS = re.compile(r".*\(\s*(?P<code>[^()\s]+)\s*\)\s*")


class XLSFormFault(ValueError):
    """A workbook that cannot become an edition; the message names sheet, row and column."""

    def __init__(self, sheet: str, row: int, column: str, reason: str) -> None:
        place = _('Sheet "%(sheet)s", row %(row)d') % {"sheet": sheet, "row": row}
        if column:
            place = _('%(place)s, column "%(column)s"') % {"place": place, "column": column}
        super().__init__(f"{place}: {reason}")
        self.sheet, self.row, self.column, self.reason = sheet, row, column, reason


@dataclass(frozen=True)
class Line:
    """A row of a sheet: the texts of its columns that hold one. `row` counts from 1."""

    sheet: str
    row: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return what is written in a column without spaces around it, "" for nothing."""
        return self.cells.get(column, "").strip()

    def fault(self, column: str, reason: str) -> XLSFormFault:
        return XLSFormFault(self.sheet, self.row, column, reason)

    def only(self, known: Collection[str], in_languages: Collection[str]) -> None:
        """Refuse what is written in another column, or in another that is per language."""
        for column in self.cells:
            found = IN_LANGUAGE.fullmatch(column)
            if column not in known and (found is None or found["column"] not in in_languages):
                raise self.fault(column, _("This has no counterpart here. Please empty it."))

    def texts(self, wanted: str, default: str) -> dict[str, str]:
        """Return a text by language from the columns "label::Tiếng Việt (vi)" and "label"."""
        found: dict[str, str] = {}
        for column, text in self.cells.items():
            named = IN_LANGUAGE.fullmatch(column)
            if column == wanted:
                language = default
            elif named and named["column"] == wanted:
                language = self._language(column, named["name"])
            else:
                continue
            if language in found:
                raise self.fault(column, _("Another column has the same language."))
            found[language] = text
        return found

    def _language(self, column: str, name: str) -> str:
        language = language_code(name)
        if language is None:
            reason = _('Please write the language with its code, such as "English (en)".')
            raise XLSFormFault(self.sheet, 1, column, reason)
        return language


def language_code(name: str) -> str | None:
    """Return the code in "Tiếng Việt (vi)" or "vi", or that of a known name, if any."""
    found = CODE_IN_BRACKETS.fullmatch(name)
    code = found["code"] if found else name.strip()
    if LANGUAGE.fullmatch(code):
        return code
    known = {words.casefold(): code for code, words in languages.NAMES.items()}
    return known.get(name.strip().casefold())


def read(content: bytes) -> dict[str, list[Line]]:
    """Return the rows of each sheet of an XLSX by its name, empty ones and the header left out.

    Raises:
        XLSFormFault: it is no XLSX, or larger than the limits above.
    """
    try:
        _measure(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return {sheet.title.strip(): list(_lines(sheet.title, sheet)) for sheet in book.worksheets}
    except XLSFormFault:
        raise
    # A broken file may fail anywhere in openpyxl, and it is the user's to hear of it.
    except Exception as error:
        raise XLSFormFault("survey", 1, "", _("This is no XLSX file that can be read.")) from error


def _measure(content: bytes) -> None:
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except BadZipFile as error:
        raise XLSFormFault("survey", 1, "", _("This is no XLSX file that can be read.")) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise XLSFormFault("survey", 1, "", _("The spreadsheet is too large when unpacked."))


# openpyxl says nothing of its types, hence Any.
def _lines(name: str, sheet: Any) -> Iterator[Line]:
    # What the file says of its own size may be wrong.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True)
    header: list[str] = []
    for number, values in enumerate(rows, start=1):
        texts = [_text(value) for value in values]
        if number == 1:
            header = _header(name, texts)
            continue
        if number > MOST_ROWS + 1:
            reason = _("At most %(max)d rows are taken.") % {"max": MOST_ROWS}
            raise XLSFormFault(name, number, "", reason)
        cells = {}
        for position, text in enumerate(texts):
            column = header[position] if position < len(header) else ""
            if text.strip() and not column:
                letter = get_column_letter(position + 1)
                raise XLSFormFault(name, number, letter, _("The column has no heading."))
            if text.strip():
                cells[column] = text
        if cells:
            yield Line(name, number, cells)


def _header(name: str, texts: list[str]) -> list[str]:
    header = [text.strip() for text in texts]
    for position, column in enumerate(header):
        if column and column in header[:position]:
            raise XLSFormFault(name, 1, column, _("There are two columns with this heading."))
    return header


def _text(value: object) -> str:
    """Return a cell as a text: 4.0 is 4, TRUE is yes, nothing is an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFC", str(value))
