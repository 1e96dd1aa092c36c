"""manage.py simulate CAMPAIGN --responses N --seed S"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.bulk.simulation import NothingToSimulate, NotSimulated, simulate
from surveys.management.campaigns import opened_campaign
from surveys.progress import progress_bar


class Command(BaseCommand):
    help = (
        "Store made-up answers in a campaign with `simulated: true`. The same number and seed"
        " again add nothing; another seed adds other sheets."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", help="slug of the campaign")
        parser.add_argument("--responses", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, required=True, metavar="S")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = opened_campaign(options["campaign"])
        wanted, seed = options["responses"], options["seed"]
        if wanted < 1 or seed < 0:
            raise CommandError(_("N must be at least 1 and S at least 0."))
        try:
            with progress_bar(_("Simulating")) as progress:
                new = simulate(
                    campaign, wanted, seed, today=timezone.localdate(), progress=progress
                )
        except NotSimulated:
            raise CommandError(
                _('"%(slug)s" is a real campaign; made-up answers never enter it.')
                % {"slug": campaign.slug}
            ) from None
        except NothingToSimulate as nothing:
            raise CommandError(str(nothing)) from nothing
        self.stdout.write(
            _("%(wanted)d simulated sheets: %(new)d new, %(known)d already there.")
            % {"wanted": wanted, "new": new, "known": wanted - new}
        )
