"""Rows made once for a whole module of tests; each test takes back its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def made_once(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep what is written in a transaction around all tests of a module, and then take it back.

    The fixture that uses it must be set up for every test of the module that looks at the
    database (autouse where not all ask for it): which of them come first is not known.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
