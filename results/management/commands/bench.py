"""The benchmark of docs/performance.md: JSON on standard output, progress on standard error."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from results.bench import scale
from results.bench.run import run
from results.bench.sizes import MORE_PARTS, PARTS, SMALL, SMALL_SCALE, ScaleSizes, Sizes


class Command(BaseCommand):
    help = (
        "Measures counting, refreshing, pages, officials' lists, submissions and imports in a"
        " database of its own on the same server, which it drops in the end. Run it on an idle"
        " machine."
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

        parser.add_argument(
            "--scale",
            type=int,
            nargs="?",
            const=ScaleSizes.responses,
            metavar="SHEETS",
            help="instead: a nation's stock (default: 10000000), beside a hundredth of it",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        # The database is dropped also when somebody stops us.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        parts = options["only"].split(",")
        known = PARTS + MORE_PARTS
        if unknown := sorted(set(parts) - set(known)):
            raise CommandError(f"--only takes {', '.join(known)}, not {', '.join(unknown)}.")
        if options["scale"]:
            self._scale(options["scale"], small=options["small"])
            return
        sizes = SMALL if options["small"] else Sizes()
        if options["responses"]:
            sizes = replace(sizes, responses=options["responses"])
        self._print(run(sizes, parts, today=timezone.localdate(), say=self._say))

    def _scale(self, responses: int, *, small: bool) -> None:
        sizes = SMALL_SCALE if small else ScaleSizes(responses=responses)
        if responses <= sizes.few_responses and not small:
            raise CommandError(f"--scale takes more than {sizes.few_responses} sheets.")
        self._print(scale.run(sizes, today=timezone.localdate(), say=self._say))

    def _print(self, figures: dict[str, object]) -> None:
        self.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False))

    def _say(self, text: str) -> None:
        self.stderr.write(text)
        self.stderr.flush()
