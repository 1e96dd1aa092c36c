"""The power goes: what the kernel had not yet written to the database's disk is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.faults import small_disk
from config.faults.counting import inside_counting, watch_until_it_counts
from config.faults.private_site import SITE, PrivateSite
from config.faults.processes import freeze, kill_all
from config.faults.stage import Fault, PromiseBroken, Skipped, Stage

# Every other cut takes the whole machine, not only the database's.
DATABASE, MACHINE = ("postgres",), ("postgres", *SITE, "valkey")
MEGABYTES_MORE = 1500  # than the data take; a sparse file, so only what is written takes room
# Fields of /sys/dev/block/*/stat: writes that ended, and what is on its way.
WRITES, UNDERWAY = 4, 8


def _cut_power(stage: Stage) -> str:
    old_logs = stage.site.logs("postgres")[:-1]
    moments: list[float] = []
    taken: list[float] = []
    counted: list[float] = []
    megabytes = small_disk.megabytes_of(stage.site.data) + MEGABYTES_MORE
    image = stage.site.var / "disk.image"
    with _disk_in_file(image, megabytes) as disk, small_disk.database_on(disk, stage):
        for turn in range(stage.cuts):
            watch_until_it_counts(stage)
            left = image.with_suffix(".left")
            moments.append(_cut(stage.site, MACHINE if turn % 2 else DATABASE, disk, image, left))
            back = time.monotonic()
            _start_on(stage.site, disk, left.replace(image))
            to_take, to_count = stage.recovered(back)
            if to_take is None or to_count is None:
                raise PromiseBroken(gettext("after a cut no sheet was taken, or none counted"))
            taken.append(to_take)
            counted.append(to_count)
            stage.say(gettext("%(n)d of %(all)d cuts") % {"n": turn + 1, "all": stage.cuts})
    return gettext(
        "%(n)d cuts, %(inside)d of them while a transaction was counting; with the power back"
        " taken after %(take)s s at most, counted after %(count)s s"
    ) % {
        "n": len(moments),
        "inside": inside_counting(stage.site, old_logs, moments),
        "take": number_format(max(taken), 1),
        "count": number_format(max(counted), 1),
    }


def _cut(site: PrivateSite, names: tuple[str, ...], disk: Path, image: Path, left: Path) -> float:
    """Cut the power of some of the five; `left` is what is on the disk afterwards.

    Returns:
        When it was, in seconds since 1970.
    """
    try:
        for name in names:
            freeze(site.pid(name))
        moment = time.time()
        _copy_what_is_written(image, disk, left)
    finally:
        for name in names:
            kill_all(site.pid(name))
    site.children["postgres"].process.wait()
    return moment


def _start_on(site: PrivateSite, disk: Path, image: Path) -> None:
    small_disk.unmount(disk)
    _mount(image, disk)
    site.start("postgres")


def _copy_what_is_written(image: Path, disk: Path, to: Path) -> None:
    """Copy the disk block by block, as it is at one moment: while nothing is being written."""
    device = disk.stat().st_dev
    stat = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/stat")
    while True:
        before = _writes(stat)
        subprocess.run(["cp", "--sparse=always", str(image), str(to)], check=True)
        if before == _writes(stat) and before[1] == 0:
            return


def _writes(stat: Path) -> tuple[int, int]:
    """Return how many writes have ended, and how many requests are under way."""
    fields = stat.read_text(encoding="ascii").split()
    return int(fields[WRITES]), int(fields[UNDERWAY])


@contextmanager
def _disk_in_file(image: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk whose content is a file, through a loop device."""
    with image.open("wb") as file:
        file.truncate(megabytes * 1_000_000)
    disk = image.with_suffix("")
    disk.mkdir(exist_ok=True)
    if not shutil.which("mkfs.ext4") or not small_disk.may_mount():
        raise Skipped(gettext("only root, with mkfs.ext4 and loop devices, can make such a disk"))
    # Nothing is left for the kernel to do later: a moment without a write is waited for.
    later = "lazy_itable_init=0,lazy_journal_init=0"
    subprocess.run(["mkfs.ext4", "-q", "-F", "-E", later, str(image)], check=True)
    _mount(image, disk)
    try:
        yield disk
    finally:
        small_disk.unmount(disk)
        image.unlink()


def _mount(image: Path, disk: Path) -> None:
    """Mount the image; the kernel lets the loop device go when it is unmounted."""
    if not small_disk.mount("-o", "loop", image, disk):
        raise Skipped(gettext("this machine mounts no file as a disk: it has no loop devices"))


FAULTS = (
    Fault(
        "power-loss",
        _("power loss: what the kernel had not written to the database's disk is gone"),
        _("what was acknowledged is there after recovery; all processes find the way back"),
        _cut_power,
    ),
)
