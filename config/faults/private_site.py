"""A whole site of its own: servers, web, worker and beat, with lines between them to cut.

Nothing of the installation it runs in is touched: data and sockets lie in temporary directories,
and what the environment says of databases, brokers and names is replaced.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psycopg
import redis
from psycopg import sql

from config import data_directory
from config.children import CannotRun, Child, start, stop, wait_until
from config.faults import database_log
from config.faults.line import Line
from config.faults.processes import descendants
from config.servers import USER, start_postgres, start_valkey
from config.supervisor import BASE_DIR, web_command, worker_options
from results.bench.web import free_port

SITE = ("web", "worker", "beat")
# What an installation's own environment may say, and must not say here.
OTHERS = (
    "REPLICA_URL",
    "DATABASE_POOLED",
    "EMAIL_HOST",
    "METRICS_KEY",
    "HTTPS",
    "PROXIES",
    "DEBUG",
)
SECRETS = ("SECRET_KEY", "TICKET_KEY", "CANARY_KEY", "SIGNING_KEY")
BROKEN_TASKS = "config.faults.broken_tasks"
# A session that stopped is ended after so long; a minute elsewhere.
COUNTING_TIMEOUT = 10
BETWEEN_STARTS = 1.0


class PrivateSite:
    """Starts what it is made of, starts again what has ended, as systemd does, and stops it."""

    def __init__(self, stack: ExitStack, var: Path) -> None:
        self.var, self.data = var, var / "postgres"
        self.sockets = data_directory.socket_directory(stack)
        self.children: dict[str, Child] = {}
        self.held: set[str] = set()  # what is kept down
        self.preload: Mapping[str, str] = {}
        self._starts = 0
        self._last_start: dict[str, float] = {}
        (var / "log").mkdir()
        stack.callback(self._stop_all)
        self.start("postgres")
        self.start("valkey")
        self.address = f"postgresql://{USER}@/postgres?host={self.sockets}"
        self.port = free_port()
        self.lines = {
            name: Line(to)
            for name, to in (
                ("kiosks-web", self.port),
                ("web-postgres", self.sockets / ".s.PGSQL.5432"),
                ("worker-postgres", self.sockets / ".s.PGSQL.5432"),
                ("web-redis", self.sockets / "valkey.sock"),
                ("worker-redis", self.sockets / "valkey.sock"),
                ("beat-redis", self.sockets / "valkey.sock"),
            )
        }
        for line in self.lines.values():
            stack.callback(line.close)
        self._configure()
        self._take_environment()

    def start_site(self) -> None:
        """Start web, worker and beat, and wait until the web server answers."""
        for name in SITE:
            self.start(name)
        wait_until(self.answers, self.children["web"])

    def start(self, name: str) -> None:
        """Start one of the five; a process of that name must not be running.

        Raises:
            CannotRun: a server did not start.
        """
        self._starts += 1
        self._last_start[name] = time.monotonic()
        log = self.var / "log" / f"{name}.{self._starts}.log"
        if name == "postgres":
            self.children[name], _address = start_postgres(self.data, self.sockets, log)
        elif name == "valkey":
            self.children[name], _address = start_valkey(self.sockets, log)
        else:
            environment = self._environment(name)
            self.children[name] = start(
                name, *self._command(name), log=log, env=environment, cwd=BASE_DIR
            )

    def start_what_ended(self) -> None:
        """Start again whatever ended by itself, at most once a second each."""
        for name, child in list(self.children.items()):
            too_soon = time.monotonic() < self._last_start[name] + BETWEEN_STARTS
            if name in self.held or too_soon or not child.has_ended():
                continue
            _stop_leftovers(child)
            with suppress(CannotRun):
                self.start(name)

    def put_down(self, name: str) -> None:
        """Stop one of the five in good order, and keep it down until `take_up`."""
        self.held.add(name)
        stop(self.children[name])

    def take_up(self, name: str) -> None:
        self.held.discard(name)
        self.start(name)

    def pid(self, name: str) -> int:
        return self.children[name].process.pid

    def below(self, name: str) -> list[int]:
        return descendants(self.pid(name))

    def answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        with suppress(OSError, HTTPException), closing(connection):
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        return False

    def ask(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Return rows from the database itself, by no line; none when it does not answer."""
        with suppress(psycopg.Error), psycopg.connect(self.address, autocommit=True) as server:
            return server.execute(query, parameters).fetchall()
        return []

    def redis(self) -> redis.Redis:
        """Return a client of the broker itself, by no line."""
        return redis.Redis(unix_socket_path=str(self.sockets / "valkey.sock"))

    def logs(self, name: str) -> list[Path]:
        """Return the logs of all starts of one of the five, the oldest first."""
        found = (self.var / "log").glob(f"{name}.*.log")
        return sorted(found, key=lambda path: int(path.name.split(".")[1]))

    def _configure(self) -> None:
        """Have the log tell statements' sessions, and make sure that a commit is a commit."""
        with psycopg.connect(self.address, autocommit=True) as server:
            server.execute(
                sql.SQL("ALTER SYSTEM SET log_line_prefix = {}").format(database_log.PREFIX)
            )
            server.execute("SELECT pg_reload_conf()")
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                row = server.execute("SELECT current_setting(%s)", [setting]).fetchone()
                if row != ("on",):
                    raise CannotRun(f"{setting} is not on in this build of PostgreSQL.")

    def _take_environment(self) -> None:
        """Let this process and its children belong to this site alone."""
        for name in (*OTHERS, *SECRETS, "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"):
            os.environ.pop(name, None)
            os.environ.pop(f"{name}_FILE", None)
        os.environ |= {name: secrets.token_urlsafe(50) for name in SECRETS}
        os.environ |= {
            "VAR_DIR": str(self.var),
            "DATABASE_URL": self.address,
            "REDIS_URL": f"unix://{self.sockets / 'valkey.sock'}",
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "COUNTING_TIMEOUT_SECONDS": str(COUNTING_TIMEOUT),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def _environment(self, name: str) -> dict[str, str]:
        """Return the environment of web, worker or beat: it reaches servers by its own lines."""
        postgres = "web-postgres" if name == "web" else "worker-postgres"
        environment = {
            **os.environ,
            **self.preload,
            "DATABASE_URL": f"postgresql://{USER}@127.0.0.1:{self.lines[postgres].port}/postgres",
            "REDIS_URL": f"redis://127.0.0.1:{self.lines[f'{name}-redis'].port}/0",
            "PGAPPNAME": name,
        }
        if name == "worker":
            environment["PGOPTIONS"] = "-c log_statement=all"
        return environment

    def _command(self, name: str) -> list[str]:
        if name == "web":
            return web_command(self.port)
        celery = [sys.executable, "-W", "ignore:You're running the worker with superuser"]
        module = "config.faults.celery_by_select" if self.preload else "celery"
        celery += ["-m", module, "--quiet", "--app", "config", name]
        if name == "worker":
            return [*celery, *worker_options(), "--include", BROKEN_TASKS]
        return [*celery, "--schedule", str(self.var / "beat-schedule")]

    def _stop_all(self) -> None:
        order: tuple[str, ...] = (*SITE, "valkey", "postgres")
        stop(*(self.children[name] for name in order if name in self.children), grace_seconds=5)


def _stop_leftovers(child: Child) -> None:
    """End what is left of the group of a process that has ended."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        child.process.wait(5)
