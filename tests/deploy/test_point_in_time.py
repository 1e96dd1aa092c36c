"""A copy of the server and its log lead back to any moment, by the scripts that are shipped."""

from __future__ import annotations

import gzip
import os
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone

from config.children import Word
from results.counting import refresh
from tests import make
from tests.deploy.clusters import SCRIPTS, Server, copy_of_the_test_database
from tests.live import eventually

# A sheet like another of that day; the counting has not come to it yet.
ONE_MORE_SHEET = """
INSERT INTO surveys_response (id, campaign_id, unit_id, counter_id, answered_on, channel,
                              seconds_band, answers)
SELECT gen_random_uuid(), campaign_id, unit_id, counter_id, answered_on, channel, seconds_band,
       answers
  FROM surveys_response LIMIT 1
"""


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
