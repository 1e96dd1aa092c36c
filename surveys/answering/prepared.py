"""Cursors for the statements that run with every sheet: planned once for each connection.

Django sends a statement whole, values and all, so PostgreSQL parses and plans it each time. For
the two statements of a sheet that was a third of all its processor time (docs/performance.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor

# Times a statement is sent as it is before it is prepared; settings leave it off, since other
# cursors never prepare.
THRESHOLD = 2


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """Yield a cursor like `connection.cursor()`, whose statements are prepared when repeated."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.connection.prepare_threshold = THRESHOLD
    cursor = cast("CursorWrapper", Cursor(connection.connection))
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(cursor) as wrapped:
        yield wrapped
