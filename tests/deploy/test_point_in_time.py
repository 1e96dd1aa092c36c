"""A copy of the server and its log lead back to any moment, by the scripts that are shipped."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from config.children import Word, privileges, stop
from config.servers import USER, postgres_programs, start_postgres
from config.supervisor import BASE_DIR
from results.counting import refresh
from tests import make
from tests.live import database_address, eventually

SCRIPTS = BASE_DIR / "config" / "deploy" / "postgresql"
# A sheet like another of that day; the counting has not come to it yet.
ONE_MORE_SHEET = """
INSERT INTO surveys_response (id, campaign_id, unit_id, counter_id, answered_on, channel,
                              seconds_band, answers)
SELECT gen_random_uuid(), campaign_id, unit_id, counter_id, answered_on, channel, seconds_band,
       answers
  FROM surveys_response LIMIT 1
"""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that keeps its log, and the directory of its backups."""

    room: Path
    address: str

    def run(self, script: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a shipped script as the account of the server."""
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
        command = [*privileges(signal.SIGTERM, drop_root=True), SCRIPTS / script, *words]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, cwd=self.room
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
            yield Server(room, make_conninfo(address, dbname="kept"))
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


def keep_the_log(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Have the log so far kept, as happens every minute."""
    row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
    assert row
    kept = "SELECT last_archived_wal >= %s FROM pg_stat_archiver"
    eventually(lambda: connection.execute(kept, [row[0]]).fetchone() == (True,))


@pytest.mark.long  # eight seconds of processor time: two servers, a dump, two commands
@pytest.mark.django_db(transaction=True)
def test_a_deed_that_went_wrong_is_undone_and_the_sheets_before_it_are_there(
    server: Server,
) -> None:
    commune = make.commune()
    campaign = make.campaign()
    make.responses(campaign, commune, [5, 4, 4, 2, 1])
    refresh.refresh(campaign, clock=timezone.now)
    copy_of_the_test_database(server)
    copied = server.run("base-backup")
    assert copied.returncode == 0, copied.stderr
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute(ONE_MORE_SHEET)
        moment = connection.execute("SELECT clock_timestamp()::text").fetchone()
        connection.execute("DELETE FROM results_cell")
        connection.execute("DELETE FROM surveys_response")
        keep_the_log(connection)
    assert moment

    rehearsed = server.run("rehearse-restore", moment[0])

    assert rehearsed.returncode == 0, rehearsed.stdout + rehearsed.stderr
    assert "6 sheets" in rehearsed.stdout
    assert not list(server.room.glob("tmp.*"))


def test_a_piece_of_the_log_is_kept_once_and_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "wal").mkdir()
    piece, other = tmp_path / "piece", tmp_path / "other"
    piece.write_bytes(b"log" * 1000)
    other.write_bytes(b"gol" * 1000)

    def keep(path: Path) -> int:
        command: list[Word] = [SCRIPTS / "archive-wal", path, "0001"]
        environment = {**os.environ, "BACKUPS": str(tmp_path)}
        return subprocess.run(command, env=environment, check=False).returncode

    assert keep(piece) == 0
    assert keep(piece) == 0  # asked again after a crash
    assert keep(other) != 0  # another server's
    assert gzip.decompress((tmp_path / "wal" / "0001.gz").read_bytes()) == piece.read_bytes()
    assert keep(tmp_path / "gone") != 0
