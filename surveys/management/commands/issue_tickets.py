"""manage.py issue_tickets CAMPAIGN COUNTER --day 2026-11-23 --number 200 --by NAME"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.counters import ticket_orders, tickets
from surveys.counters.tickets import CannotIssue
from surveys.management.campaigns import opened_campaign
from surveys.management.output_files import write_file
from surveys.models import Counter
from surveys.print.typesetting import CannotPrint


class Command(BaseCommand):
    help = (
        "Issue one-time tickets of a counter and day: a code a line, or slips to print. "
        "The codes are not kept: what is lost is issued anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("campaign", help="slug")
        parser.add_argument("counter", help="code of the counter, such as hu-3k7z")
        parser.add_argument("--day", type=date.fromisoformat, help="YYYY-MM-DD; absent: today")
        parser.add_argument("--number", type=int, required=True)
        parser.add_argument("--by", required=True, help="user name of the official who asks")
        parser.add_argument("--output", type=Path, metavar="FILE", help="a PDF of slips to cut")

    def handle(self, *args: Any, **options: Any) -> None:
        counter = Counter.objects.filter(code=options["counter"]).first()
        if counter is None:
            raise CommandError(_("There is no counter with this code."))
        official = get_user_model().objects.filter(username=options["by"], is_active=True).first()
        if official is None:
            raise CommandError(
                _("There is no user of this name: %(name)s") % {"name": options["by"]}
            )
        day = options["day"] or timezone.localdate()
        try:
            # What cannot be printed was not issued.
            with transaction.atomic():
                codes = tickets.issue(
                    opened_campaign(options["campaign"]),
                    counter,
                    day=day,
                    number=options["number"],
                    made_by=official,
                )
                if options["output"]:
                    write_file(options["output"], ticket_orders.slips(codes, counter, day))
        except (CannotIssue, CannotPrint, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        if options["output"]:
            self.stdout.write(_("Ticket slips: %(file)s") % {"file": options["output"]})
        else:
            self.stdout.write("\n".join(codes))
