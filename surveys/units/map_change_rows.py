"""A file of changes of the map, row by row: what each row says, before the database is asked.

One row is one unit: a new one, a new name, type or parent from a day on, or its end. `made_of`
says which units went into a new one, and how: `05440 whole; 05461 part`.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from surveys.bulk import table_templates
from surveys.bulk.response_file import FaultList, inspect, refusal
from surveys.models import Succession, Tier
from surveys.units.unit_files import AGENCY_CODE, TYPES, WIDTHS
from surveys.units.unit_lines import LONGEST, LONGEST_TEXT

COLUMNS = (
    *("tier", "code", "from", "type", "name", "full_name"),
    *("parent_code", "law", "until", "made_of"),
)
MOST_ROWS = 20_000
TEMPLATE_ROWS = 500


@dataclass(frozen=True)
class Part:
    """A unit that went into a new one."""

    code: str
    kind: Succession.Kind


@dataclass(frozen=True)
class Row:
    """A row of the file; empty cells are empty texts. `since` None: the row only ends a unit."""

    line: int
    tier: Tier
    code: str
    since: date | None
    until: date | None
    type: str
    name: str
    full_name: str
    parent_code: str
    law: str
    made_of: tuple[Part, ...]


def read_rows(path: Path, faults: FaultList) -> list[Row]:
    """Return the rows of a CSV that are in order by themselves; the faults of the others are noted.

    Raises:
        ImportRefused: the file is no text, or lacks a column.
    """
    inspect(path)
    reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    header = [cell.strip().lower() for cell in next(reader, [])]
    if missing := [column for column in COLUMNS if header.count(column) != 1]:
        words = _("the column %(column)s is missing, or there twice")
        raise refusal(1, words % {"column": ", ".join(missing)})
    rows = []
    for number, cells in enumerate(reader, start=2):
        if number > MOST_ROWS + 1:
            raise refusal(number, _("At most %(max)d rows are taken at once.") % {"max": MOST_ROWS})
        if any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * (len(header) - len(cells))]
            row = _row(number, _clean(dict(zip(header, padded, strict=False))), faults)
            rows += [row] if row else []
    if not rows and not faults.total:
        raise refusal(2, _("The file has no row below its header."))
    return rows


def _clean(cells: Mapping[str, str]) -> dict[str, str]:
    return {
        column: unicodedata.normalize("NFC", cells.get(column, "")).strip() for column in COLUMNS
    }


def _row(line: int, cells: Mapping[str, str], faults: FaultList) -> Row | None:
    """Return what a row says, or None with its faults noted."""
    before = faults.total
    for column, text in cells.items():
        most = LONGEST.get(column, 2000 if column == "made_of" else LONGEST_TEXT)
        if len(text) > most or not text.isprintable():
            words = _("longer than %(most)d characters, or with one nobody can see")
            faults.add(line, column, words % {"most": most})
    tier = Tier(cells["tier"]) if cells["tier"] in Tier.values else None
    if tier is None or tier == Tier.NATION:
        faults.add(line, "tier", _("province, district, commune or agency"))
        return None
    code = cells["code"].lower()
    if not _fits(tier, code):
        faults.add(line, "code", _("no code of this tier (12, 123, 12345, 19-stc)"))
    since, until = (_day(line, column, cells[column], faults) for column in ("from", "until"))
    for column, fault in _wrong(tier, cells, since, until):
        faults.add(line, column, fault)
    parts = tuple(_parts(line, cells["made_of"], faults))
    if faults.total > before:
        return None
    return Row(
        *(line, tier, code, since, until, cells["type"], cells["name"]),
        full_name=cells["full_name"] or f"{cells['type']} {cells['name']}".strip(),
        parent_code=cells["parent_code"].lower(),
        law=cells["law"],
        made_of=parts,
    )


def _fits(tier: Tier, code: str) -> bool:
    if tier == Tier.AGENCY:
        return AGENCY_CODE.fullmatch(code) is not None
    return re.fullmatch(rf"[0-9]{{{WIDTHS[tier]}}}", code) is not None


def _day(line: int, column: str, text: str, faults: FaultList) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        faults.add(line, column, _('"%(text)s" is no day (2026-04-30)') % {"text": text})
        return None


def _wrong(
    tier: Tier, cells: Mapping[str, str], since: date | None, until: date | None
) -> Iterator[tuple[str, str]]:
    if not cells["from"] and not cells["until"]:
        yield "from", _("the day from which it holds, or the day until which the unit exists")
    if since and until and until <= since:
        yield "until", _("not after “from”")
    if cells["from"] and not cells["name"]:
        yield "name", _("a name is needed")
    if cells["from"] and tier in TYPES and cells["type"] not in TYPES[tier]:
        yield "type", _("one of: %(types)s") % {"types": ", ".join(sorted(TYPES[tier]))}
    if tier != Tier.AGENCY and not cells["law"]:
        yield "law", _("the resolution that says so is needed")
    if cells["made_of"] and not cells["from"]:
        yield "made_of", _("only of a unit that begins (“from”)")


def _parts(line: int, text: str, faults: FaultList) -> Iterator[Part]:
    for part in filter(None, (part.strip() for part in text.split(";"))):
        code, _space, kind = part.partition(" ")
        if kind.strip() not in Succession.Kind.values:
            words = _("“%(part)s”: a code and one of %(kinds)s")
            kinds = ", ".join(Succession.Kind.values)
            faults.add(line, "made_of", words % {"part": part, "kinds": kinds})
            continue
        yield Part(code.lower(), Succession.Kind(kind.strip()))


def template() -> bytes:
    """Return an XLSX to fill in, with what each column means on its second sheet."""
    widths = dict(zip(COLUMNS, (11, 9, 12, 12, 24, 30, 12, 22, 12, 34), strict=True))
    return table_templates.template(
        _("Changes"), _("Explanation"), widths, _explanation(), rows=TEMPLATE_ROWS
    )


def _explanation() -> Iterator[tuple[str, str]]:
    yield "tier", _("province, district, commune or agency")
    yield (
        "code",
        _("with its leading zeros, such as 01; an agency's begins with its parent's: 19-stc"),
    )
    yield "from", _("the first day on which this holds, YYYY-MM-DD; empty where a unit only ends")
    yield "type", _("Tỉnh, Thành phố, Phường, Xã, Đặc khu, Sở …")
    yield "name", _("without its type: Phú Bình")
    yield "full_name", _("empty: the type and the name")
    yield "parent_code", _("the unit above; empty: as before")
    yield "law", _("the resolution that says so; may be empty for agencies")
    yield "until", _("the first day on which the unit no longer exists")
    yield (
        "made_of",
        _("the units that went into a new one, which end that day: 05440 whole; 05461 part"),
    )
    for kind in Succession.Kind:
        yield f"… {kind.value}", str(kind.label)
