"""Bring a database and its files up to date with this code: `python -m config.prepare`.

What a deployment does before it starts the new processes, and `manage.py run` every time.
"""

from __future__ import annotations

import os
import sys

import django
from django.core.management import CommandError, call_command
from django.db import OperationalError

# A migration that waits for a lock makes everybody wait behind it; it gives up, to be run again.
LOCK_TIMEOUT = "-c lock_timeout=5s"


def prepare(*, demo: bool) -> None:
    """Compile catalogues, migrate, collect static files; with `demo` load the demo."""
    call_command("compile_catalogues", verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if demo:
        call_command("load_demo")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["PGOPTIONS"] = f"{os.environ.get('PGOPTIONS', '')} {LOCK_TIMEOUT}".strip()
    django.setup()
    try:
        prepare(demo="--demo" in sys.argv[1:])
    except (CommandError, OperationalError, OSError) as error:  # a full disk, a lost server
        sys.exit(str(error).partition("\n")[0])
