"""Child processes that never outlive us: each in a group of its own, stopped as a group."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LINUX = sys.platform == "linux"
ROOT = os.geteuid() == 0
NOBODY = 65534
COLOURS = ("36", "35", "33", "32", "34")
Word = str | Path


class CannotRun(Exception):
    """What is in the way, and what to do about it, in one sentence."""


def privileges(death: signal.Signals, *, drop_root: bool = False) -> list[Word]:
    """Return what to put before a command so that it ends when we end, even by SIGKILL.

    As root, `drop_root` also runs it as nobody, still able to enter our directories: PostgreSQL
    refuses user id 0, and the project may lie under a home directory. Linux only.

    Raises:
        CannotRun: we are root and setpriv is missing.
    """
    if not LINUX or not shutil.which("setpriv"):
        if ROOT and drop_root:
            raise CannotRun(
                "PostgreSQL does not run as root and setpriv (util-linux) is missing: run this "
                "as an ordinary user."
            )
        return []
    prefix: list[Word] = ["setpriv", "--pdeathsig", death.name.removeprefix("SIG")]
    if ROOT and drop_root:
        prefix += [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        prefix += ["--securebits=+no_setuid_fixup"]
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return prefix


@dataclass(frozen=True)
class Child:
    """A running child; `log` is the file with its output, None when it is shown."""

    name: str
    process: subprocess.Popen[bytes]
    ends_with: signal.Signals
    log: Path | None

    def has_ended(self) -> bool:
        """Return whether it is gone, by itself or because it was stopped."""
        return self.process.poll() is not None

    def last_words(self) -> str:
        """Return the last line of its log that says something, or an empty string."""
        if self.log is None or not self.log.exists():
            return ""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        telling = [line for line in lines if "FATAL" in line or "PANIC" in line] or lines
        return next((line.strip() for line in reversed(telling) if line.strip()), "")

    def ask_to_end(self) -> None:
        """Send the signal after which it ends in good order, also when it is stopped."""
        self.process.send_signal(self.ends_with)
        self.process.send_signal(signal.SIGCONT)

    def end(self, grace_seconds: float = 15) -> None:
        """Wait for it to end, then end by force whatever of its group is left."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(grace_seconds)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start(
    name: str,
    *command: Word,
    log: Path | None = None,
    ends_with: signal.Signals = signal.SIGTERM,
    drop_root: bool = False,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Child:
    """Start a child out of reach of the terminal's Ctrl-C; its output goes to `log` or is shown.

    Call it from the main thread: Linux ends the child when the thread that made it ends.
    """
    output = log.open("wb") if log else subprocess.PIPE
    try:
        process = subprocess.Popen(
            [*privileges(ends_with, drop_root=drop_root), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=env,
            cwd=cwd,
        )
    finally:
        if not isinstance(output, int):
            output.close()
    if process.stdout is not None:
        threading.Thread(target=_show, args=(name, process.stdout), daemon=True).start()
    return Child(name, process, ends_with, log)


def stop(*children: Child, grace_seconds: float = 15) -> None:
    """Ask all of them to end at once, then wait for each; none is left afterwards."""
    for child in children:
        child.ask_to_end()
    for child in children:
        child.end(grace_seconds)


def wait_until(
    ready: Callable[[], bool],
    child: Child,
    *,
    seconds: float = 180,
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """Wait until `ready()`, or until `cancelled()`.

    Raises:
        CannotRun: the child ended first, or the time is over.
    """
    end = time.monotonic() + seconds
    while not cancelled() and not ready():
        if child.has_ended() or time.monotonic() > end:
            words = child.last_words()
            raise CannotRun(f"{child.name} did not start" + (f": {words}" if words else "."))
        time.sleep(0.02)


def _show(name: str, stream: IO[bytes]) -> None:
    """Print what a child says, line by line, with its name before each line."""
    prefix = f"{name:>8} | "
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        prefix = f"\x1b[{COLOURS[sum(name.encode()) % len(COLOURS)]}m{prefix}\x1b[0m"
    with stream:
        for line in stream:
            # A terminal that went away must not stop a child by a full pipe.
            with suppress(OSError, ValueError):
                sys.stdout.write(f"{prefix}{line.decode(errors='replace').rstrip()}\n")
                sys.stdout.flush()
