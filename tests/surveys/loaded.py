"""The shipped units in the database for a whole module of tests; each test takes back its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.worlds import made_once


@contextmanager
def shipped_units(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the shipped files in a transaction around all tests of a module."""
    with made_once(blocker):
        call_command("load_units", verbosity=0)
        # Or the end of every test would check the keys of all these rows again.
        connection.check_constraints()
        yield
