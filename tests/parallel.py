"""Several test processes at once (pytest-xdist): what each has of its own, and who is alone.

pytest-django gives each a database, pytest a temporary directory; here each gets a broker, and
a test marked `alone` runs while no other process runs one: what it measures is its own.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
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
    """The directory of the locks that the processes of this run share; None for a single one."""
    return None if worker_id == "master" else tmp_path_factory.getbasetemp().parent


@pytest.fixture(autouse=True)
def _alone_or_together(request: pytest.FixtureRequest, room: Path | None) -> Iterator[None]:
    if room is None:
        yield
        return
    way = fcntl.LOCK_EX if request.node.get_closest_marker("alone") else fcntl.LOCK_SH
    with (room / "room").open("a") as inside, (room / "door").open("a") as door:
        # Who waits to be alone stands in the door, or the others would never all be out.
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(inside, way)
        fcntl.flock(door, fcntl.LOCK_UN)
        yield
