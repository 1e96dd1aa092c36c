"""What `manage.py run` does: our servers, then a command or the whole site, then a clean end.

One supervisor per data directory. When a process ends by itself, its name is said and
everything is stopped: a fault shows, instead of a site limping along.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from pathlib import Path

from config import data_directory, env
from config.children import (
    CannotRun,
    Child,
    Word,
    privileges,
    start,
    stop,
    wait_until,
)
from config.servers import start_postgres, start_valkey

BASE_DIR = Path(__file__).resolve().parent.parent


class Interruption:
    """Remembers that someone asked us to stop; nothing is cut off in the middle."""

    def __init__(self) -> None:
        self.requested = False
        self.forward_to: subprocess.Popen[bytes] | None = None

    def listen(self) -> None:
        """Hear Ctrl-C, SIGTERM and a closed terminal, also where a shell had them ignored."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._hear)

    def _hear(self, number: int, _frame: object) -> None:
        self.requested = True
        # A terminal's Ctrl-C has reached the command already.
        if self.forward_to is not None and number != signal.SIGINT:
            self.forward_to.send_signal(number)

    def __call__(self) -> bool:
        """Return whether to stop."""
        return self.requested


def serve(var: Path, interruption: Interruption, *, port: int, demo: bool) -> None:
    """Run servers, web, worker and beat until interrupted.

    Raises:
        CannotRun: something is in the way, or a process ended by itself.
    """
    if demo:
        # So that the account the demo names opens everything at once; the panel says so.
        os.environ.setdefault("SECOND_FACTOR_WAIVED", "true")
    with data_directory.hold(var) as held:
        if not held:
            raise CannotRun(
                f"It is already running on the data in {var}: {data_directory.holder(var)}"
            )
        _check_port(port)
        with ExitStack() as stack:
            servers = _start_servers(stack, var, interruption, fast=False)
            # A second terminal prints posters and sends canaries to this port, too.
            here = f"http://127.0.0.1:{port}"
            os.environ["PUBLIC_URL"] = env.optional("PUBLIC_URL") or here
            data_directory.announce(stack, var, url=f"{here}/")
            if not interruption():
                _prepare(interruption, demo=demo)
            if not interruption():
                _watch(stack, interruption, servers, var, port, demo=demo)


def run_command(var: Path, interruption: Interruption, command: list[str], *, fast: bool) -> int:
    """Run a command beside the servers, with their addresses in its environment.

    Servers that already run on these data are used, and left running.

    Returns:
        The command's exit status; 128 + n when signal n ended it, as shells say it.

    Raises:
        CannotRun: something is in the way.
    """
    with data_directory.hold(var) as held, ExitStack() as stack:
        if not held:
            _join(var, interruption)
        else:
            _start_servers(stack, var, interruption, fast=fast)
            data_directory.announce(stack, var, url=None)
        if interruption():
            return 130
        if not shutil.which(command[0]):
            raise CannotRun(f"There is no command {command[0]}.")
        process = subprocess.Popen([*privileges(signal.SIGTERM), *command])
        interruption.forward_to = process
        if interruption():
            process.terminate()
        status = process.wait()
        return status if status >= 0 else 128 - status


def _start_servers(
    stack: ExitStack, var: Path, interruption: Interruption, *, fast: bool
) -> list[Child]:
    """Start what the environment does not name, and put the addresses into the environment."""
    for name in ("SECRET_KEY", "TICKET_KEY", "CANARY_KEY", "SIGNING_KEY"):
        os.environ[name] = env.optional(name) or data_directory.own_secret(var, name)
    os.environ["VAR_DIR"] = str(var)
    wanted = [name for name in ("DATABASE_URL", "REDIS_URL") if not env.optional(name)]
    if not wanted:
        return []
    data_directory.check_machine(var)
    sockets = data_directory.socket_directory(stack)
    logs = var / "log"
    logs.mkdir(exist_ok=True)
    servers = []
    if "DATABASE_URL" in wanted:
        postgres, os.environ["DATABASE_URL"] = start_postgres(
            var / "postgres", sockets, logs / "postgres.log", fast=fast, cancelled=interruption
        )
        stack.callback(stop, postgres)
        servers.append(postgres)
    if "REDIS_URL" in wanted:
        valkey, os.environ["REDIS_URL"] = start_valkey(
            sockets, logs / "valkey.log", cancelled=interruption
        )
        stack.callback(stop, valkey)
        servers.append(valkey)
    return servers


