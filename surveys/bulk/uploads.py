"""Files brought in, from the dry run to the confirmation: on this machine, for a day at most."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from surveys.bulk import spreadsheets

MOST_BYTES = 20 * 1024 * 1024
KEPT_SECONDS = 24 * 60 * 60
NAME = re.compile(r"[0-9a-f]{32}")


def _place() -> Path:
    place = Path(settings.VAR_DIR) / "uploads"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


@contextmanager
def as_csv(upload: UploadedFile) -> Iterator[Path]:
    """Give an upload as a CSV file, a spreadsheet turned into one.

    Raises:
        ImportRefused: the spreadsheet cannot be read.
    """
    with TemporaryDirectory(dir=_place()) as directory:
        given, path = Path(directory) / "given", Path(directory) / "rows.csv"
        with given.open("wb") as file:
            for block in upload.chunks():
                file.write(block)
        with given.open("rb") as file:
            packed = file.read(4) == b"PK\x03\x04"
        if packed:
            spreadsheets.to_csv(given, path)
        else:
            given.rename(path)
        yield path


def keep(path: Path) -> str:
    """Keep a checked file for the confirmation and return its name, which cannot be guessed."""
    forget_old()
    name = uuid4().hex
    shutil.copyfile(path, _place() / name)
    return name


def kept(name: str) -> Path | None:
    """Return the kept file of a name, None when it is gone."""
    path = _place() / name
    return path if NAME.fullmatch(name) and path.is_file() else None


def forget_old() -> None:
    """Delete the files that nobody confirmed: every night, and when another one comes."""
    for path in _place().iterdir():
        if path.is_file() and path.stat().st_mtime < time.time() - KEPT_SECONDS:
            path.unlink(missing_ok=True)
