"""A sample plan as a file: a row per unit, as XLSX or CSV, to fill in and to read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font

from surveys.bulk.response_file import FaultList, inspect, refusal
from surveys.campaigns.campaign_tree import Placed
from surveys.models import Campaign, PlanLine, UnitVersion
from surveys.sampling import plans
from surveys.sampling.plans import LONGEST_STRATUM, Planned

UNIT, NAME, STRATUM, PEOPLE, SHEETS = "unit_code", "unit", "stratum", "population", "sheets"
COLUMNS = (UNIT, NAME, STRATUM, PEOPLE, SHEETS)


def read(path: Path, tree: Mapping[int, Placed]) -> list[Planned]:
    """Return the plan of a CSV file; rows without planned sheets are left out.

    Raises:
        ImportRefused: the file cannot be read, or rows are wrong; names row, column and reason.
    """
    inspect(path)
    by_code = {row.code: row for row in tree.values()}
    faults, found, rows = FaultList(), {}, {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = [cell.strip().lower() for cell in next(reader, [])]
        if missing := [name for name in (UNIT, SHEETS) if header.count(name) != 1]:
            reason = _("The columns %(names)s are needed, each once.")
            raise refusal(1, reason % {"names": ", ".join(missing)})
        for cells in reader:
            row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            if not row.get(SHEETS):
                continue
            line = _line(row, reader.line_num, by_code, faults)
            if line is None:
                continue
            if line.unit_id in found:
                faults.add(reader.line_num, UNIT, _("This unit stands there twice."))
            found[line.unit_id], rows[line.unit_id] = line, reader.line_num
    for above, unit in plans.nested(found, tree):
        reason = _("%(above)s above it is planned, too: one of them must go.")
        faults.add(rows[unit], UNIT, reason % {"above": tree[above].code})
    faults.raise_if_any()
    if not found:
        raise refusal(1, _("No row plans any sheets."))
    return list(found.values())


def _line(
    row: Mapping[str, str], number: int, by_code: Mapping[str, Placed], faults: FaultList
) -> Planned | None:
    place = by_code.get(row.get(UNIT, "").lower())
    if place is None:
        faults.add(number, UNIT, _("The campaign has no unit with this code."))
        return None
    stratum = " ".join(row.get(STRATUM, "").split())
    if len(stratum) > LONGEST_STRATUM or not stratum.isprintable():
        reason = _("At most %(most)d letters that can be seen are taken.")
        faults.add(number, STRATUM, reason % {"most": LONGEST_STRATUM})
        return None
    people, sheets = row.get(PEOPLE, ""), row[SHEETS]
    for column, text in ((PEOPLE, people), (SHEETS, sheets)):
        if text and not (text.isascii() and text.isdigit() and len(text) <= 9):
            faults.add(number, column, _("A whole number is needed, without dots or spaces."))
            return None
    line = Planned(place.unit_id, stratum, int(people) if people else None, int(sheets))
    field, reason = plans.fault_of(stratum, line.population, line.target)
    if reason:
        names = {"stratum": STRATUM, "population": PEOPLE, "target": SHEETS}
        faults.add(number, names[field], reason)
        return None
    return line


def rows_of(campaign: Campaign, lines: Sequence[PlanLine]) -> list[list[str | int]]:
    """Return the header and a row per unit: those planned, or all lowest units to be filled in.

    Raises:
        TreeError: the map of the tree day cannot carry the campaign.
    """
    by_unit = {line.unit_id: line for line in lines}
    units: Sequence[int] = list(by_unit)
    if not units:
        tree = plans.tree_of(campaign)
        above = {row.parent_id for row in tree.values()}
        units = [unit for unit in tree if unit not in above]
    versions = UnitVersion.objects.in_force_on(campaign.tree_day).filter(unit__in=units)
    rows: list[list[str | int]] = [list(COLUMNS)]
    for unit, code, name in versions.order_by("unit__code").values_list(
        "unit_id", "unit__code", "full_name"
    ):
        line = by_unit.get(unit)
        people = line.population if line and line.population is not None else ""
        rows.append([code, name, line.stratum if line else "", people, line.target if line else ""])
    return rows


def as_csv(rows: Sequence[Sequence[str | int]]) -> bytes:
    """Return rows as CSV; the mark at its front tells Excel it is UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Sequence[Sequence[str | int]]) -> bytes:
    """Return rows as XLSX, with what each column means on its second sheet."""
    book = Workbook()
    sheet, words = book.active, book.create_sheet(_("How to fill in"))
    sheet.title = _("Sample plan")
    for row in rows:
        sheet.append(row)
    sheet.freeze_panes = "A2"
    for (cell,) in sheet.iter_rows(max_col=1):
        cell.number_format = "@"  # text, or 01 becomes 1
    words.append([_("Column"), _("Meaning")])
    for line in meanings():
        words.append(line)
    for page, widths in ((sheet, (14, 34, 24, 14, 12)), (words, (16, 90))):
        for letter, width in zip("ABCDE", widths, strict=False):
            page.column_dimensions[letter].width = width
        for cell in page[1]:
            cell.font = Font(bold=True)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def meanings() -> list[tuple[str, str]]:
    """Return every column of a file with what it means."""
    return [
        (UNIT, _("Code of the unit, with its leading zeros, such as 05900.")),
        (NAME, _("Its name, only to read; it is not taken over.")),
        (
            STRATUM,
            _(
                "From which stratum of its province the unit was drawn together with others, such"
                " as “urban”. Empty: it was not drawn, it is asked in any case."
            ),
        ),
        (
            PEOPLE,
            _(
                "How many people its sheets stand for. Needed only where figures are weighted. Of"
                " units drawn from a stratum: together all people of that stratum."
            ),
        ),
        (SHEETS, _("How many sheets are planned there. Empty or missing: none.")),
    ]
