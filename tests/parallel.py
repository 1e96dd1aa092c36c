"""Several test processes at once (pytest-xdist): what each has of its own.

pytest-django gives each a database, pytest a temporary directory; here each gets a broker.
"""

from __future__ import annotations

import importlib
import os
from contextlib import suppress
from pathlib import Path

import pytest

MOST = 8
TESTS = Path(__file__).parent


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes `-n auto` starts: two a core, for most tests mostly wait."""
    return min(2 * (os.cpu_count() or 1), MOST)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Import the tests from another file on in each process.

    In a fresh clone pytest rewrites every file, five seconds for all, and keeps what it wrote: so
    each file is rewritten by one process and found by the others.
    """
    own = getattr(session.config, "workerinput", None)
    if own is None or [Path(asked).resolve() for asked in session.config.args] != [TESTS]:
        return
    files = sorted(TESTS.rglob("test_*.py"))
    first = len(files) * int(own["workerid"].removeprefix("gw")) // own["workercount"]
    for file in [*files[first:], *files[:first]]:
        name = ".".join(file.relative_to(TESTS.parent).with_suffix("").parts)
        with suppress(Exception):  # the collection says what is wrong
            importlib.import_module(name)


@pytest.fixture(scope="session", autouse=True)
def _redis_of_this_process(request: pytest.FixtureRequest, worker_id: str) -> None:
    if worker_id != "master":
        request.getfixturevalue("broker")


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path | None:
    """The directory that the processes of this run share; None for a single one."""
    return None if worker_id == "master" else tmp_path_factory.getbasetemp().parent
