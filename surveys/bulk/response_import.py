"""Sheets from a CSV file into a campaign: all rows or none, every bad row named.

A sheet without an id of its own gets one made from the campaign, the file's hash and the number
of its row, so that the same file again changes nothing. A file that differs in one byte is
another file: give ids in a column "id" to import a longer or corrected version of it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TextIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from surveys.bulk import staging
from surveys.bulk.response_csv import BadCell, SheetColumns
from surveys.bulk.response_file import (
    FAULTS_KEPT,
    Fault,
    FaultList,
    FileFacts,
    ImportRefused,
    inspect,
    refusal,
)
from surveys.models import Campaign, CampaignUnit, Channel

ROWS_PER_PROGRESS = 5000


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do: sheets in the file, how many of them are new."""

    rows: int
    new: int
    by_channel: dict[Channel, int]


def import_responses(
    campaign: Campaign,
    path: Path,
    *,
    today: date,
    units: QuerySet[CampaignUnit] | None = None,
    channels: Collection[Channel] = tuple(Channel),
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> ImportReport:
    """Store the sheets of a file, in one transaction.

    Args:
        campaign: must be open, that is have its tree; the day of each sheet must be one of its
            open days. It may have closed since.
        path: the CSV of docs (design: header unit_code, answered_on, channel, question codes).
        today: no sheet was answered later.
        units: those whose sheets who asks may import; None: all of the campaign's.
        channels: those whose sheets may come this way.
        dry_run: do everything, then take it back.
        progress: called now and then with lines read and lines in all.

    Raises:
        ImportRefused: something is wrong with the file; nothing is stored.
        OSError: the file cannot be read.
    """
    facts = inspect(path)
    faults = FaultList()
    with (
        transaction.atomic(),
        path.open(encoding="utf-8-sig", newline="") as file,
    ):
        columns = partial(SheetColumns, campaign, today=today, units=units, channels=channels)
        table = SheetTable(campaign, columns, file, facts, faults)
        staging.stage(table.lines(progress))
        faults.raise_if_any()
        new = staging.store_staged(campaign)
        if table.has_ids:
            _refuse_other_content(campaign)
        by_channel = staging.staged_by_channel()
        if dry_run:
            transaction.set_rollback(True)
    return ImportReport(rows=table.rows, new=new, by_channel=by_channel)


class SheetTable:
    """The rows of an open file; faults are collected, so that all are named at once."""

    def __init__(
        self,
        campaign: Campaign,
        columns: Callable[[list[str]], SheetColumns],
        file: TextIO,
        facts: FileFacts,
        faults: FaultList,
    ) -> None:
        self.rows = 0
        self._faults = faults
        self._lines = facts.lines
        self._reader = csv.reader(file, strict=True)
        self._columns = columns(self._header())
        for column, reason in self._columns.faults:
            faults.add(1, column, reason)
        faults.raise_if_any()
        self.has_ids = "id" in self._columns.names
        self._ids = staging.MadeIds(campaign.slug, facts.digest)

    def _header(self) -> list[str]:
        try:
            header = next(self._reader, [])
        except csv.Error as error:
            raise refusal(1, str(error)) from error
        if not header:
            raise refusal(1, _("The file is empty, or its first line is."))
        if len(header) == 1 and any(separator in header[0] for separator in ";\t"):
            raise refusal(
                1,
                _(
                    "The cells of this file are separated by something else than commas."
                    " Please save it as CSV with commas between the cells."
                ),
            )
        return header

    def lines(self, progress: Callable[[int, int], None]) -> Iterator[str]:
        """Yield a line for COPY per sheet, none after the first fault."""
        for line, row in self._numbered_rows():
            self.rows += 1
            if self.rows % ROWS_PER_PROGRESS == 0:
                progress(self._reader.line_num, self._lines)
            if len(row) != len(self._columns.names):
                self._faults.add(
                    line,
                    "",
                    _("The row has %(found)d cells, the header %(expected)d.")
                    % {"found": len(row), "expected": len(self._columns.names)},
                )
                continue
            try:
                unit, day, channel, band, pk, answers = self._columns.read(row)
            except BadCell:
                for column, reason in self._columns.row_faults(row):
                    self._faults.add(line, column, reason)
                continue
            if not self._faults.total:
                pk = pk or self._ids.of(self.rows)
                yield f"{line}\t{pk}\t{unit}\t{day}\t{channel}\t{band}\t{answers}\n"
        if not self.rows:
            self._faults.add(1, "", _("The file has a header and no sheets."))
        progress(self._reader.line_num, self._lines)

    def _numbered_rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row that is not blank with the line it begins on."""
        while True:
            line = self._reader.line_num + 1
            try:
                row = next(self._reader, None)
            except csv.Error as error:
                # Quotes that never close swallow the rest of the file: nothing to read after.
                self._faults.add(line, "", _("This is no CSV: %(error)s") % {"error": error})
                return
            if row is None:
                return
            if row:
                yield line, row


def _refuse_other_content(campaign: Campaign) -> None:
    total, sheets = staging.staged_with_other_content(campaign, FAULTS_KEPT)
    faults = [
        Fault(
            sheet.line,
            "id",
            _("Line %(line)d has the same id and says something else.") % {"line": sheet.twin}
            if sheet.twin is not None
            else _("A sheet with this id is stored and says something else."),
        )
        for sheet in sheets
    ]
    if faults:
        raise ImportRefused(faults, total)
