"""Several test processes at once (pytest-xdist): what each has of its own.

pytest-django gives each a database, pytest a temporary directory; here each gets a broker.
While they read the tests, the process that deals these out migrates the database they copy.
"""

from __future__ import annotations

import gc
import importlib
import os
from collections import defaultdict
from collections.abc import Generator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django.plugin import blocking_manager_key

MOST = 8
TESTS = Path(__file__).parent


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes `-n auto` starts: two a core, for most tests mostly wait."""
    return min(2 * (os.cpu_count() or 1), MOST)


def template_of(database: str) -> str:
    """Return the name of the migrated database that those of all processes are copies of."""
    return f"test_{database}_template"


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    # What is read now stays to the end: to look for garbage in it takes a quarter of the reading.
    gc.disable()
    own = getattr(session.config, "workerinput", None)
    if own is not None:
        _import_tests(session, own)
    elif session.config.pluginmanager.hasplugin("dsession"):  # deals the tests out
        _migrate(session)
    found = yield
    gc.freeze()
    # Looking for garbage every 700 objects takes a tenth of what the tests themselves do.
    gc.set_threshold(20_000)
    gc.enable()
    return found


def _migrate(session: pytest.Session) -> None:
    if session.config.getoption("reuse_db"):
        return
    used = connection.settings_dict
    used["TEST"]["NAME"] = template_of(used["NAME"])
    with session.config.stash[blocking_manager_key].unblock():
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()


def _import_tests(session: pytest.Session, own: Mapping[str, Any]) -> None:
    """Import the tests from another file on in each process.

    In a fresh clone pytest rewrites every file, five seconds for all, and keeps what it wrote: so
    each file is rewritten by one process and found by the others.
    """
    if [Path(asked).resolve() for asked in session.config.args] != [TESTS]:
        return
    files = sorted(TESTS.rglob("test_*.py"))
    first = len(files) * int(own["workerid"].removeprefix("gw")) // own["workercount"]
    for file in [*files[first:], *files[:first]]:
        name = ".".join(file.relative_to(TESTS.parent).with_suffix("").parts)
        with suppress(Exception):  # the collection says what is wrong
            importlib.import_module(name)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each process begin with live tests of some directories, and go on with any others.

    xdist deals the list out in equal parts, and gives what a process has not come to by then,
    from its end, to those that are through. So a server, a browser, a paired kiosk is started by
    one or two of them, and what changes hands needs none.
    """
    own = getattr(config, "workerinput", None)
    if own is None:
        return
    live, others = defaultdict[Path, list[pytest.Item]](list), list[pytest.Item]()
    for item in items:
        is_live = item.get_closest_marker("live") is not None
        (live[item.path.parent] if is_live else others).append(item)
    parts: list[list[pytest.Item]] = [[] for _ in range(own["workercount"])]
    for together in sorted(live.values(), key=len, reverse=True):
        min(parts, key=len).extend(together)
    undealt, left = iter(others), len(items)
    for number, part in enumerate(parts):
        wanted = left // (len(parts) - number)
        part.extend(islice(undealt, max(0, wanted - len(part))))
        left -= wanted
    items[:] = [item for part in parts for item in part] + list(undealt)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, pytestconfig: pytest.Config, worker_id: str
) -> None:
    """Migrate once for the processes of a run: the database of each is a copy of that one."""
    if worker_id != "master" and not pytestconfig.getoption("reuse_db"):
        used = connection.settings_dict
        used["TEST"] |= {"TEMPLATE": template_of(used["NAME"]), "MIGRATE": False}


@pytest.fixture(scope="session", autouse=True)
def _redis_of_this_process(request: pytest.FixtureRequest, worker_id: str) -> None:
    if worker_id != "master":
        request.getfixturevalue("broker")


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path | None:
    """The directory that the processes of this run share; None for a single one."""
    return None if worker_id == "master" else tmp_path_factory.getbasetemp().parent
