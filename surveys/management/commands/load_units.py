"""Load units of both eras and their succession from the shipped files, or from your own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from surveys.progress import progress_bar
from surveys.unit_files import SHIPPED, UnitFileError, read_map
from surveys.unit_import import Changes, import_units

SHOWN = 40


class Command(BaseCommand):
    help = "Load units of both eras and their succession; loading again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, change nothing"
        )
        parser.add_argument(
            "--from",
            dest="directory",
            type=Path,
            default=SHIPPED,
            help="a directory with files of the same names as the shipped ones",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            wanted = read_map(options["directory"])
        except UnitFileError as error:
            raise CommandError(_("Nothing was loaded. %(fault)s") % {"fault": error}) from error
        with progress_bar(_("Loading units")) as show:
            changes = import_units(wanted, dry_run=options["dry_run"], report=show)
        if options["verbosity"] > 0:
            self._print(changes, dry_run=options["dry_run"])

    def _print(self, changes: Changes, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(_("Dry run: nothing was stored."))
        for line in changes.changed[:SHOWN]:
            self.stdout.write(f"  {line}")
        if (more := len(changes.changed) - SHOWN) > 0:
            self.stdout.write(_("  … and %(more)d more.") % {"more": more})
        self.stdout.write(
            _(
                "Units: %(units)d new. Versions: %(versions)d new, %(same)d as before."
                " Links: %(links)d new. Changed: %(changed)d."
            )
            % {
                "units": changes.new_units,
                "versions": changes.new_versions,
                "same": changes.unchanged,
                "links": changes.new_links,
                "changed": len(changes.changed),
            }
        )
        if changes.unknown:
            self.stdout.write(
                _("%(units)d units of the database are in no file and were kept: %(first)s.")
                % {"units": len(changes.unknown), "first": ", ".join(changes.unknown[:10])}
            )
