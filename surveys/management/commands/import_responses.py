"""manage.py import_responses CAMPAIGN FILE.csv [--dry-run]"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.bulk.response_file import ImportRefused
from surveys.bulk.response_import import ImportReport, import_responses
from surveys.management.campaigns import opened_campaign
from surveys.progress import progress_bar


class Command(BaseCommand):
    help = (
        "Store the answer sheets of a CSV file: all rows or none. UTF-8, header"
        " unit_code,answered_on,channel and a column per question code (optional: id, seconds)."
        " A cell holds the position of the option, several as 1;3, nothing for not answered."
        " The same file again changes nothing; a changed file is another file unless its"
        " sheets carry ids."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", help="slug of the campaign")
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything, store nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = opened_campaign(options["campaign"])
        try:
            with progress_bar(_("Reading")) as progress:
                report = import_responses(
                    campaign,
                    options["file"],
                    today=timezone.localdate(),
                    dry_run=options["dry_run"],
                    progress=progress,
                )
        except ImportRefused as refused:
            for fault in refused.faults:
                self.stderr.write(str(fault))
            if more := refused.total - len(refused.faults):
                self.stderr.write(_("… and %(more)d more.") % {"more": more})
            raise CommandError(
                _("Nothing was imported; %(total)d faults.") % {"total": refused.total}
            ) from refused
        except OSError as error:
            raise CommandError(str(error)) from error
        self._print(report, dry_run=options["dry_run"])

    def _print(self, report: ImportReport, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(_("Dry run: nothing was stored."))
        self.stdout.write(
            _("%(rows)d sheets in the file: %(new)d new, %(known)d already there.")
            % {"rows": report.rows, "new": report.new, "known": report.rows - report.new}
        )
        for channel, rows in report.by_channel.items():
            self.stdout.write(f"  {channel.code}: {rows}")
