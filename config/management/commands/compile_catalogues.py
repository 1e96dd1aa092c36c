"""Compile the message catalogues that changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from config.catalogues import compile_catalogues


class Command(BaseCommand):
    help = "Compiles the message catalogues (.po to .mo) that changed; needs no GNU gettext."
    requires_system_checks = []

    def handle(self, *_args: Any, **options: Any) -> None:
        for path in compile_catalogues():
            if options["verbosity"]:
                self.stdout.write(str(path))