def _prepare(interruption: Interruption, *, demo: bool) -> None:
    """Bring database, catalogues and static files up to date, in a process of its own."""
    command: list[Word] = [sys.executable, "-m", "config.prepare", *(["--demo"] if demo else [])]
    # In a session of its own, so that Ctrl-C reaches it through us, once.
    process = subprocess.Popen(
        [*privileges(signal.SIGTERM), *command], cwd=BASE_DIR, start_new_session=True
    )
    while process.poll() is None:
        if interruption():
            process.terminate()
            process.wait()
        time.sleep(0.02)
    if process.returncode and not interruption():
        raise CannotRun("The preparation failed, so nothing was started.")


def _watch(
    stack: ExitStack,
    interruption: Interruption,
    servers: list[Child],
    var: Path,
    port: int,
    *,
    demo: bool,
) -> None:
    """Start web, worker and beat; return when interrupted."""
    # As root, which a demo may be, Celery warns in eight lines at every start.
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser"]
    celery = [*python, "-m", "celery", "--quiet", "--app", "config"]
    site = [
        start("web", *web_command(port), cwd=BASE_DIR),
        start("worker", *celery, "worker", *worker_options(), cwd=BASE_DIR),
        start("beat", *celery, "beat", "--schedule", var / "beat-schedule", cwd=BASE_DIR),
    ]
    stack.callback(stop, *site)
    wait_until(lambda: _answers(port), site[0], cancelled=interruption)
    if not interruption():
        _say(f"\nHài Lòng: http://127.0.0.1:{port}/   (Ctrl-C stops everything)\n")
        if demo:
            # The day's proof of every option ran before a demo began, so one follows at once.
            task = "surveys.tasks.prove_options"
            proof = start("proof", *celery, "call", task, log=var / "proof.log", cwd=BASE_DIR)
            stack.callback(stop, proof)
    room = data_directory.Room(var)
    while not interruption():
        if servers and (warning := room.warning()):
            _say(f"\n{warning}\n")
        for child in [*servers, *site]:
            if child.has_ended():
                words = child.last_words()
                raise CannotRun(
                    f"{child.name} ended by itself (status {child.process.returncode}), so "
                    f"everything was stopped{': ' + words if words else '.'}"
                )
        time.sleep(0.1)
    _say("\nStopping …")


def worker_options() -> list[str]:
    """Return Celery's options for the worker: two children for two cores, one machine.

    Prefork, because time limits end a task that hangs there and a killed child is replaced.
    Threads where the system gives no semaphores, as in a chroot without /dev/shm.
    """
    try:
        multiprocessing.Semaphore()
    except OSError:
        pool = "threads"
    else:
        pool = "prefork"
    return [f"--pool={pool}", "--concurrency=2", "--without-gossip", "--without-mingle"]


def web_command(port: int) -> list[str]:
    """Return the command of the web server: two processes, no access log (it would hold IPs)."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"),
        *("--host", "127.0.0.1", "--port", str(port), "--no-ws", "--log-level", "warning"),
        *("--workers", "2", "--blocking-threads", "2", "--workers-kill-timeout", "5"),
        "--respawn-failed-workers",
    ]


def _answers(port: int) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        with closing(connection):
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
    except OSError:
        return False


def _join(var: Path, interruption: Interruption) -> None:
    """Use the servers of the supervisor that holds the data, once it has started them."""
    end = time.monotonic() + 60
    while not env.adopt_running_servers(var):
        if interruption() or time.monotonic() > end:
            raise CannotRun(f"Another command holds the data in {var} and does not start.")
        time.sleep(0.1)
    os.environ["VAR_DIR"] = str(var)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotRun(
                f"Port {port} cannot be used ({error.strerror}): stop what uses it, or choose "
                "another, as in `PORT=8001 make demo`."
            ) from error


def _say(text: str) -> None:
    with suppress(OSError):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
