"""The directory that holds one installation's data: who uses it, where its servers are.

While a supervisor holds it, `running.json` in it tells other commands the servers' addresses;
`config.env` reads that. The servers' sockets live elsewhere: their paths must be short.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from config import env
from config.children import LINUX, NOBODY, ROOT, CannotRun

MEGABYTES_NEEDED = 300
MEGABYTES_LEFT = 50  # below it PostgreSQL soon cannot write
SOCKET_PATH_LIMIT = 100  # 103 bytes on macOS, 107 on Linux


@contextmanager
def hold(var: Path) -> Iterator[bool]:
    """Hold the directory, made when missing; False when another supervisor holds it."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        file = (var / "lock").open("wb")
    except OSError as error:
        raise CannotRun(f"The data directory cannot be written: {error}.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def announce(stack: ExitStack, var: Path, *, url: str | None) -> None:
    """Tell other commands where the servers are, until we end."""
    # Where nothing but servers runs, nobody has said how people reach the site.
    state = {name: os.environ[name] for name in env.FROM_RUNNING_SERVERS if name in os.environ}
    path = var / env.STATE_FILE
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"pid": os.getpid(), "url": url, **state}), encoding="utf-8")
    draft.replace(path)
    stack.callback(path.unlink, missing_ok=True)


def holder(var: Path) -> str:
    """Return who holds the directory and what to do, for a sentence."""
    with suppress(OSError, ValueError):
        state = json.loads((var / env.STATE_FILE).read_text(encoding="utf-8"))
        if state["url"]:
            return f"open {state['url']}, or stop process {state['pid']} first."
        return f"wait for process {state['pid']} to end."
    return "it is just starting or stopping, try again in a moment."


def own_secret(var: Path, name: str) -> str:
    """Return the secret of these data with a name such as SECRET_KEY, made once."""
    path = var / name.lower()
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")


def socket_directory(stack: ExitStack) -> Path:
    """Make a private directory with a short path that goes when we end."""
    place = tempfile.gettempdir()
    if len(place) > SOCKET_PATH_LIMIT - len("/hai-long-12345678/.s.PGSQL.5432.lock"):
        place = "/tmp"  # noqa: S108 - mkdtemp makes a private directory in it
    path = Path(tempfile.mkdtemp(prefix="hai-long-", dir=place))
    stack.callback(shutil.rmtree, path, ignore_errors=True)
    if ROOT and LINUX:
        os.chown(path, NOBODY, NOBODY)
    return path


def check_machine(var: Path) -> None:
    """Refuse a system that our own servers do not run on, or a disk that is nearly full.

    Raises:
        CannotRun: in the words of the operator.
    """
    if not LINUX and sys.platform != "darwin":
        raise CannotRun(
            f"Our own servers run on Linux and macOS, not on {sys.platform}: set DATABASE_URL "
            "and REDIS_URL."
        )
    free = _megabytes_free(var)
    if free < MEGABYTES_NEEDED:
        raise CannotRun(f"{var} needs {MEGABYTES_NEEDED} MB of free space; there are {free}.")


class Room:
    """The room on the disk of a directory while servers write there."""

    def __init__(self, var: Path) -> None:
        self._var = var
        self._is_full = False

    def warning(self) -> str:
        """Return a sentence when the disk has become full, once; else an empty text."""
        free = _megabytes_free(self._var)
        was_full, self._is_full = self._is_full, free < MEGABYTES_LEFT
        if was_full or not self._is_full:
            return ""
        return f"The disk is full: {self._var} has {free} MB left. Without room no sheet is stored."


def _megabytes_free(var: Path) -> int:
    return shutil.disk_usage(var).free // 1_000_000
