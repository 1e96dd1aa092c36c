"""The site of the kiosk tests: its own server, which may be moved in time, behind a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from config.children import start, stop, wait_until
from tests.kiosk.kept_tablet import KeptTablet
from tests.kiosk.line import Line
from tests.kiosk.tablet import WHEN_QUIET, Tablet
from tests.live import answers, free_port, one_worker

ITS_NAME = """() => {
  const { counter } = document.getElementById("kiosk")?.dataset ?? {};
  return counter && `hai-long-kiosk/${counter}`;
}"""


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
        for word in one_worker(site.port)
    ]
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


@pytest.fixture(scope="session")
def lasting_line(kiosk_server: MovedSite) -> Iterator[Line]:
    line = Line(kiosk_server.port)
    yield line
    line.close()


@pytest.fixture
def line(kiosk_site: MovedSite, lasting_line: Line) -> Iterator[Line]:
    """A line to the site that a test may cut."""
    yield lasting_line
    lasting_line.mend()


@pytest.fixture
def base(line: Line) -> str:
    """The address of the site over that line."""
    return f"http://127.0.0.1:{line.port}"


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page of this test's own; what its kiosk is sending arrives before the test ends."""
    yield page
    for tab in page.context.pages:
        if name := tab.evaluate(ITS_NAME):
            tab.evaluate(WHEN_QUIET, [name, True])
            return  # one lock for all tabs


@pytest.fixture(scope="session")
def kept_tablets() -> Iterator[list[KeptTablet]]:
    """The tablet that tests lend, once there is one."""
    kept: list[KeptTablet] = []
    yield kept
    for tablet in kept:
        tablet.context.close()


@pytest.fixture
def lend(
    browser: Browser, base: str, line: Line, kept_tablets: list[KeptTablet]
) -> Iterator[Callable[..., Tablet]]:
    """Return a function that lends a paired tablet, at a `now` or today; its time stands still."""
    kept = kept_tablets.pop() if kept_tablets else KeptTablet(browser, base)
    lent: list[Tablet] = []

    def lend(now: datetime | None = None) -> Tablet:
        lent.append(kept.lend(now))
        return lent[-1]

    yield lend
    line.mend()
    for at in lent:
        kept.take_back(at)
    kept_tablets.append(kept)  # unless it came to harm


@pytest.fixture
def at(lend: Callable[..., Tablet]) -> Tablet:
    """A paired tablet on its start screen, whose time stands still."""
    return lend()
