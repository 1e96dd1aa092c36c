"""Several test processes at once (pytest-xdist): what each has of its own.

pytest-django gives each a database, pytest a temporary directory; here each gets a broker.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

MOST = 8


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes `-n auto` starts: two a core, for most tests mostly wait."""
    return min(2 * (os.cpu_count() or 1), MOST)


@pytest.fixture(scope="session", autouse=True)
def _redis_of_this_process(request: pytest.FixtureRequest, worker_id: str) -> None:
    if worker_id != "master":
        request.getfixturevalue("broker")


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path | None:
    """The directory that the processes of this run share; None for a single one."""
    return None if worker_id == "master" else tmp_path_factory.getbasetemp().parent
