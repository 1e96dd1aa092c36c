"""What the forms for the parts of a draft share: texts in every language, rows, faults at fields.

A field is called as the parser calls its place within the part, such as "options[0].text.vi", so
that a fault finds its field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from surveys.drafting import edition_parts, edition_words
from surveys.drafting.edition_parts import Address
from surveys.questionnaires import languages
from surveys.questionnaires.definitions import DefinitionError

SPARE_ROWS = 2
MOST_ROWS = 40
MOVES = re.compile(r"row-(?P<to>up|down|remove)-(?P<row>\d{1,2})")


def clean_text(text: str) -> str:
    """Return a text as documents hold it: composed (NFC), one kind of line break, no ends."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def flat(node: object, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of a part by the names of their fields."""
    if isinstance(node, Mapping):
        for key, child in node.items():
            yield from flat(child, f"{path}.{key}" if path else str(key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from flat(child, f"{path}[{index}]")
    else:
        yield path, node


@dataclass(frozen=True)
class Row:
    """A level of a scale or an answer to choose, as the page shows it."""

    number: int
    texts: list[BoundField]
    points: BoundField | None
    spare: bool


class PartForm(forms.Form):
    """A part of a document in all its languages."""

    rows_at: str | None = None  # where the rows stand in the part; None: it has none

    def __init__(
        self,
        document: Mapping[str, Any],
        at: Address,
        node: Any,
        posted: Mapping[str, str] | None = None,
        *,
        kind: str = "",
    ) -> None:
        self.document, self.at, self.kind = document, at, kind
        self.languages = edition_parts.languages(document)
        self.with_points = at.kind == "scale"
        values = dict(flat(node)) if posted is None else self._arranged(posted)
        self.row_count = self._rows_in(values) + SPARE_ROWS if self.rows_at is not None else 0
        super().__init__(values if posted is not None else None, initial=values, auto_id="f-%s")
        self.add_fields()

    def add_fields(self) -> None:
        raise NotImplementedError

    def part(self) -> Any:
        """Return the part, of what was posted and is valid."""
        raise NotImplementedError

    def refuse(self, errors: Sequence[DefinitionError]) -> None:
        """Say beside the fields what the parser found."""
        for error in errors:
            within = error.place.removeprefix(self.at.place).lstrip(".")
            if missing := re.fullmatch(r'the text in "([^"]+)" is missing', error.fault):
                within += f".{missing[1]}"
            while within and within not in self.fields:
                within = re.sub(r"(\.|^)[^.\[]*$|\[\d+\]$", "", within)
            self.add_error(within or None, edition_words.told(error))

    # Texts in every language.

    def add_texts(self, name: str, label: str, *, lines: int = 2) -> None:
        for language in self.languages:
            self.fields[f"{name}.{language}"] = forms.CharField(
                label=f"{label} – {languages.name(language)}" if label else "",
                required=False,
                widget=forms.Textarea(attrs={"rows": lines, "lang": language}),
            )

    def texts(self, name: str) -> dict[str, str]:
        found = {code: self.cleaned_data.get(f"{name}.{code}", "") for code in self.languages}
        return {code: clean_text(text) for code, text in found.items() if clean_text(text)}

    @property
    def text_fields(self) -> list[BoundField]:
        """The fields of the part's own text, one per language."""
        return [self[name] for name in self.fields if re.match(r"(text|title)\.", name)]

    @property
    def plain_fields(self) -> list[BoundField]:
        """The fields that are no texts."""
        return [self[name] for name in self.fields if "." not in name and "[" not in name]

    # Rows: levels of a scale, answers to choose from.

    def _columns(self) -> list[str]:
        points = ["points"] if self.with_points else []
        return [*(f"text.{language}" for language in self.languages), *points]

    def _rows_in(self, values: Mapping[str, Any]) -> int:
        pattern = re.compile(re.escape(self.rows_at or "") + r"\[(\d{1,2})\]")
        found = (pattern.match(name) for name in values)
        return min(max((int(one[1]) + 1 for one in found if one), default=0), MOST_ROWS)

    def _arranged(self, posted: Mapping[str, str]) -> dict[str, Any]:
        """Return what was posted, without empty rows and with one moved if a button says so."""
        if self.rows_at is None:
            return dict(posted)
        rows: list[dict[str, str] | None] = []
        for number in range(self._rows_in(posted)):
            row = {c: posted.get(f"{self.rows_at}[{number}].{c}", "") for c in self._columns()}
            rows.append(row if any(text.strip() for text in row.values()) else None)
        _move(rows, posted.get("act", ""))
        kept = [row for row in rows if row is not None]
        others = {name: value for name, value in posted.items() if not name.startswith(self._mark)}
        return others | {
            f"{self.rows_at}[{number}].{column}": value
            for number, row in enumerate(kept)
            for column, value in row.items()
        }

    @property
    def _mark(self) -> str:
        return f"{self.rows_at}["

    def add_rows(self) -> None:
        for number in range(self.row_count):
            name = f"{self.rows_at}[{number}]"
            what = _("Level %(n)d") if self.with_points else _("Answer %(n)d")
            self.add_texts(f"{name}.text", what % {"n": number + 1}, lines=1)
            if self.with_points:
                self.fields[f"{name}.points"] = forms.IntegerField(
                    label=_("Points of level %(n)d") % {"n": number + 1}, required=False
                )

    def row_parts(self) -> list[dict[str, Any]]:
        found = []
        for number in range(self.row_count - SPARE_ROWS):
            name = f"{self.rows_at}[{number}]"
            row: dict[str, Any] = {"text": self.texts(f"{name}.text")}
            if self.with_points and self.cleaned_data.get(f"{name}.points") is not None:
                row["points"] = self.cleaned_data[f"{name}.points"]
            found.append(row)
        return found

    @property
    def rows(self) -> list[Row]:
        return [
            Row(
                number,
                [self[f"{self.rows_at}[{number}].text.{code}"] for code in self.languages],
                self[f"{self.rows_at}[{number}].points"] if self.with_points else None,
                spare=number >= self.row_count - SPARE_ROWS,
            )
            for number in range(self.row_count)
        ]


def _move(rows: list[dict[str, str] | None], act: str) -> None:
    found = MOVES.fullmatch(act)
    row = int(found["row"]) if found else len(rows)
    if found is None or row >= len(rows):
        return
    if found["to"] == "remove":
        rows.pop(row)
        return
    other = row + (1 if found["to"] == "down" else -1)
    if 0 <= other < len(rows):
        rows[row], rows[other] = rows[other], rows[row]
