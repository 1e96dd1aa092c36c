"""A spreadsheet to fill in, with what each column means on its second sheet."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from string import ascii_uppercase

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font


def template(
    title: str,
    words_title: str,
    widths: Mapping[str, int],
    meanings: Iterable[tuple[str, str]],
    *,
    rows: int,
) -> bytes:
    """Return an XLSX with a head and empty rows of text.

    Args:
        widths: of each column, in characters, by its name.
        meanings: name and meaning of each column.
        rows: how many can be filled in.
    """
    book = Workbook()
    sheet, words = book.active, book.create_sheet(words_title)
    sheet.title = title
    sheet.append(list(widths))
    sheet.freeze_panes = "A2"
    for letter, width in zip(ascii_uppercase, widths.values(), strict=False):
        sheet.column_dimensions[letter].width = width
        # Text, or 01 becomes 1 and a day becomes a number.
        for number in range(2, rows + 2):
            sheet[f"{letter}{number}"].number_format = "@"
    words.append([_("Column"), _("Meaning")])
    for line in meanings:
        words.append(list(line))
    words.column_dimensions["A"].width, words.column_dimensions["B"].width = 16, 110
    for page in (sheet, words):
        for cell in page[1]:
            cell.font = Font(bold=True)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
