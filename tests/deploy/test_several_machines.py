"""Web servers, workers and beats on machines of their own, and one of them lost in the middle."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection
from uuid import uuid4

import psycopg
import pytest
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from config.children import Word, start, stop, wait_until
from config.servers import postgres_programs, valkey_program
from config.supervisor import BASE_DIR, web_command, worker_options
from surveys.campaigns.campaign_tree import open_campaign
from tests import make
from tests.deploy.clusters import Server, copy_of_the_test_database
from tests.deploy.machines import HERE, Machine, Network
from tests.live import LiveProcess, eventually, free_port

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

PROVINCES = 6
WEB_PORT = 8000
HERE_TOO = "0.0.0.0"  # noqa: S104 - of a machine whose network is the test's own
# Sheets in the nation's totals, and marks that are left.
COUNTED = """
SELECT (SELECT sum(total.n)::integer
          FROM results_total AS total JOIN surveys_campaignunit AS root USING (campaign_id, unit_id)
         WHERE total.campaign_id = %s AND root.parent_id IS NULL AND total.period = 0),
       (SELECT count(*) FROM surveys_stalecell)
"""
WAITING = """
SELECT host(client_addr) FROM pg_stat_activity
 WHERE wait_event_type = 'Lock' AND client_addr IS NOT NULL
"""


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def serve_the_network(server: Server, stack: ExitStack) -> dict[str, str]:
    """Have database and broker listen on the network; return the environment of its machines."""
    with (server.room / "data" / "pg_hba.conf").open("a") as rules:
        rules.write("host all all 10.213.0.0/24 trust\n")
    stop(server.child)
    database_port, broker_port = free_port(), free_port()
    options = [f"listen_addresses={HERE}", f"port={database_port}", "fsync=off"]
    options += [f"unix_socket_directories={server.room}"]
    postgres = start(
        "postgres",
        *(postgres_programs() / "postgres", "-D", server.room / "data"),
        *(word for option in options for word in ("-c", option)),
        log=server.room / "postgres.log",
        ends_with=signal.SIGINT,
        drop_root=True,
    )
    stack.callback(stop, postgres)
    valkey = start(
        "valkey",
        *(valkey_program(), "--bind", HERE, "--port", str(broker_port)),
        *("--save", "", "--protected-mode", "no", "--dir", server.room),
        log=server.room / "valkey.log",
    )
    stack.callback(stop, valkey)
    address = make_conninfo(server.address, host=HERE, port=database_port)

    def answers() -> bool:
        try:
            psycopg.connect(address, connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True

    wait_until(answers, postgres)
    return {
        **os.environ,
        "DATABASE_URL": address,
        "REDIS_URL": f"redis://{HERE}:{broker_port}/0",
        "COUNTING_TIMEOUT_SECONDS": "5",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


@dataclass(frozen=True)
class Site:
    """Two machines of each kind, all on one database and broker."""

    database: str
    web: list[Machine]
    workers: dict[Machine, LiveProcess]


def start_site(server: Server, network: Network, stack: ExitStack) -> Site:
    environment = serve_the_network(server, stack)

    def run(machine: Machine, name: str, *command: Word) -> LiveProcess:
        child = start(
            name,
            *machine.command(*command),
            log=server.room / f"{name}-{machine.name}.log",
            env=environment,
            cwd=BASE_DIR,
        )
        stack.callback(stop, child, grace_seconds=5)
        return LiveProcess(child)

    celery = (sys.executable, "-m", "celery", "--app", "config")
    web, workers = [], {}
    for _ in range(2):
        web.append(network.machine())
        run(web[-1], "web", *(HERE_TOO if w == "127.0.0.1" else w for w in web_command(WEB_PORT)))
        of_worker = network.machine()
        workers[of_worker] = run(of_worker, "worker", *celery, "worker", *worker_options())
        run(of_worker, "beat", *celery, "beat", "--schedule", server.room / of_worker.name)
    for machine in web:
        eventually(partial(is_up, machine))
    for worker in workers.values():
        eventually(partial(is_ready, worker))
    return Site(environment["DATABASE_URL"], web, workers)


def is_up(machine: Machine) -> bool:
    try:
        return ask(machine, "GET", "/healthz") == 200
    except OSError:
        return False


def is_ready(worker: LiveProcess) -> bool:
    return " ready." in worker.output()


def ask(machine: Machine, method: str, path: str, body: Mapping[str, object] | None = None) -> int:
    with closing(HTTPConnection(machine.address, WEB_PORT, timeout=60)) as connection:
        connection.request(
            method,
            path,
            json.dumps(body) if body else None,
            {"Host": "127.0.0.1", "Content-Type": "application/json"},
        )
        return connection.getresponse().status


def counted_by(worker: LiveProcess) -> set[str]:
    """Return the chunks a worker says it counted."""
    return set(re.findall(r"counted campaign=\d+ chunk=(\d+)", worker.output()))


def test_work_divides_and_a_machine_that_is_lost_in_the_middle_loses_nothing(
    server: Server, network: Network, stack: ExitStack
) -> None:
    today = timezone.localdate()
    campaign = make.campaign(
        opens_on=today - timedelta(days=1), closes_on=today + timedelta(days=2), opened=False
    )
    counters = [
        make.counter(make.commune(f"Xã {n}", parent=make.province(f"Tỉnh {n}")))
        for n in range(PROVINCES)
    ]
    open_campaign(campaign)
    copy_of_the_test_database(server)
    site = start_site(server, network, stack)
    first = next(iter(site.workers))
    sent = 0

    def answer_everywhere() -> None:
        nonlocal sent
        for n, counter in enumerate(counters):
            path = f"/api/v1/counters/{counter.code}/responses/{uuid4()}"
            body = {
                "campaign": campaign.slug,
                "questionnaire": campaign.questionnaire.parsed().reference,
                "answers": {"c01": 1 + n % 5},
            }
            assert ask(site.web[n % 2], "PUT", path, body) == 201
            sent += 1

    # Who takes which province is chance: until each of the two had some.
    def both_counted() -> bool:
        answer_everywhere()
        return all(map(counted_by, site.workers.values()))

    eventually(both_counted)

    with psycopg.connect(site.database) as holder:
        # A worker holds its province's lock, has written everything below the root, and waits.
        holder.execute("SELECT FROM surveys_campaignunit WHERE parent_id IS NULL FOR NO KEY UPDATE")
        answer_everywhere()
        with psycopg.connect(site.database, autocommit=True) as looking:
            eventually(lambda: (first.address,) in looking.execute(WAITING).fetchall())
        first.cut_off()
        holder.rollback()

    answer_everywhere()
    with psycopg.connect(site.database, autocommit=True) as looking:
        eventually(lambda: looking.execute(COUNTED, [campaign.pk]).fetchone() == (sent, 0))
    check = subprocess.run(
        [sys.executable, "manage.py", "check_results"],
        cwd=BASE_DIR,
        env={**os.environ, "DATABASE_URL": site.database},
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, check.stdout + check.stderr
