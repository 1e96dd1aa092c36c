"""The statements that run with every sheet: planned once for each connection, and sent at once.

Django sends a statement whole, values and all, so PostgreSQL parses and plans it each time. For
the two statements of a sheet that was a third of all its processor time. And before the first
statement of a request Django asks by `SELECT 1` whether the connection still lives; these here
find out by themselves (docs/performance.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from django.conf import settings
from django.db import Error, connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor

Parameters: TypeAlias = Sequence[Any] | Mapping[str, Any]
Rows: TypeAlias = list[tuple[Any, ...]]

# Times a statement is sent as it is before it is prepared; settings leave it off, since other
# cursors never prepare.
THRESHOLD = 2


def rows_of(statement: str, parameters: Parameters) -> Rows:
    """Run a statement and return its rows; once more if the connection was lost.

    Lost means that nobody knows whether it ran: only for statements that may run twice.
    """
    try:
        return _rows_of(statement, parameters)
    except Error:
        lost = connection.connection is None or connection.connection.closed
        if not lost or connection.in_atomic_block:
            raise
    connection.close()
    return _rows_of(statement, parameters)


def _rows_of(statement: str, parameters: Parameters) -> Rows:
    connection.ensure_connection()
    # Behind a pooler the next transaction may run in another session, which knows no statement.
    connection.connection.prepare_threshold = None if settings.POOLED else THRESHOLD
    cursor = cast("CursorWrapper", Cursor(connection.connection))
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(cursor) as wrapped:
        wrapped.execute(statement, parameters)
        return cast("Rows", wrapped.fetchall())
