"""manage.py lint_migrations"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from config import side_by_side


class Command(BaseCommand):
    help = (
        "Name what in new migrations would hurt the version that runs beside them; exit status 1 "
        "where a released version could."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = side_by_side.hurts(connection)
        if not side_by_side.RELEASED:
            self.stdout.write(
                f"No version is released yet, so nothing runs beside these migrations; "
                f"{len(found)} operations would have to be gentler."
            )
            if options["verbosity"] > 1:
                self.stdout.write("\n".join(map(str, found)))
            return
        for hurt in found:
            self.stderr.write(str(hurt))
        if found:
            sys.exit(1)
