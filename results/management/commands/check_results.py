"""Compare cells and totals with a recount by another path; exit status 1 when they differ."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from results.counting import recount, refresh
from results.reading.snapshot import snapshot
from results.releasing import index_check
from results.releasing.release_check import check_releases
from surveys.management.campaigns import opened_campaign
from surveys.models import Campaign
from surveys.progress import progress_bar

# A wrong province shows in thousands of rows; the first few tell where to look.
LISTED = 50


class Command(BaseCommand):
    help = "Compare cells and totals with a recount by another path; exit status 1 on differences."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", nargs="?", help="slug of one campaign; all if left out")
        parser.add_argument("--repair", action="store_true", help="count anew what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = opened_campaign(options["campaign"]) if options["campaign"] else None
        opened = Campaign.objects.exclude(answers_pattern=None).order_by("slug")
        campaigns = [chosen] if chosen else list(opened)
        differ = [self._check(campaign, repair=options["repair"]) for campaign in campaigns]
        if any(differ):
            sys.exit(1)

    def _check(self, campaign: Campaign, *, repair: bool) -> bool:
        """Report on one campaign; True when differences are left."""
        differences = self._differences(campaign)
        if not differences:
            self.stdout.write(_("%(campaign)s: all figures agree.") % {"campaign": campaign})
            return False
        for difference in differences[:LISTED]:
            self.stdout.write(f"{campaign}: {difference}")
        self.stdout.write(
            _("%(campaign)s: %(n)d figures differ.") % {"campaign": campaign, "n": len(differences)}
        )
        if not repair:
            self.stdout.write(
                _(
                    "With --repair what is counted is counted anew, and released indexes are made"
                    " anew. Other released figures never change by themselves (docs/operations.md)."
                )
            )
            return True
        counted = [one for one in differences if one.table != index_check.TABLE]
        recount.repair(campaign, counted)
        refresh.refresh(campaign, clock=timezone.now)
        if len(counted) < len(differences):
            index_check.rewrite_indices(campaign)
        left = self._differences(campaign)
        self.stdout.write(
            _("%(campaign)s: counted anew, %(n)d figures differ now.")
            % {"campaign": campaign, "n": len(left)}
        )
        return bool(left)

    def _differences(self, campaign: Campaign) -> list[recount.Difference]:
        with progress_bar(_("Recounting %(campaign)s") % {"campaign": campaign}) as show:
            counted = recount.check(campaign, report=show)
        # Of one moment: a release made meanwhile is no difference.
        with snapshot():
            return [*counted, *check_releases(campaign), *index_check.check_indices(campaign)]
