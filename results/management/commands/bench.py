"""The benchmark of docs/performance.md: JSON on standard output, progress on standard error."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from results.bench.run import run
from results.bench.sizes import MORE_PARTS, PARTS, SMALL, Sizes


class Command(BaseCommand):
    help = (
        "Measures counting, refreshing, pages, submissions and imports in a database of its own"
        " on the same server, which it drops in the end. Run it on an idle machine."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--responses", type=int, help="sheets stored (default: 1000000)")
        parser.add_argument(
            "--small", action="store_true", help="tiny sizes, to see that everything runs"
        )
        parser.add_argument(
            "--only",
            default=",".join(PARTS),
            help=f"some of {', '.join(PARTS + MORE_PARTS)}, with commas",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        parts = options["only"].split(",")
        known = PARTS + MORE_PARTS
        if unknown := sorted(set(parts) - set(known)):
            raise CommandError(f"--only takes {', '.join(known)}, not {', '.join(unknown)}.")
        sizes = SMALL if options["small"] else Sizes()
        if options["responses"]:
            sizes = replace(sizes, responses=options["responses"])
        # The database is dropped also when somebody stops us.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        figures = run(sizes, parts, today=timezone.localdate(), say=self._say)
        self.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False))

    def _say(self, text: str) -> None:
        self.stderr.write(text)
        self.stderr.flush()
