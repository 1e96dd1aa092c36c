"""Load units of both eras and their succession from the shipped files, or from your own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from surveys.models import Tier
from surveys.progress import progress_bar
from surveys.units.unit_files import SHIPPED, read_map
from surveys.units.unit_import import UnitImportError, import_units
from surveys.units.unit_map import OLD_ERA_BEGAN, REFORM, UnitFileError, UnitMap
from surveys.units.unit_rows import Changes

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
            with progress_bar(_("Loading units")) as show:
                changes = import_units(wanted, dry_run=options["dry_run"], report=show)
        except (UnitFileError, UnitImportError) as error:
            raise CommandError(_("Nothing was loaded. %(fault)s") % {"fault": error}) from error
        if options["verbosity"] > 0:
            self._print_map(wanted)
            self._print(changes)
            if options["dry_run"]:
                self.stdout.write(_("Dry run: nothing was stored."))

    def _print_map(self, wanted: UnitMap) -> None:
        self.stdout.write(
            _(
                "The files have %(provinces)d provinces, %(districts)d districts and %(communes)d"
                " communes until 2025-06-30, %(new_provinces)d provinces and %(new_communes)d"
                " communes since 2025-07-01."
            )
            % {
                "provinces": wanted.count(Tier.PROVINCE, OLD_ERA_BEGAN),
                "districts": wanted.count(Tier.DISTRICT, OLD_ERA_BEGAN),
                "communes": wanted.count(Tier.COMMUNE, OLD_ERA_BEGAN),
                "new_provinces": wanted.count(Tier.PROVINCE, REFORM),
                "new_communes": wanted.count(Tier.COMMUNE, REFORM),
            }
        )

    def _print(self, changes: Changes) -> None:
        for line in changes.changed[:SHOWN]:
            self.stdout.write(f"  {line}")
        if (more := len(changes.changed) - SHOWN) > 0:
            self.stdout.write(_("  … and %(more)d more.") % {"more": more})
        self.stdout.write(
            _(
                "New: %(units)d units, %(versions)d versions, %(links)d links."
                " Changed rows: %(changed)d. Unchanged rows: %(unchanged)d."
            )
            % {
                "units": changes.new_units,
                "versions": changes.new_versions,
                "links": changes.new_links,
                "changed": len(changes.changed),
                "unchanged": changes.unchanged,
            }
        )
        if changes.unknown:
            self.stdout.write(
                _("%(rows)d rows of the database are in no file and were kept: %(first)s.")
                % {"rows": len(changes.unknown), "first": ", ".join(changes.unknown[:SHOWN])}
            )
