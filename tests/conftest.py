"""What every test may use; docs/contributing.md says how."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import hypothesis
import pytest
from django.utils import timezone

from config.catalogues import compile_catalogues
from results.reading.kept_pages import forget_pages
from surveys.answering.openings import forget_places
from surveys.voice.recordings import forget_recordings

# How long an example takes, and to think of one, depends on what else the machine does. Examples
# are the same in every run, so that none fails for what nobody changed; new ones come with --long.
WITHOUT_CLOCK = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("suite", WITHOUT_CLOCK, derandomize=True)
hypothesis.settings.register_profile("long", WITHOUT_CLOCK)

LONGEST_TEST = timedelta(minutes=2)

pytest_plugins = ["tests.browser", "tests.emptying", "tests.live", "tests.parallel"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="full sizes, and tests marked long")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("long" if config.getoption("long") else "suite")
    if not hasattr(config, "workerinput"):  # one process for all
        compile_catalogues()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("long"):
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def size(pytestconfig: pytest.Config) -> Callable[[int, int], int]:
    """Return a function that takes a small and a full size and gives the one of this run."""
    long = bool(pytestconfig.getoption("long"))
    return lambda small, full: full if long else small


@pytest.fixture(autouse=True)
def _sees_one_day() -> None:
    """What would begin just before midnight begins just after it."""
    now = timezone.localtime()
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    if tomorrow - now < LONGEST_TEST:
        time.sleep((tomorrow - now).total_seconds())


@pytest.fixture(autouse=True)
def _places_of_this_test_only() -> Iterator[None]:
    """Counters and pages are kept for a while, and a test takes back what it wrote."""
    yield
    forget_places()
    forget_recordings()
    forget_pages()
