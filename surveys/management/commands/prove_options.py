"""manage.py prove_options [CAMPAIGN] [--counter CODE] | --check"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.management.campaigns import opened_campaign
from surveys.proofs import canary, proof_state

# A mail by cron; the panel lists all.
SHOWN = 50


class Command(BaseCommand):
    help = (
        "Choose every option of every question at the counters through the public address, as "
        "the site's own canary. Exit status 1 and a list when one does not arrive as chosen."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", nargs="?", help="slug; absent: all that are open")
        parser.add_argument("--counter", metavar="CODE", help="only this counter")
        parser.add_argument(
            "--check",
            action="store_true",
            help="send nothing: exit status 1 and a list where the daily proof failed or stopped",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
            return
        today = timezone.localdate()
        if options["campaign"]:
            campaign = opened_campaign(options["campaign"])
            places = [(campaign, counter) for counter in canary.counters_of(campaign)]
        else:
            places = canary.places(today)
        if options["counter"]:
            places = [place for place in places if place[1].code == options["counter"]]
        if not places:
            raise CommandError(_("There is no open campaign with such a counter."))
        faults: list[canary.Fault] = []
        for campaign, counter in places:
            try:
                faults += canary.prove(campaign, counter, today=today)
            except canary.CannotProve as error:
                raise CommandError(str(error)) from error
        if faults:
            raise CommandError("\n".join(map(str, faults)))
        self.stdout.write(
            _("Every answer can be given at %(count)d counters.") % {"count": len(places)}
        )

    def _check(self) -> None:
        found = proof_state.alarms(now=timezone.localtime())
        if found:
            left_out = len(found) - SHOWN
            more = [_("and %(n)d more counters") % {"n": left_out}] if left_out > 0 else []
            raise CommandError("\n".join([*map(str, found[:SHOWN]), *more]))
        self.stdout.write(_("The daily proof is up to date."))
