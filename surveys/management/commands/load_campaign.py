from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.campaigns.campaign_import import load_campaign
from surveys.questionnaires.definition_import import FileError


class Command(BaseCommand):
    help = "Store and open the campaign a YAML file describes; an open one never changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            row, outcome = load_campaign(file)
        except FileError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{row}: {outcome}")
