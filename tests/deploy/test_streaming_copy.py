"""Public pages from a real streaming copy: behind, as far, and alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from urllib.request import urlopen

import psycopg
import pytest
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from config.children import start, stop, wait_until
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


@pytest.mark.long  # ten seconds of processor time: two servers, a dump, a web server
@pytest.mark.django_db(transaction=True)
def test_a_copy_that_lags_never_shows_the_release_before(server: Server) -> None:
    commune = make.commune(code="05908")
    campaign = make.campaign(slug="sipas")
    make.responses(campaign, commune, [5, 4, 4])
    refresh.refresh(campaign, clock=timezone.now)
    copy_of_the_test_database(server)
    room = server.room / "copy"
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

    def release() -> int:
        with urlopen(f"http://127.0.0.1:{port}/api/v1/campaigns/sipas/units/05908") as reply:
            return int(json.load(reply)["release"])

    try:
        wait_until(lambda: answers(port), web)
        assert release() == 1
        with psycopg.connect(copy, autocommit=True) as of_copy:
            of_copy.execute("SELECT pg_wal_replay_pause()")
            with psycopg.connect(server.address, autocommit=True) as connection:
                connection.execute(THREE_MORE_SHEETS)
            command = [sys.executable, "manage.py", "refresh_results"]
            subprocess.run(command, cwd=BASE_DIR, env=environment, check=True, capture_output=True)

            newest = "SELECT max(number) FROM results_release"
            assert of_copy.execute(newest).fetchone() == (1,)  # it does lag
            assert {release() for _ in range(6)} == {2}  # both processes of the web server

            of_copy.execute("SELECT pg_wal_replay_resume()")
            eventually(lambda: of_copy.execute(newest).fetchone() == (2,))
        stop(server.child)
        assert {release() for _ in range(6)} == {2}  # from the copy alone
    finally:
        stop(web, standby)
