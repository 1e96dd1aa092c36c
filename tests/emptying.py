"""How the database of a test that commits is emptied: when nothing is in flight, and fast.

Django's own way truncates every table, which costs half a second, and asks for the lock of one
after the other: a request that a closed page left running may hold one of them and wait for
another. Here only tables that hold something are emptied, row by row, which waits for nobody.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase
from psycopg import sql

# Django makes them once, with the tables.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}
IN_FLIGHT = """
SELECT pid, format('%s for %s: %s', state, clock_timestamp() - xact_start, query)
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
AND backend_type = 'client backend' AND state <> 'idle'
"""
LONGEST_REQUEST = 60.0


@pytest.fixture(scope="session", autouse=True)
def _emptied_in_our_way() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty_database())
        patch.setattr(connection.creation, "_destroy_test_db", drop_database)
        yield


def drop_database(name: str, _verbosity: int) -> None:
    """Drop a test database, though the session of a server that was just stopped may linger."""
    creation: Any = connection.creation
    with creation._nodb_cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def empty_database() -> None:
    """Delete every row but Django's own, once no other connection is at work.

    A superuser's session role leaves triggers out: none marks a cell, none guards the audit log.
    The tables then look as new to the planner and keep no space of dead rows.
    """
    with connection.cursor() as cursor:
        still_at_work = _wait_until_quiet(cursor)
        if filled := _filled(cursor):
            cursor.execute("SET session_replication_role = replica")
            try:
                for table in filled:
                    cursor.execute(sql.SQL("DELETE FROM {}").format(table))
            finally:
                cursor.execute("SET session_replication_role = DEFAULT")
            cursor.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(filled)))
    assert not still_at_work, f"the test is over, and still at work was {still_at_work}"


def _wait_until_quiet(cursor: CursorWrapper) -> list[str]:
    """Return what still was at work after the longest request; it is ended, for the next test."""
    end = time.monotonic() + LONGEST_REQUEST
    while running := _in_flight(cursor):
        if time.monotonic() > end:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s) AS pid", [[*running]]
            )
            return [*running.values()]
        time.sleep(0.02)
    return []


def _in_flight(cursor: CursorWrapper) -> dict[int, str]:
    """Return what other connections are at, by process of the server."""
    cursor.execute(IN_FLIGHT)
    return dict(cursor.fetchall())


def _filled(cursor: CursorWrapper) -> list[sql.Identifier]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    tables = [sql.Identifier(name) for (name,) in cursor.fetchall() if name not in KEPT]
    asked = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(place, table)
        for place, table in enumerate(tables)
    ]
    cursor.execute(sql.SQL(" UNION ALL ").join(asked))
    return [tables[place] for (place,) in cursor.fetchall()]
