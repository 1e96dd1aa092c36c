"""manage.py stage_faults: what holds when things go wrong, measured on a private site."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.children import LINUX, CannotRun
from config.faults.opened_site import OpenedSite, end_in_good_order, open_site

if TYPE_CHECKING:
    from config.faults.report import Outcome
    from config.faults.stage import Fault, Stage

KIOSKS = 12


class Command(BaseCommand):
    help = (
        "Starts a private copy of the whole site, lets kiosks send sheets to it, stages one fault"
        " after the other and measures whether acknowledged = stored = counted afterwards. Exit"
        " status 1 when a promise is broken. Nothing of this installation is touched."
    )
    # It starts the database that checks would ask for.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", default="", help="some faults, with commas (default: all)")
        add = parser.add_argument
        add("--kills", type=int, default=30, help="random kills (default: 30)")
        add("--cuts", type=int, default=4, help="cuts of the power (default: 4)")
        add("--without-redis", type=float, default=25, help="seconds (default: 25)")
        add("--rate", type=float, default=25, help="sheets a second (default: 25)")

    def handle(self, *_args: Any, **options: Any) -> None:
        end_in_good_order()
        if not LINUX:
            raise CommandError("Faults are staged on Linux only.")
        try:
            with ExitStack() as stack:
                held = self._held(stack, options)
        except CannotRun as fact:
            raise CommandError(str(fact)) from fact
        sys.exit(0 if held else 1)

    def _held(self, stack: ExitStack, options: dict[str, Any]) -> bool:
        """Stage what was asked for; return whether every promise was kept."""
        self._say("…")
        opened = open_site(stack, kiosks=KIOSKS)

        from config.faults.catalogue import FAULTS
        from config.faults.report import Report

        names = options["only"].split(",") if options["only"] else list(FAULTS)
        if unknown := sorted(set(names) - set(FAULTS)):
            raise CommandError(f"--only: {', '.join(unknown)} ∉ {', '.join(FAULTS)}")
        stage = self._stage(stack, opened, options)
        report = Report()
        for name in names:
            report.add(FAULTS[name], _outcome(stage, FAULTS[name]))
            self._say(report.last_line())
        self.stdout.write(report.table())
        return report.all_held()

    def _stage(self, stack: ExitStack, opened: OpenedSite, options: dict[str, Any]) -> Stage:
        from config.faults.kiosks import Kiosks
        from config.faults.stage import Stage

        port = opened.site.lines["kiosks-web"].port
        kiosks = Kiosks(port, opened.paired, opened.asked, sheets_a_second=options["rate"])
        stack.callback(kiosks.end)
        return Stage(
            opened.site,
            kiosks,
            opened.stored_before,
            say=self._say,
            kills=options["kills"],
            cuts=options["cuts"],
            seconds_without_redis=options["without_redis"],
        )

    def _say(self, text: str) -> None:
        self.stderr.write(text)
        self.stderr.flush()


def _outcome(stage: Stage, fault: Fault) -> Outcome:
    """Return what was measured, or why the fault cannot be staged here."""
    from config.faults.stage import Skipped, run

    try:
        return run(stage, fault)
    except Skipped as fact:
        return str(fact)
