"""The site of the kiosk tests: its own server, which may be moved in time, behind a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from config.children import start, stop, wait_until
from config.supervisor import web_command
from tests.kiosk.line import Line
from tests.live import answers, free_port


@dataclass(frozen=True)
class MovedSite:
    """The real web server, one worker; a worker that dies is replaced."""

    port: int
    control: Path

    def set(self, **said: object) -> None:
        """Say how it shall be: `days` it is moved by, `dies` after the next commit."""
        self.control.write_text(json.dumps(said))


@pytest.fixture(scope="session")
def kiosk_server(
    live_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MovedSite]:
    directory = tmp_path_factory.mktemp("kiosk")
    control = directory / "control.json"
    site = MovedSite(free_port(), control)
    site.set()
    command = [
        "tests.kiosk.moved_site:application" if word == "config.wsgi:application" else word
        for word in web_command(site.port)
    ]
    command[command.index("--workers") + 1] = "1"
    environment = {
        **live_environment,
        "CONTROL": str(control),
        "TICKET_KEY": settings.TICKET_KEY,
    }
    child = start("web", *command, log=directory / "web.log", env=environment)
    try:
        wait_until(lambda: answers(site.port), child)
        yield site
    finally:
        stop(child)


@pytest.fixture
def kiosk_site(kiosk_server: MovedSite) -> MovedSite:
    """The server as it is, today and in good health."""
    kiosk_server.set()
    return kiosk_server


@pytest.fixture
def line(kiosk_site: MovedSite) -> Iterator[Line]:
    """A line to the site that a test may cut."""
    line = Line(kiosk_site.port)
    yield line
    line.close()


@pytest.fixture
def base(line: Line) -> str:
    """The address of the site over that line."""
    return f"http://127.0.0.1:{line.port}"
