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
        chunks = len(refresh.stale_chunks(campaign))
        outcomes: list[refresh.Counted | None] = []
        with progress_bar(_("Counting"), chunks) as show:

            def report(_chunk: refresh.Chunk, counted: refresh.Counted | None) -> None:
                outcomes.append(counted)
                show(len(outcomes), max(chunks, len(outcomes)))

            refresh.refresh(campaign, clock=timezone.now, report=report)
        counted = [outcome for outcome in outcomes if outcome is not None]
        skipped = len(outcomes) - len(counted)
        self.stdout.write(
            _("%(cells)d cells counted from %(sheets)d sheets.")
            % {
                "cells": sum(outcome.cells for outcome in counted),
                "sheets": sum(outcome.sheets for outcome in counted),
            }
        )
        if skipped:
            self.stdout.write(
                _("%(chunks)d provinces were being counted by another process and were left to it.")
                % {"chunks": skipped}
            )
