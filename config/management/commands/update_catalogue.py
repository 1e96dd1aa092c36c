"""Bring the Vietnamese catalogue up to date with the sources, or check that it is."""

from __future__ import annotations

from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.catalogues import LOCALE_DIR

CATALOGUE = LOCALE_DIR / "vi" / "LC_MESSAGES" / "django.po"
FOLDERS = ("config", "surveys", "results")


class Command(BaseCommand):
    help = (
        "Adds the messages that the sources have and the Vietnamese catalogue lacks, and removes"
        " those no longer used. With --check changes nothing and fails unless it is complete."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        try:
            from config import messages  # Babel comes with the development tools only
        except ModuleNotFoundError as error:
            raise CommandError("Install the development tools first: make setup-dev") from error
        found = messages.find_messages(settings.BASE_DIR, FOLDERS)
        catalogue = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
        if not check:
            messages.update(catalogue, found)
            CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(CATALOGUE))
            catalogue = polib.pofile(str(CATALOGUE))
        faults = messages.faults(catalogue, found)
        for fault in faults:
            self.stderr.write(f"{CATALOGUE.relative_to(settings.BASE_DIR)}: {fault}")
        if check and faults:
            raise CommandError(
                f"{len(faults)} faults; `manage.py update_catalogue` writes the file."
            )
