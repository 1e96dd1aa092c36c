"""What files say of a unit, read back as strangers would read them, for comparing.

Every reader returns the same: whether the unit is published, its index, the factors' percents,
per criterion its percent with valid and missing answers and its counts, and per other question
the options' shares and counts; questions whose counts are withheld are left out. A percent is
text with two decimals, None where there is none.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import formulas
import openpyxl
import pyreadstat

from tests import tiny_edition
from tests.surveys.print.pdf import texts

KINDS = ("index", "factor", "criterion", "level", "question", "option")


def shown_only(figures: dict[str, Any]) -> dict[str, Any]:
    """Return what a page or the API says without the questions whose counts are withheld."""
    kept = [
        (criterion, counts)
        for criterion, counts in zip(figures["criteria"], figures["counts"], strict=False)
        if len(counts) > 1
    ]
    return {
        **figures,
        "criteria": [criterion for criterion, _ in kept],
        "counts": [counts for _, counts in kept],
        "shares": [share for share in figures["shares"] if share[0]],
    }


def figures_of_csv(file: bytes, *, separator: str = ",") -> dict[str, Any]:
    text = file.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))
    if separator == ";":
        for row in rows:
            row.update({name: row[name].replace(",", ".") for name in ("percent", "low", "high")})
    return figures_of_rows(rows)


def figures_of_sav(path: Path) -> dict[str, Any]:
    columns, _ = pyreadstat.read_sav(path, output_format="dict")
    numbers = {"percent", "low", "high"}
    rows = [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]
    return figures_of_rows(
        [
            {
                name: _text(value, places=2 if name in numbers else 0)
                for name, value in {
                    **row,
                    "figure": KINDS[int(row["figure"]) - 1],
                    "status": ("published", "pending", "suppressed")[int(row["status"]) - 1],
                }.items()
            }
            for row in rows
        ]
    )


def _text(value: Any, *, places: int) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:.{places}f}"


def figures_of_rows(rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    """Return what the lines of a unit say; they stand first, before those of units below."""
    own = [row for row in rows if row["unit_code"] == rows[0]["unit_code"]]
    index, criteria, counts, shares = own[0], [], [], []
    factors = [row["percent"] or None for row in own if row["figure"] == "factor"]
    for row in own:
        if row["figure"] == "criterion" and row["n_valid"]:
            answers = [int(row["n_valid"]), int(row["n_missing"])]
            criteria.append((row["percent"] or None, answers))
            counts.append([int(o["n"]) for o in own if o["code"] == row["code"] and o["n"]])
            counts[-1].append(int(row["n_missing"]))
        elif row["figure"] == "question" and row["n_valid"]:
            options = [o for o in own if o["code"] == row["code"] and o["figure"] == "option"]
            shares.append(([o["percent"] or None for o in options], [int(o["n"]) for o in options]))
    return {
        "published": index["status"] == "published",
        "index": index["percent"] or None,
        "factors": factors,
        "criteria": criteria,
        "counts": counts,
        "shares": shares,
    }


def figures_of_xlsx(path: Path) -> dict[str, Any]:
    """Return what a spreadsheet says once its formulas are computed anew, by another program."""
    with contextlib.redirect_stderr(io.StringIO()):
        solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    computed = {
        str(name): cells.value[0][0]
        for name, cells in solution.items()
        if re.search(r"'![A-Z]+\d+$", str(name))
    }
    book = openpyxl.load_workbook(path)
    sheets = [Sheet(path.name, sheet.title, computed, sheet.max_row) for sheet in book]
    top, criteria = sheets[0], next((s for s in sheets if s.title == "Criteria"), None)
    if criteria is None:
        return NOTHING
    first = next(row for row in range(1, top.rows + 1) if top.at(f"A{row}") == "Index")
    others = next(s for s in sheets if s.title == "Facts and expectations")
    return {
        "published": True,
        "index": top.percent(f"B{first}"),
        "factors": [
            top.percent(f"B{row}") for row in range(first + 1, top.rows - 1) if top.at(f"A{row}")
        ],
        "criteria": [
            (criteria.percent(f"Q{row}"), [criteria.whole(f"N{row}"), criteria.whole(f"O{row}")])
            for row in range(2, criteria.rows + 1)
            # A criterion that is withheld has words there.
            if criteria.at(f"Q{row}") is not None and criteria.at(f"N{row}") != "not published"
        ],
        "counts": [
            [criteria.whole(f"{letter}{row}") for letter in "EFGHIO"]
            for row in range(2, criteria.rows + 1)
            if criteria.at(f"Q{row}") is not None and criteria.at(f"N{row}") != "not published"
        ],
        "shares": others.shares(),
    }


NOTHING: dict[str, Any] = {
    "published": False,
    "index": None,
    "factors": [],
    "criteria": [],
    "counts": [],
    "shares": [],
}


class Sheet:
    """A sheet of a recalculated spreadsheet."""

    def __init__(self, book: str, title: str, computed: dict[str, Any], rows: int) -> None:
        self.title, self.rows = title, rows
        self.cells = {
            name.rpartition("!")[2]: value
            for name, value in computed.items()
            if name.startswith(f"'[{book}]{title}'!".upper().replace(book.upper(), book))
        }

    def at(self, cell: str) -> Any:
        return self.cells.get(cell)

    def whole(self, cell: str) -> int:
        return int(self.cells[cell])

    def percent(self, cell: str) -> str | None:
        value = self.cells[cell]
        return None if isinstance(value, str) else f"{Decimal(float(value)):.2f}"

    def shares(self) -> list[tuple[list[str | None], list[int]]]:
        found: dict[str, tuple[list[str | None], list[int]]] = {}
        for row in range(2, self.rows + 1):
            if self.at(f"F{row}") is None:
                continue
            percents, counts = found.setdefault(self.at(f"A{row}"), ([], []))
            percents.append(self.percent(f"H{row}"))
            counts.append(self.whole(f"E{row}"))
        return list(found.values())


def figures_of_pdf(file: bytes) -> dict[str, Any]:
    """Return what the text of a report on the tiny edition says (tests.tiny_edition)."""
    cover, *rest = texts(file)
    text = " ".join(rest)
    percent, whole = r"([\d.]+%|–)", r"(\d+)"
    index = re.search(rf"Satisfaction index {percent} ", f"{cover} ")
    criteria, counts = [], []
    for question in _questions("factor"):
        words = re.escape(question["text"]["en"])
        row = re.search(rf"{words} ([\d ·]+) {percent} {whole} {whole}", text)
        if row:
            criteria.append((_percent(row[2]), [int(row[3]), int(row[4])]))
            counts.append([*(int(n) for n in row[1].split("·")), int(row[4])])
    shares = []
    for question in [*_questions("facts"), *_questions("expectations")]:
        begin = text.find(question["text"]["en"])
        rows = [
            re.compile(rf"{re.escape(option['text']['en'])} {percent} {whole}").search(text, begin)
            for option in question["options"]
        ]
        if begin >= 0 and any(rows):
            shares.append(
                ([_percent(row[1]) for row in rows if row], [int(row[2]) for row in rows if row])
            )
    factors = [
        row
        for section in tiny_edition.EDITION["sections"]
        if section["kind"] == "factor"
        and (row := re.search(rf"Chart .*?{section['title']['en']} {percent}", text))
    ]
    return {
        "published": index is not None,
        "index": index and _percent(index[1]),
        "factors": [_percent(row[1]) for row in factors],
        "criteria": criteria,
        "counts": counts,
        "shares": shares,
    }


def _questions(kind: str) -> list[dict[str, Any]]:
    sections = tiny_edition.EDITION["sections"]
    return [q for section in sections if section["kind"] == kind for q in section["questions"]]


def _percent(text: str) -> str | None:
    return None if text == "–" else text.removesuffix("%")
