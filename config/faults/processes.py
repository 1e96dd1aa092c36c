"""Processes below a process, from /proc: whom to kill, by what they are."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def descendants(root: int) -> list[int]:
    """Return the processes below `root`, parents before children; empty where /proc is missing."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            head, _, rest = entry.read_text(encoding="utf-8", errors="replace").rpartition(")")
            below.setdefault(int(rest.split()[1]), []).append(int(head.partition(" ")[0]))
    found: list[int] = []
    waiting = [root]
    while waiting:
        children = below.get(waiting.pop(0), [])
        found += children
        waiting += children
    return found


def freeze(root: int) -> list[int]:
    """Stop a process and all below it where they stand, the parent first so that it starts none.

    Returns:
        The frozen processes.
    """
    frozen: list[int] = []
    while new := [pid for pid in (root, *descendants(root)) if pid not in frozen]:
        send(signal.SIGSTOP, new)
        frozen += new
    return frozen


def kill_all(root: int) -> None:
    """End a process and all below it by SIGKILL."""
    send(signal.SIGKILL, freeze(root))


def send(number: signal.Signals, pids: Iterable[int]) -> None:
    """Send a signal to those that are still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
