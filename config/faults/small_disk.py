"""A disk of the database's own for a while, mounted where only this command sees it."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from config.children import CannotRun
from config.faults.stage import Stage

NEW_MOUNTS = 0x00020000  # CLONE_NEWNS of <linux/sched.h>


@cache
def may_mount() -> bool:
    """Take mounts of its own for this process: they are gone when it is, however it ends.

    Returns:
        Whether that worked: only root may. Call it from the main thread, which starts the servers.
    """
    if ctypes.CDLL(None).unshare(NEW_MOUNTS):
        return False
    return _done("mount", "--make-rprivate", "/")


def mount(*words: str | Path) -> bool:
    """Mount something; return whether that worked."""
    return may_mount() and _done("mount", *words)


def unmount(place: Path) -> None:
    """Unmount it now; a process that still holds it keeps nobody waiting."""
    _done("umount", "--lazy", place)


def _done(*command: str | Path) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def megabytes_of(data: Path) -> int:
    """Return what the files of a directory take, in megabytes."""
    total = 0
    for file in data.rglob("*"):
        # A server that runs removes files meanwhile.
        with suppress(FileNotFoundError):
            total += file.stat().st_size
    return total // 1_000_000


@contextmanager
def database_on(disk: Path, stage: Stage) -> Iterator[None]:
    """Have the database's data on a mounted disk, and then where they were before."""
    site = stage.site
    home = site.data
    site.put_down("postgres")
    site.data = _moved(home, disk)
    # What was there before the fault is on the disk, and not only in the kernel's memory.
    subprocess.run(["sync", "--file-system", str(disk)], check=True)
    try:
        site.take_up("postgres")
        yield
    finally:
        site.put_down("postgres")
        shutil.rmtree(home)
        site.data = _moved(site.data, home.parent)
    site.take_up("postgres")


def _moved(data: Path, place: Path) -> Path:
    try:
        subprocess.run(["cp", "--archive", str(data), str(place)], check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        raise CannotRun(error.stderr.decode(errors="replace").strip()) from error
    return place / data.name
