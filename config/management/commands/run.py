"""Start servers, web, worker and beat; or servers only, around one command."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.children import CannotRun
from config.supervisor import BASE_DIR, Interruption, run_command, serve


class Command(BaseCommand):
    help = (
        "Starts PostgreSQL and Valkey (or uses DATABASE_URL and REDIS_URL), web, worker and "
        "beat until Ctrl-C. With -- COMMAND: the servers only, for as long as COMMAND runs."
    )
    # It starts the database that checks would ask for.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo first")
        parser.add_argument(
            "--test",
            action="store_true",
            help="with a COMMAND: fresh data in a temporary directory, fast and not crash-safe",
        )
        parser.add_argument("command", nargs="*", metavar="COMMAND")

    def handle(self, *_args: Any, **options: Any) -> None:
        interruption = Interruption()
        interruption.listen()
        try:
            status = _run(interruption, **options)
        except CannotRun as fact:
            sys.exit(str(fact))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            sys.exit(f"The disk is full: {error.filename or _var()}.")
        sys.exit(status)


def _run(
    interruption: Interruption, *, command: list[str], demo: bool, test: bool, **_: object
) -> int:
    """Return the exit status."""
    if test and not command:
        raise CannotRun("--test needs a command: run --test -- COMMAND …")
    if test:
        with tempfile.TemporaryDirectory(prefix="hai-long-test-") as var:
            return run_command(Path(var), interruption, command, fast=True)
    if command:
        return run_command(_var(), interruption, command, fast=False)
    serve(_var(), interruption, port=_port(), demo=demo)
    return 0


def _var() -> Path:
    return Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()


def _port() -> int:
    word = os.environ.get("PORT") or "8000"
    if not word.isdecimal() or not 0 < int(word) < 65536:
        raise CannotRun(f"PORT must be a number from 1 to 65535, not {word}.")
    return int(word)
