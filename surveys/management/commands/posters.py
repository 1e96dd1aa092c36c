"""manage.py posters UNIT_CODE --campaign SLUG --size a4 --output FILE"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.counters import poster_orders
from surveys.counters.poster_orders import NothingToPrint
from surveys.management.campaigns import opened_campaign
from surveys.management.output_files import write_file
from surveys.print.posters import SIZES
from surveys.print.typesetting import CannotPrint
from surveys.progress import progress_bar


class Command(BaseCommand):
    help = "Print the posters of all counters of a unit and of the units below it into one PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("unit", help="code of the unit in the campaign's tree; vn: the nation")
        parser.add_argument("--campaign", required=True, metavar="SLUG")
        parser.add_argument("--size", choices=SIZES, default="a4", help="tent: for a desk, on A4")
        parser.add_argument("--language", choices=dict(settings.LANGUAGES), default="vi")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = opened_campaign(options["campaign"])
        if poster_orders.leads_here_only():
            self.stderr.write(
                _("The codes lead to %(address)s, this computer only: set PUBLIC_URL.")
                % {"address": settings.PUBLIC_URL}
            )
        try:
            places = poster_orders.places_below(campaign, options["unit"])
            with progress_bar(_("Drawing")) as progress:
                pdf = poster_orders.posters(
                    campaign,
                    places,
                    size=options["size"],
                    language=options["language"],
                    today=timezone.localdate(),
                    progress=progress,
                )
        except (NothingToPrint, CannotPrint) as error:
            raise CommandError(str(error)) from error
        write_file(options["output"], pdf)
        self.stdout.write(
            ngettext("%(count)d poster: %(file)s", "%(count)d posters: %(file)s", len(places))
            % {"count": len(places), "file": options["output"]}
        )
