"""The real web server, with our site or with a bare Django beside it to compare with."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.children import start, stop, wait_until
from config.supervisor import web_command

OURS = "config.settings"
BARE = "results.bench.bare_settings"


@dataclass(frozen=True)
class Server:
    """A running web server: where it listens, and its process."""

    port: int
    pid: int


@contextmanager
def web_server(settings_module: str) -> Iterator[Server]:
    """Serve a site by the command of `manage.py run`, on a port of its own."""
    port = free_port()
    # A limit is counted, as everywhere, and never reached.
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings_module,
        "SHEETS_A_MINUTE": "1000000000",
        "READS_A_MINUTE": "1000000000",
    }
    with tempfile.TemporaryDirectory(prefix="hai-long-bench-") as directory:
        log = Path(directory) / "web.log"
        child = start("web", *web_command(port), log=log, env=environment)
        try:
            wait_until(lambda: listens(port), child)
            yield Server(port, child.process.pid)
        finally:
            stop(child)


def free_port() -> int:
    """Return a TCP port that nothing uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Return whether something takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
