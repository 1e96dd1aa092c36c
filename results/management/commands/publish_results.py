"""Make a release of a campaign now, by the rules of disclosure."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from results import publication
from surveys.management.campaigns import opened_campaign


class Command(BaseCommand):
    help = "Make a release of a campaign now, by the rules of disclosure."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", help="slug of the campaign")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = opened_campaign(options["campaign"])
        release = publication.publish_now(campaign, now=timezone.now())
        if release is None:
            self.stdout.write(
                _("%(campaign)s: no unit has %(threshold)d new sheets; nothing to release.")
                % {"campaign": campaign, "threshold": campaign.threshold}
            )
        else:
            self.stdout.write(
                _("%(campaign)s: release %(number)d takes in new sheets of %(units)d units.")
                % {"campaign": campaign, "number": release.number, "units": release.units}
            )
