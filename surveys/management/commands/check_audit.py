"""Prove that nothing in the audit log was changed, moved or taken out."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from surveys.oversight import audit


class Command(BaseCommand):
    help = "Proves the chain of the audit log; names the first entry that is wrong (status 1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--kept",
            metavar="NUMBER:HASH",
            help="an entry written down elsewhere, as printed by an earlier check",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        number, _colon, kept_hash = (options["kept"] or "").partition(":")
        if options["kept"] and not (number.isdecimal() and kept_hash):
            raise CommandError("--kept NUMBER:HASH")
        verdict = audit.check(kept_number=int(number) if number else None, kept_hash=kept_hash)
        if verdict.broken is not None:
            raise CommandError(
                _("The audit log is broken at entry %(number)d.") % {"number": verdict.broken}
            )
        self.stdout.write(
            _("%(n)d entries, each on the one before. Keep this elsewhere: %(n)d:%(hash)s")
            % {"n": verdict.entries, "hash": verdict.last_hash}
        )
