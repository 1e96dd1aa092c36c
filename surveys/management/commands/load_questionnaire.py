from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.questionnaires.definition_import import FileError, load_questionnaire


class Command(BaseCommand):
    help = "Store the edition a YAML file describes; a used one never changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            row, outcome = load_questionnaire(file)
        except FileError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{row}: {outcome}")
