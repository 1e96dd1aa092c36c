"""manage.py rewrite_closed_days"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys import rewriting


class Command(BaseCommand):
    help = (
        "Rewrite the sheets, tickets, comments and receipts of closed days, so that neither order "
        "nor transaction id joins them. Runs by itself every night."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        moved = rewriting.rewrite_closed_days(today=timezone.localdate())
        if moved is None:
            raise CommandError(_("Another process is rewriting just now."))
        rewriting.clear_old_places()
        self.stdout.write(
            _(
                "Rewritten: %(sheets)d sheets, %(tickets)d tickets, %(comments)d comments,"
                " %(receipts)d receipts."
            )
            % asdict(moved)
        )
