"""A private site with a campaign that is open, started and ready: what both commands work on."""

from __future__ import annotations

import signal
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import django

from config import data_directory
from config.faults.kiosks import Asked, Paired
from config.faults.private_site import PrivateSite

SHEETS_BEFORE = 20_000
ENDING = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class OpenedSite:
    """`stored_before` sheets were stored before any kiosk or person sent one."""

    site: PrivateSite
    asked: Asked
    paired: list[Paired]
    stored_before: int = SHEETS_BEFORE


def end_in_good_order() -> None:
    """Stop everything, and leave nothing behind, also when somebody stops us."""

    def end(number: int, _frame: object) -> None:
        # A second Ctrl-C must not stop the stopping.
        for other in ENDING:
            signal.signal(other, signal.SIG_IGN)
        sys.exit(128 + number)

    for number in ENDING:
        signal.signal(number, end)


def open_site(stack: ExitStack, *, kiosks: int) -> OpenedSite:
    """Make and start a private site; from here on this process belongs to it.

    Raises:
        CannotRun: something is in the way.
    """
    place = tempfile.TemporaryDirectory(prefix="hai-long-faults-", ignore_cleanup_errors=True)
    var = Path(stack.enter_context(place))
    data_directory.check_machine(var)
    site = PrivateSite(stack, var)
    # The settings are read only now: they ask for servers, and these are they.
    django.setup()

    from django.db import connection
    from django.utils import timezone

    from config.faults import world
    from config.prepare import prepare

    prepare(demo=False)
    asked, paired = world.build(kiosks=kiosks, sheets=SHEETS_BEFORE, now=timezone.localtime())
    connection.close()
    site.start_site()
    return OpenedSite(site, asked, paired)
