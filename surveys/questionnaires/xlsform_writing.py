"""An edition → a workbook in XLSForm, which pyxform, ODK and Kobo read. docs/operations.md.

What XLSForm has no word for stands in columns of our own, `hailong_…`, which they pass over.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from surveys.questionnaires import languages
from surveys.questionnaires.codebook import Edition, Option, Question, Section
from surveys.questionnaires.definitions import BASE_LANGUAGE

Row = Mapping[str, str]
TYPES = {"rating": "select_one", "choice": "select_one", "multiple": "select_multiple"}
FLAGS = ("short", "dont_know", "not_applicable")
YES = "yes"
OURS = "hailong_"


def workbook(edition: Edition) -> bytes:
    """Return an edition as the bytes of an XLSX with the sheets survey, choices and settings."""
    book = Workbook()
    book.remove(book.active)
    lists = _lists(edition)
    labels = [label(language) for language in _languages(edition)]
    ours = [OURS + key for key in ("kind", "wording", *FLAGS)]
    _write(
        book.create_sheet("survey"),
        ["type", "name", *labels, "constraint", *ours],
        list(_survey(edition, lists)),
    )
    _write(
        book.create_sheet("choices"),
        ["list_name", "name", *labels, f"{OURS}points"],
        list(_choices(edition, lists)),
    )
    settings = _settings(edition)
    _write(book.create_sheet("settings"), list(settings), [settings])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def label(language: str, column: str = "label") -> str:
    """Return the column of a language, such as "label::Tiếng Việt (vi)"."""
    return f"{column}::{languages.name(language)} ({language})"


def _languages(edition: Edition) -> list[str]:
    return sorted(edition.languages, key=lambda code: (code != BASE_LANGUAGE, code))


def _lists(edition: Edition) -> Mapping[str, str]:
    """Return the name of the list of each question; that of a rating is its scale's."""
    taken = set(edition.scales)
    found = {}
    for code, question in edition.questions.items():
        name = question.scale or code
        while question.scale is None and name in taken:
            name += "_options"
        taken.add(name)
        found[code] = name
    return found


def _survey(edition: Edition, lists: Mapping[str, str]) -> Iterator[Row]:
    for section in edition.sections:
        yield _group(section)
        for question in section.questions:
            yield _question(question, lists[question.code])
        yield {"type": "end_group"}


def _group(section: Section) -> Row:
    begins = {"type": "begin_group", "name": section.code, f"{OURS}kind": section.kind}
    return begins | _labels(section.title)


def _question(question: Question, list_name: str) -> Row:
    kind = TYPES.get(question.kind)
    row = {
        "type": f"{kind} {list_name}" if kind else "text",
        "name": question.code,
        f"{OURS}kind": question.kind,
    }
    row |= _labels(question.text)
    if question.max is not None:
        row["constraint"] = f"count-selected(.) <= {question.max}"
    if question.wording is not None:
        row[f"{OURS}wording"] = question.wording
    return row | {OURS + flag: YES for flag in FLAGS if getattr(question, flag)}


def _choices(edition: Edition, lists: Mapping[str, str]) -> Iterator[Row]:
    for code, levels in edition.scales.items():
        yield from _options(code, levels)
    for code, question in edition.questions.items():
        if question.scale is None:
            yield from _options(lists[code], question.options)


def _options(list_name: str, options: Sequence[Option]) -> Iterator[Row]:
    for position, option in enumerate(options, start=1):
        row = {"list_name": list_name, "name": str(position), **_labels(option.text)}
        yield row if option.points is None else {**row, f"{OURS}points": str(option.points)}


def _labels(texts: Mapping[str, str]) -> dict[str, str]:
    return {label(language): text for language, text in texts.items()}


def _settings(edition: Edition) -> Row:
    settings = {
        "form_title": edition.title[BASE_LANGUAGE],
        "form_id": edition.code,
        "version": str(edition.number),
        "default_language": f"{languages.name(BASE_LANGUAGE)} ({BASE_LANGUAGE})",
    }
    for language in _languages(edition):
        if language != BASE_LANGUAGE and language in edition.title:
            settings[label(language, f"{OURS}title")] = edition.title[language]
        settings[label(language, f"{OURS}status")] = edition.languages[language]
    return settings


def _write(sheet: Worksheet, header: Sequence[str], rows: Sequence[Row]) -> None:
    _line(sheet, 1, header)
    for number, row in enumerate(rows, start=2):
        _line(sheet, number, [row.get(column, "") for column in header])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 40 if "label" in cell.value else 16
    sheet.freeze_panes = "A2"


def _line(sheet: Worksheet, number: int, values: Sequence[str]) -> None:
    for column, value in enumerate(values, start=1):
        if value:
            cell = sheet.cell(number, column, value)
            # A text that begins with "=" is a text.
            cell.data_type = "s"
