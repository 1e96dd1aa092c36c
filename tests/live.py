"""Fixtures that start the real processes: web server, Celery worker, beat, broker.

They work on the database of the test run, so a test that uses them commits what it makes:
mark it `@pytest.mark.live` and `@pytest.mark.django_db(transaction=True)`. The processes
run `config.settings` itself, with the broker of this module.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from config import env
from config.celery import app
from config.children import Child, start, stop, wait_until
from config.servers import start_valkey
from config.supervisor import BASE_DIR, web_command

_ports = itertools.cycle(random.Random(os.getpid()).sample(range(15_000, 32_000), 2_000))  # noqa: S311 - no secret

# Of a counter, at the live site. Below a hundred it asks Redis about every sheet.
SHEETS_A_MINUTE = 99


@dataclass
class Broker:
    """A private Redis-protocol server that a test may stop and start again."""

    directory: Path
    url: str = ""
    child: Child | None = None

    def start(self) -> None:
        self.child, self.url = start_valkey(self.directory, self.directory / "valkey.log")

    def stop(self) -> None:
        if self.child:
            stop(self.child)


@dataclass(frozen=True)
class LiveProcess:
    """A process of ours under test; `output()` is what it has said so far."""

    child: Child

    def output(self) -> str:
        assert self.child.log
        return self.child.log.read_text(encoding="utf-8", errors="replace")

    def pause(self) -> None:
        """Stop the process and all its children as SIGSTOP does."""
        os.killpg(self.child.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.killpg(self.child.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End the process and all its children by SIGKILL, as a lost machine does."""
        os.killpg(self.child.process.pid, signal.SIGKILL)
        self.child.process.wait()


@dataclass(frozen=True)
class LiveSite:
    """The real web server with one worker; `url` ends without a slash."""

    url: str
    port: int
    process: LiveProcess


@pytest.fixture
def redis_server() -> Iterator[Broker]:
    """A Redis-protocol server of this test's own; `stop()` and `start()` it at will."""
    with tempfile.TemporaryDirectory(prefix="hl-") as directory:
        broker = Broker(Path(directory))
        broker.start()
        yield broker
        broker.stop()


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """The broker of all live processes of this run, and of tasks the tests themselves send."""
    with tempfile.TemporaryDirectory(prefix="hl-") as directory, pytest.MonkeyPatch.context() as m:
        broker = Broker(Path(directory))
        broker.start()
        url = env.broker(broker.url)
        m.setattr(settings, "REDIS_URL", broker.url)
        m.setattr(settings, "CELERY_BROKER_URL", url)
        app.conf.broker_url = url
        yield broker
        app.pool.force_close_all()
        broker.stop()


@pytest.fixture(scope="session")
def live_environment(
    django_db_setup: None,
    broker: Broker,
    tmp_path_factory: pytest.TempPathFactory,
    room: Path | None,
) -> dict[str, str]:
    """Environment of a process on this run's database, broker and static files."""
    var = tmp_path_factory.mktemp("var")
    environment = {
        **os.environ,
        "DATABASE_URL": database_address(),
        "REDIS_URL": broker.url,
        # On a busy machine it may be late, and then is not asked again for a while.
        "REDIS_SECONDS": "60",
        "SECRET_KEY": settings.SECRET_KEY,
        "CANARY_KEY": settings.CANARY_KEY,
        "SECOND_FACTOR_WAIVED": "true",
        "VAR_DIR": str(var),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    if room is None:
        _collect_static(environment)
        return environment
    kept = room / "static"
    with (room / "static.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():  # the first of several processes
            _collect_static(environment)
            shutil.copytree(var / "static", kept)
    shutil.copytree(kept, var / "static", dirs_exist_ok=True)
    return environment


def _collect_static(environment: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(command, cwd=BASE_DIR, env=environment, check=True)


@pytest.fixture(scope="session")
def live_site(
    live_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveSite]:
    """The real web server (granian) on the database of the test run."""
    port = free_port()
    log = tmp_path_factory.mktemp("web") / "web.log"
    environment = {**live_environment, "SHEETS_A_MINUTE": str(SHEETS_A_MINUTE)}
    child = start("web", *one_worker(port), log=log, env=environment)
    try:
        wait_until(lambda: answers(port), child)
        yield LiveSite(f"http://127.0.0.1:{port}", port, LiveProcess(child))
    finally:
        stop(child)


def one_worker(port: int) -> list[str]:
    """Return the command of the web server with one worker, not two: each costs its start."""
    command = web_command(port)
    command[command.index("--workers") + 1] = "1"
    return command


@pytest.fixture
def start_celery_worker(
    live_environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., LiveProcess]]:
    """Return a function that starts a worker (`*options` go to Celery) and waits until ready."""
    workers: list[Child] = []

    def start_worker(*options: str) -> LiveProcess:
        name = f"worker{len(workers)}"
        log = tmp_path / f"{name}.log"
        command = [sys.executable, "-m", "celery", "--app", "config", "worker"]
        command += ["--hostname", f"{name}@%h", "--pool=prefork", "--concurrency=1"]
        command += options
        child = start(name, *command, log=log, env=live_environment)
        workers.append(child)
        process = LiveProcess(child)
        wait_until(lambda: " ready." in process.output(), child)
        return process

    yield start_worker
    stop(*workers, grace_seconds=5)
    app.control.purge()


@pytest.fixture
def celery_worker_process(start_celery_worker: Callable[..., LiveProcess]) -> LiveProcess:
    """One real Celery worker on the database of the test run, for this test only."""
    return start_celery_worker()


@pytest.fixture
def celery_beat_process(live_environment: dict[str, str], tmp_path: Path) -> Iterator[LiveProcess]:
    """Celery beat with the real schedule, for this test only."""
    child = start(
        "beat",
        *(sys.executable, "-m", "celery", "--app", "config", "beat"),
        *("--schedule", tmp_path / "schedule"),
        log=tmp_path / "beat.log",
        env=live_environment,
    )
    process = LiveProcess(child)
    try:
        yield process
    finally:
        stop(child, grace_seconds=5)


def database_address() -> str:
    """Return the address of the test run's database, as DATABASE_URL takes it."""
    used = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    names |= {"host": "HOST", "port": "PORT"}
    parts = {key: used[name] for key, name in names.items() if used[name]}
    return make_conninfo(**parts)


def eventually(check: Callable[[], object], *, seconds: float = 180) -> None:
    """Wait until `check()` is true; fail when it is not by then."""
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, f"still not so after {seconds} s"
        time.sleep(0.05)


def free_port() -> int:
    """Return a TCP port that nothing uses, and that no other test of this run is given.

    Below the ports that systems give to connections (32768 on Linux): between this probe and the
    server that listens there, seconds may pass.
    """
    while True:
        port = next(_ports)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def answers(port: int) -> bool:
    """Return whether a web server of ours answers there."""
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
    except OSError:
        return False
