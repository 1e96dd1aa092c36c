"""Make a release of a campaign now, by the rules of disclosure."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from results.bundles.freeze import freeze_newest
from results.releasing import publication
from surveys.management.campaigns import opened_campaign


class Command(BaseCommand):
    help = "Make a release of a campaign now, by the rules of disclosure."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", help="slug of the campaign")
        parser.add_argument(
            "--reason",
            default="",
            help="why figures change other than by new sheets, for the public",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = opened_campaign(options["campaign"])
        try:
            release = publication.publish_now(
                campaign, now=timezone.now(), reason=options["reason"]
            )
        except publication.HeldBack as error:
            raise CommandError(
                _("%(campaign)s is held back until two officials agree to publish it in the panel.")
                % {"campaign": campaign}
            ) from error
        except publication.ReasonMissing as error:
            raise CommandError(
                _("%(campaign)s has its final release; another one needs --reason.")
                % {"campaign": campaign}
            ) from error
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
        if bundle := freeze_newest(campaign):
            self.stdout.write(
                _("%(campaign)s: release %(number)d is frozen; Merkle root %(root)s.")
                % {
                    "campaign": campaign,
                    "number": bundle.release.number,
                    "root": bundle.merkle_root,
                }
            )
