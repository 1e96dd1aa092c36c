"""Bring a database and its files up to date with this code: `python -m config.prepare`.

What a deployment does before it starts the new processes, and `manage.py run` every time.
"""

from __future__ import annotations

import os
import sys

import django
from django.core.management import call_command, get_commands


def prepare(*, demo: bool) -> None:
    """Compile catalogues, migrate, collect static files; with `demo` load the demo."""
    call_command("compile_catalogues", verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if demo and "load_demo" in get_commands():
        call_command("load_demo")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    prepare(demo="--demo" in sys.argv[1:])
