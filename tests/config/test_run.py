"""`manage.py run` as a person uses it: real processes on data of their own.

What is only about the supervisor is seen, small, on stand-ins of web, worker and beat that start
in no time; the servers are real.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from config.supervisor import BASE_DIR
from tests.live import answers, eventually, free_port

pytestmark = pytest.mark.live
CHILDREN = ["postgres", "valkey", "web", "worker", "beat"]  # in the order of their start

# Runs in the place of Python, where the supervisor starts the preparation, web, worker and beat.
STAND_IN = """#!/bin/sh
case "$*" in
*config.prepare*) ;;
*granian*) exec '{python}' -m http.server "$PORT" --bind 127.0.0.1 --directory '{pages}' ;;
*) exec sleep 900 ;;
esac
"""
WITH_STAND_INS = """
import runpy, sys
_, sys.executable, *sys.argv[1:] = sys.argv
runpy.run_path("manage.py", run_name="__main__")
"""


@dataclass
class Run:
    """A `manage.py run` in the background; whatever it started carries its VAR_DIR."""

    process: subprocess.Popen[bytes]
    var: Path
    port: int
    log: Path

    def end(self) -> str:
        """Wait for its end; return what it said."""
        self.process.wait(timeout=300)
        return self.log.read_text()

    def child(self, name: str) -> psutil.Process:
        children = psutil.Process(self.process.pid).children()
        return sorted(children, key=psutil.Process.create_time)[CHILDREN.index(name)]

    def left(self) -> list[str]:
        """Return the processes on these data that are still there."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("VAR_DIR") == str(self.var):
                    found.append(f"{process.pid} {process.name()} {process.status()}")
        return [line for line in found if "zombie" not in line]


def is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data that the tests of this module keep from one start to the next."""
    return tmp_path_factory.mktemp("run") / "var"


@pytest.fixture(scope="module")
def environment(var: Path) -> dict[str, str]:
    """What a newcomer's shell has: no address of a server, no secret."""
    names = (
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "DJANGO_SETTINGS_MODULE",
        "PORT",
        "PUBLIC_URL",
    )
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return {**kept, "VAR_DIR": str(var)}


@pytest.fixture
def stand_ins(tmp_path: Path) -> list[str | Path]:
    """Python's options for a `manage.py` that starts no web server, worker and beat of ours."""
    pages, program = tmp_path / "pages", tmp_path / "stand-in"
    pages.mkdir()
    (pages / "healthz").write_text("ok\n")
    program.write_text(STAND_IN.format(python=sys.executable, pages=pages))
    program.chmod(0o755)
    return ["-c", WITH_STAND_INS, program]


@pytest.fixture
def start_run(
    var: Path, environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def start_and_wait(*python: str | Path) -> Run:
        port = free_port()
        log = tmp_path / "run.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *(python or ["manage.py"]), "run"],
                cwd=BASE_DIR,
                env={**environment, "PORT": str(port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        runs.append(Run(process, var, port, log))
        said = f"http://127.0.0.1:{port}/"
        eventually(lambda: process.poll() is not None or said in log.read_text())
        assert process.poll() is None, log.read_text()
        return runs[-1]

    yield start_and_wait
    for run in runs:
        run.process.terminate()
        run.end()


def manage(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a killed parent")
def test_nothing_outlives_a_killed_supervisor(
    start_run: Callable[..., Run], stand_ins: list[str | Path], size: Callable[[Any, Any], Any]
) -> None:
    run = start_run(*size(stand_ins, []))
    children = [run.child(name) for name in CHILDREN]  # Valkey's show no VAR_DIR

    run.process.kill()

    eventually(lambda: not any(map(is_alive, children)))
    eventually(lambda: run.left() == [])


@pytest.mark.parametrize(
    "name",
    ["postgres", "beat"]
    + [pytest.param(name, marks=pytest.mark.long) for name in ("valkey", "web", "worker")],
)
def test_a_process_that_dies_is_named_and_all_are_stopped(
    start_run: Callable[..., Run],
    stand_ins: list[str | Path],
    size: Callable[[Any, Any], Any],
    name: str,
) -> None:
    run = start_run(*size(stand_ins, []))

    run.child(name).kill()
    said = run.end()

    assert run.process.returncode == 1
    assert f"{name} ended by itself" in said
    # Its own lines: a child that was in the middle of something may say how that ended.
    assert not re.search(r"^Traceback", said, re.MULTILINE)
    eventually(lambda: run.left() == [])


# That SIGTERM ends it too is seen below, where it ends a command and its servers.
@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)]
)
def test_other_commands_find_the_running_site_until_one_signal_stops_all(
    start_run: Callable[..., Run], environment: dict[str, str], number: signal.Signals
) -> None:
    run = start_run()

    plain = manage(environment, "migrate", "--check")
    joined = manage(environment, "run", "--", "printenv", "DATABASE_URL", "PUBLIC_URL")
    again = manage(environment, "run")

    assert (plain.returncode, plain.stderr) == (0, "")
    assert joined.returncode == 0
    database, address = joined.stdout.split()
    assert database in (run.var / "running.json").read_text()
    # What posters and canaries of a second terminal lead to.
    assert address == f"http://127.0.0.1:{run.port}"
    assert again.returncode == 1
    assert f"http://127.0.0.1:{run.port}/" in again.stderr
    assert answers(run.port)
    run.process.send_signal(number)
    assert "Traceback" not in run.end()
    assert run.process.returncode == 0
    assert run.left() == []
    assert not (run.var / "running.json").exists()


def test_a_command_has_servers_while_it_runs(environment: dict[str, str]) -> None:
    asked = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL']); raise SystemExit(7)"

    done = manage(environment, "run", "--", sys.executable, "-c", asked)

    assert (done.returncode, done.stderr) == (7, "")


def test_a_stopped_command_stops_its_servers(environment: dict[str, str], var: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run", "--", "sleep", "900"],
        cwd=BASE_DIR,
        env=environment,
    )
    eventually((var / "running.json").exists)
    eventually(lambda: "sleep" in [c.name() for c in psutil.Process(process.pid).children()])

    process.terminate()

    assert process.wait(timeout=300) == 128 + signal.SIGTERM
    assert Run(process, var, 0, var).left() == []


def test_tests_get_fresh_data_that_go_with_them(environment: dict[str, str], var: Path) -> None:
    done = manage(environment, "run", "--test", "--", "printenv", "VAR_DIR")

    used = Path(done.stdout.strip())
    assert used != var
    assert not used.exists()


def test_a_taken_port_is_said_in_one_sentence(environment: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])

        done = manage({**environment, "PORT": port}, "run")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"Port {port} cannot be used")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"PG_BIN": "/nowhere"}, "PG_BIN: there is no program postgres in /nowhere."),
        ({"REDIS_BIN": "/nowhere"}, "REDIS_BIN: there is no program /nowhere."),
        ({"PORT": "http"}, "PORT must be a number from 1 to 65535, not http."),
        ({"VAR_DIR": "/dev/null/var"}, "The data directory cannot be written:"),
    ],
)
def test_a_wrong_setting_is_said_in_one_sentence(
    environment: dict[str, str], wrong: dict[str, str], sentence: str
) -> None:
    done = manage({**environment, **wrong}, "run")

    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


def test_an_unknown_command_is_said_in_one_sentence(environment: dict[str, str]) -> None:
    done = manage(environment, "run", "--", "no-such-command")

    assert (done.returncode, done.stderr) == (1, "There is no command no-such-command.\n")
