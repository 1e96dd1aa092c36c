"""manage.py paper_form EDITION --language vi --output FILE"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from surveys.management.campaigns import opened_campaign
from surveys.management.output_files import write_file
from surveys.paper import paper_orders
from surveys.paper.paper_orders import NoSuchForm
from surveys.print.typesetting import CannotPrint


class Command(BaseCommand):
    help = "Print the paper form of a questionnaire edition, such as sipas-22@1, into a PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("edition", help="for example sipas-22@1")
        parser.add_argument("--language", default="vi", help="one the edition is written in")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--campaign", metavar="SLUG", help="with --unit: print the office on it"
        )
        parser.add_argument(
            "--unit", metavar="CODE", help="code of the unit in the campaign's tree"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["campaign"]) != bool(options["unit"]):
            raise CommandError(_("--campaign and --unit go together."))
        try:
            pdf = paper_orders.paper_form(
                options["edition"],
                options["language"],
                campaign=opened_campaign(options["campaign"]) if options["campaign"] else None,
                unit_code=options["unit"] or "",
            )
        except (NoSuchForm, CannotPrint) as error:
            raise CommandError(str(error)) from error
        write_file(options["output"], pdf)
        self.stdout.write(_("Paper form: %(file)s") % {"file": options["output"]})
