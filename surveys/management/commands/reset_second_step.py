"""Let an account in by password alone again, for who has lost everything else."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.people import second_factors, sessions


class Command(BaseCommand):
    help = "Removes the app, the passkeys and the recovery codes of an account; it is logged."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account")

    def handle(self, *_args: Any, account: str, **_options: Any) -> None:
        user = User.objects.filter(username=account).first()
        if user is None:
            raise CommandError(_("There is no account %(name)s.") % {"name": account})
        with transaction.atomic():
            second_factors.remove_all(user)
            sessions.end(user)
            removed = {"removed": "all"}
            audit.record(Deed.SECOND_FACTOR, by=audit.COMMAND, to=user, after=removed)
        self.stdout.write(_("The second step is reset."))
