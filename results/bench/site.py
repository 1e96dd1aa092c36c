"""The whole site on the benchmark's database: web, worker and beat, with a broker of their own."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.children import Child, Word, start, stop
from config.servers import start_valkey
from config.supervisor import worker_options
from results.bench.web import OURS, Server, web_server


@dataclass(frozen=True)
class Site:
    """A running site: its web server, and the process at the root of each part."""

    web: Server
    worker: int
    beat: int
    broker: int


@contextmanager
def site() -> Iterator[Site]:
    """Run the site by the commands of `manage.py run`, on the database in use.

    The broker is its own, or the workers of a real site on this machine would take the tasks.
    """
    real_broker = os.environ.get("REDIS_URL")
    with tempfile.TemporaryDirectory(prefix="hl-") as directory, ExitStack() as stack:
        room = Path(directory)
        broker, os.environ["REDIS_URL"] = start_valkey(room, room / "valkey.log")
        stack.callback(stop, broker)
        stack.callback(_restore, real_broker)
        web = stack.enter_context(web_server(OURS))

        def celery(name: str, *words: Word) -> Child:
            command: list[Word] = [sys.executable, "-m", "celery", "--quiet", "--app", "config"]
            child = start(name, *command, *words, log=room / f"{name}.log", env=os.environ)
            stack.callback(stop, child)
            return child

        worker = celery("worker", "worker", *worker_options())
        beat = celery("beat", "beat", "--schedule", room / "schedule")
        yield Site(web, worker.process.pid, beat.process.pid, broker.process.pid)


def _restore(broker: str | None) -> None:
    if broker is None:
        del os.environ["REDIS_URL"]
    else:
        os.environ["REDIS_URL"] = broker
