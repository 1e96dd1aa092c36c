"""Count everything stale, now, in this process; no broker is needed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from results.counting import refresh
from surveys.management.campaigns import opened_campaign
from surveys.progress import progress_bar


class Command(BaseCommand):
    help = "Count everything stale, now, in this process; no broker is needed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", nargs="?", help="slug of one campaign; all if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = opened_campaign(options["campaign"]) if options["campaign"] else None
        chunks = refresh.stale_chunks(campaign)
        counted = skipped = sheets = 0
        with progress_bar(_("Counting"), len(chunks)) as show:
            for done, chunk in enumerate(chunks, start=1):
                outcome = refresh.count_chunk(chunk, now=timezone.now())
                if outcome is None:
                    skipped += 1
                else:
                    counted += outcome.cells
                    sheets += outcome.sheets
                show(done, len(chunks))
        self.stdout.write(
            _("%(cells)d cells counted from %(sheets)d sheets.")
            % {"cells": counted, "sheets": sheets}
        )
        if skipped:
            self.stdout.write(
                _("%(chunks)d provinces were being counted by another process and were left to it.")
                % {"chunks": skipped}
            )
