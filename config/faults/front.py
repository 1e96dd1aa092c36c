"""nginx in front of the private web server, with the limits of the file that is shipped."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.children import start, stop, wait_until
from config.supervisor import BASE_DIR
from results.bench.web import free_port, listens

SHIPPED = BASE_DIR / "config" / "deploy" / "nginx" / "hai-long.conf"
LIMITS = re.compile(r"^ {4}((?:client_\w+|send_timeout|large_client_header_buffers) .*;)$", re.M)


def is_there() -> bool:
    return shutil.which("nginx") is not None


def limits() -> list[str]:
    """Return the shipped lines about slow and large requests."""
    return LIMITS.findall(SHIPPED.read_text(encoding="utf-8"))


@contextmanager
def nginx_before(port: int, place: Path) -> Iterator[int]:
    """Start nginx before a web server, and yield the port where it listens."""
    place.mkdir()
    own = free_port()
    temporary = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    lines = [
        *("daemon off; master_process off;", f"pid {place}/pid; error_log stderr crit;"),
        "events { worker_connections 4096; }",
        "http { access_log off; keepalive_timeout 20s;",
        *(f"{name}_temp_path {place}/{name};" for name in temporary),
        *limits(),
        f"server {{ listen 127.0.0.1:{own} backlog=4096; location / {{",
        f"proxy_pass http://127.0.0.1:{port}; proxy_set_header Host $host; }} }} }}",
    ]
    file = place / "nginx.conf"
    file.write_text("\n".join(lines), encoding="utf-8")
    log = place / "nginx.log"
    child = start("nginx", "nginx", "-p", place, "-c", file, "-e", "stderr", log=log)
    try:
        wait_until(lambda: listens(own), child)
        yield own
    finally:
        stop(child)
