"""manage.py load_published_indices [FILE.csv]"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from results.published_import import SHIPPED, FileRefused, load_published_indices


class Command(BaseCommand):
    help = "Load figures others published, each with its source; default: the shipped file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=SHIPPED)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_published_indices(options["file"])
        except FileRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("Published figures: %(new)d new, %(changed)d changed, %(unchanged)d unchanged.")
            % {"new": report.new, "changed": report.changed, "unchanged": report.unchanged}
        )
