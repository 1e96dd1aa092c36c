"""A database and a directory of the benchmark's own; what is real is never touched."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo


@contextmanager
def scratch_directory() -> Iterator[None]:
    """Collect static files in a temporary directory; this process and its children serve them."""
    with tempfile.TemporaryDirectory(prefix="hai-long-bench-") as var:
        os.environ["VAR_DIR"] = var
        settings.STATIC_ROOT = Path(var) / "static"
        call_command("collectstatic", interactive=False, verbosity=0)
        yield


@contextmanager
def scratch_database() -> Iterator[str]:
    """Work in an empty, migrated database on the same server, and drop it in the end.

    This process and every child it starts use it. Yields its name. Among tests it is a copy of
    their template, which is migrated.
    """
    real_name, real_address = connection.settings_dict["NAME"], address()
    template = connection.settings_dict["TEST"].get("TEMPLATE", "template1")
    name = f"bench_{secrets.token_hex(4)}"
    connection.close()
    with psycopg.connect(real_address, autocommit=True) as admin:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        admin.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            connection.settings_dict["NAME"] = name
            # Children have no other way to learn where they work.
            os.environ["DATABASE_URL"] = address()
            call_command("migrate", verbosity=0)
            yield name
        finally:
            connection.close()
            connection.settings_dict["NAME"] = real_name
            os.environ["DATABASE_URL"] = real_address
            admin.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def address() -> str:
    """Return the address of the database in use, as DATABASE_URL takes it."""
    used = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    names |= {"host": "HOST", "port": "PORT"}
    parts = {key: used[name] for key, name in names.items() if used[name]}
    return make_conninfo(**parts, **used["OPTIONS"])


def settle() -> None:
    """Leave no work of the last step to the next: vacuum, gather statistics, flush to disk."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
