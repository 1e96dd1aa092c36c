"""The database's disk is full: for a while its data lie on a small one of their own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.children import CannotRun
from config.faults.stage import Fault, Skipped, Stage

FULL_SECONDS = 10.0
MEGABYTES_MORE = 40  # than the data take: room to start, and for some pieces of the log


def _fill(stage: Stage) -> str:
    data = stage.site.data
    size = sum(file.stat().st_size for file in data.rglob("*") if file.is_file()) // 1_000_000
    with _small_disk(stage.site.var / "disk", size + MEGABYTES_MORE) as disk:
        stage.site.put_down("postgres")
        stage.site.data = _moved(data, disk)
        try:
            stage.site.take_up("postgres")
            words = _until_full(stage, disk / "filler")
        finally:
            stage.site.put_down("postgres")
            shutil.rmtree(data)
            stage.site.data = _moved(disk / data.name, data.parent)
        stage.site.take_up("postgres")
    return words


def _until_full(stage: Stage, filler: Path) -> str:
    """Fill the disk, wait for a while, make room again; return what PostgreSQL said of it."""
    stage.watch(2)
    with filler.open("wb") as file, suppress(OSError):
        while True:
            file.write(bytes(65536))
            file.flush()
    told = len(stage.kiosks.record.acknowledged)
    stage.watch(FULL_SECONDS)
    taken = len(stage.kiosks.record.acknowledged) - told
    filler.unlink()
    # The server may be down, and be up only now that there is room.
    stage.watch_until(lambda: stage.site.ask("SELECT 1"))
    said = "".join(
        log.read_text(encoding="utf-8", errors="replace") for log in stage.site.logs("postgres")
    )
    return gettext("%(n)d refusals in the database's log, %(taken)d sheets still taken") % {
        "n": said.count("No space left on device"),
        "taken": taken,
    }


@contextmanager
def _small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    place.mkdir(exist_ok=True)
    options = f"size={megabytes}m,mode=0755"
    command = ["mount", "-t", "tmpfs", "-o", options, "hai-long-faults", str(place)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Skipped(
            gettext("only root can mount a small disk; tests stage what PostgreSQL says then")
        ) from error
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=False, capture_output=True)


def _moved(data: Path, place: Path) -> Path:
    try:
        subprocess.run(["cp", "--archive", str(data), str(place)], check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        raise CannotRun(error.stderr.decode(errors="replace").strip()) from error
    return place / data.name


FAULTS = (
    Fault(
        "full-disk",
        _("the database's disk is full"),
        _("no sheet is acknowledged that is not stored; with room all goes on by itself"),
        _fill,
    ),
)
