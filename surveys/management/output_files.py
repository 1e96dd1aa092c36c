"""The file a command is asked to write."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError


def write_file(path: Path, content: bytes) -> None:
    """Write the file, replacing it.

    Raises:
        CommandError: it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(str(error)) from error
