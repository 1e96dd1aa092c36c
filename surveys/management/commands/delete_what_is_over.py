"""manage.py delete_what_is_over"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.oversight import retention


class Command(BaseCommand):
    help = "Delete what may no longer be kept of people. Runs by itself every night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.localtime()
        found = retention.over(now) if options["dry_run"] else retention.delete_what_is_over(now)
        for kept in retention.KEPT:
            self.stdout.write(f"{found[kept.code]:8} {kept.name}")
        if options["dry_run"]:
            self.stdout.write(_("Nothing was deleted."))
