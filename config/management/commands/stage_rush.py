"""manage.py stage_rush: people at once, slow clients and junk, measured on a private site."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.children import LINUX, CannotRun
from config.faults.opened_site import OpenedSite, end_in_good_order, open_site

COUNTERS, HONEST = 20, 40


class Command(BaseCommand):
    help = (
        "Starts a private copy of the whole site and sends it people all at once, clients that"
        " send a byte a second, and junk. Exit status 1 when somebody met a fault of the server,"
        " junk was taken, or a sheet is missing. Nothing of this installation is touched."
    )
    # It starts the database that checks would ask for.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--people", type=int, default=1000, help="at once (default: 1000)")
        parser.add_argument("--slow", type=int, default=300, help="slow clients (default: 300)")
        parser.add_argument("--junk", type=int, default=3000, help="requests (default: 3000)")

    def handle(self, *_args: Any, **options: Any) -> None:
        end_in_good_order()
        if not LINUX:
            raise CommandError("A rush is staged on Linux only.")
        try:
            with ExitStack() as stack:
                self._say("…")
                faults = self._faults(open_site(stack, kiosks=COUNTERS), options)
        except CannotRun as fact:
            raise CommandError(str(fact)) from fact
        sys.exit(1 if faults else 0)

    def _faults(self, opened: OpenedSite, options: dict[str, Any]) -> list[str]:
        """Stage all three, print what was measured, and return what must not have been."""
        from config.faults.rush_report import measure

        report = measure(
            opened,
            people=options["people"],
            slow=options["slow"],
            junk_requests=options["junk"],
            honest_requests=HONEST,
            say=self._say,
        )
        self.stdout.write(report.table())
        for fault in report.faults:
            self._say(fault)
        return report.faults

    def _say(self, text: str) -> None:
        self.stderr.write(text)
        self.stderr.flush()
