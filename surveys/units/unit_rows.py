"""Rows an import of units adds and changes, table by table, and what it tells of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

# Made from the names: a change of them alone is no change a person would see.
KEYS = {"sort_key", "search_key"}
# Where the files leave these empty they say nothing, and what a person wrote stays.
LAWS = {"opened_by", "closed_by", "law"}
CHANGED_AT_ONCE = 200
REPORTED_EVERY = 2000


@dataclass
class Changes:
    """What an import did, or would do; in words where a person may want to look."""

    new_units: int = 0
    new_versions: int = 0
    new_links: int = 0
    unchanged: int = 0
    changed: list[str] = field(default_factory=list)
    # In the database and in no file. They stay, as campaigns, counters or a person's work may
    # stand on them; who wants them gone takes them away by hand.
    unknown: list[str] = field(default_factory=list)


class Batch:
    """Rows of one table to add and to change, written in a few statements."""

    def __init__(self, model: Any, changes: Changes) -> None:
        self.model = model
        self.changes = changes
        self.stored = 0
        self.new: list[dict[str, Any]] = []
        self.changed: list[Any] = []
        self.fields: set[str] = set()

    def put(self, row: Any, values: Mapping[str, Any], label: str) -> None:
        """Take the values into a stored row, and note what a person would see of it."""
        self.stored += 1
        before = {name: getattr(row, name) for name in values}
        different = {
            name: value
            for name, value in values.items()
            if before[name] != value and (value or name not in LAWS)
        }
        if not different:
            self.changes.unchanged += 1
            return
        for name, value in different.items():
            setattr(row, name, value)
        self.changed.append(row)
        self.fields |= set(different)
        seen = [f"{name} {before[name]} → {different[name]}" for name in different.keys() - KEYS]
        self.changes.changed.append(
            f"{label}: {', '.join(sorted(seen)) or _('keys for searching')}"
        )

    def write(self, report: Callable[[int], None]) -> int:
        """Store all, and return how many are new."""
        if self.changed:
            self.model.objects.bulk_update(self.changed, self.fields, batch_size=CHANGED_AT_ONCE)
        report(self.stored)
        if self.new:
            self._copy(report)
        return len(self.new)

    def _copy(self, report: Callable[[int], None]) -> None:
        # COPY took 0.5 s of this process for all units, INSERTs with their parameters 3 s.
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(self.model._meta.db_table),
            sql.SQL(", ").join(sql.Identifier(name) for name in self.new[0]),
        )
        with (
            # Cursors of Django turn the errors of their other methods into Django's, not these.
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for number, row in enumerate(self.new, start=1):
                copy.write_row(list(row.values()))
                if number % REPORTED_EVERY == 0 or number == len(self.new):
                    report((number - 1) % REPORTED_EVERY + 1)
