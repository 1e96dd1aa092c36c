"""The database's disk is full: for a while its data lie on a small one of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.faults import small_disk
from config.faults.stage import Fault, Skipped, Stage

FULL_SECONDS = 10.0
MEGABYTES_MORE = 40  # than the data take: room to start, and for some pieces of the log


def _fill(stage: Stage) -> str:
    megabytes = small_disk.megabytes_of(stage.site.data) + MEGABYTES_MORE
    with (
        _memory_disk(stage.site.var / "disk", megabytes) as disk,
        small_disk.database_on(disk, stage),
    ):
        return _until_full(stage, disk / "filler")


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
def _memory_disk(place: Path, megabytes: int) -> Iterator[Path]:
    place.mkdir(exist_ok=True)
    options = f"size={megabytes}m,mode=0755"
    if not small_disk.mount("-t", "tmpfs", "-o", options, "hai-long-faults", place):
        raise Skipped(
            gettext("only root can mount a small disk; tests stage what PostgreSQL says then")
        )
    try:
        yield place
    finally:
        small_disk.unmount(place)


FAULTS = (
    Fault(
        "full-disk",
        _("the database's disk is full"),
        _("no sheet is acknowledged that is not stored; with room all goes on by itself"),
        _fill,
    ),
)
