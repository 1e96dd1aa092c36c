"""A PostgreSQL of a test's own, which keeps its log and can be copied."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from config.children import Child, Word, privileges, stop
from config.servers import USER, postgres_programs, start_postgres
from config.supervisor import BASE_DIR
from tests.live import database_address

SCRIPTS = BASE_DIR / "config" / "deploy" / "postgresql"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that keeps its log, and the directory of its backups."""

    room: Path
    address: str
    child: Child

    def run(self, script: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a shipped script as the account of the server."""
        return self.run_program(SCRIPTS / script, *words)

    def run_program(self, *command: Word) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "BACKUPS": str(self.room / "backups"),
            "TMPDIR": str(self.room),
            "KEEP": "1",
            "PG_PROGRAMS": str(postgres_programs()),
            "PGHOST": str(self.room),
            "PGUSER": USER,
            "DATABASE": "kept",
            "DATABASE_USER": USER,
            "APP": str(BASE_DIR),
        }
        return subprocess.run(
            [*privileges(signal.SIGTERM, drop_root=True), *command],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.room,
        )


@pytest.fixture
def server() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="hl-") as directory:
        room = Path(directory)
        room.chmod(0o777)  # the server is not root
        log = room / "postgres.log"
        first, address = start_postgres(room / "data", room, log, fast=True)
        archive = f"{SCRIPTS / 'archive-wal'} %p %f"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET archive_mode = on")
            connection.execute(f"ALTER SYSTEM SET archive_command = '{archive}'".encode())
            connection.execute("CREATE DATABASE kept TEMPLATE template0")
        stop(first)
        (room / "backups").mkdir(mode=0o777)
        os.environ["BACKUPS"] = str(room / "backups")
        try:
            child, address = start_postgres(room / "data", room, log, fast=True)
        finally:
            del os.environ["BACKUPS"]
        try:
            yield Server(room, make_conninfo(address, dbname="kept"), child)
        finally:
            stop(child)


def copy_of_the_test_database(server: Server) -> None:
    dump = subprocess.run(
        [postgres_programs() / "pg_dump", "--no-owner", database_address()],
        capture_output=True,
        check=True,
    )
    load: list[Word] = [
        postgres_programs() / "psql",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        server.address,
    ]
    subprocess.run(load, input=dump.stdout, capture_output=True, check=True)
