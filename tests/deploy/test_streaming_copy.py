"""Public pages from two real streaming copies: one behind, both as far, and alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.request import urlopen

import psycopg
import pytest
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from config.children import Child, start, stop, wait_until
from config.servers import postgres_programs, start_postgres
from config.supervisor import BASE_DIR, web_command
from results.counting import refresh
from tests import make
from tests.deploy.clusters import Server, copy_of_the_test_database
from tests.live import answers, eventually, free_port

THREE_MORE_SHEETS = """
INSERT INTO surveys_response (id, campaign_id, unit_id, counter_id, answered_on, channel,
                              seconds_band, answers)
SELECT gen_random_uuid(), campaign_id, unit_id, counter_id, answered_on, channel, seconds_band,
       answers
  FROM surveys_response LIMIT 3
"""


NEWEST = "SELECT max(number) FROM results_release"


@dataclass(frozen=True)
class Copy:
    """A streaming copy of the database, and a web server that reads pages from it."""

    address: str
    port: int
    server: Child
    web: Child

    def release(self) -> int:
        """Return the release that this web server shows."""
        unit = f"http://127.0.0.1:{self.port}/api/v1/campaigns/sipas/units/05908"
        with urlopen(unit) as reply:
            return int(json.load(reply)["release"])


def make_copy(server: Server, name: str) -> Copy:
    room = server.room / name
    room.mkdir(mode=0o777)
    room.chmod(0o777)
    made = server.run_program(
        postgres_programs() / "pg_basebackup", "-R", "-X", "stream", "-D", room / "data"
    )
    assert made.returncode == 0, made.stderr
    standby, address = start_postgres(room / "data", room, room / "log", fast=True)
    copy = make_conninfo(address, dbname="kept")
    environment = {**os.environ, "DATABASE_URL": server.address, "REPLICA_URL": copy}
    port = free_port()
    web = start("web", *web_command(port), log=room / "web.log", env=environment, cwd=BASE_DIR)
    wait_until(lambda: answers(port), web)
    return Copy(copy, port, standby, web)


@pytest.mark.long  # twenty seconds of processor time: three servers, a dump, two web servers
@pytest.mark.django_db(transaction=True)
def test_copies_of_which_one_lags_never_show_the_release_before(server: Server) -> None:
    commune = make.commune(code="05908")
    campaign = make.campaign(slug="sipas")
    make.responses(campaign, commune, [5, 4, 4])
    refresh.refresh(campaign, clock=timezone.now)
    copy_of_the_test_database(server)
    with ExitStack() as stack:
        copies = [make_copy(server, name) for name in ("ahead", "behind")]
        for copy in copies:
            stack.callback(stop, copy.web, copy.server)
        ahead, behind = copies
        assert [copy.release() for copy in copies] == [1, 1]
        with (
            psycopg.connect(ahead.address, autocommit=True) as of_ahead,
            psycopg.connect(behind.address, autocommit=True) as of_behind,
        ):
            of_behind.execute("SELECT pg_wal_replay_pause()")
            with psycopg.connect(server.address, autocommit=True) as connection:
                connection.execute(THREE_MORE_SHEETS)
            command = [sys.executable, "manage.py", "refresh_results"]
            environment = {**os.environ, "DATABASE_URL": server.address}
            subprocess.run(command, cwd=BASE_DIR, env=environment, check=True, capture_output=True)

            eventually(lambda: of_ahead.execute(NEWEST).fetchone() == (2,))
            assert of_behind.execute(NEWEST).fetchone() == (1,)  # it does lag
            # One after the other, as a reader is sent to them; both processes of each.
            assert {copy.release() for _ in range(6) for copy in copies} == {2}

            of_behind.execute("SELECT pg_wal_replay_resume()")
            eventually(lambda: of_behind.execute(NEWEST).fetchone() == (2,))
        stop(server.child)
        assert {copy.release() for _ in range(6) for copy in copies} == {2}  # from copies alone
