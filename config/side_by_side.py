"""What in a migration would hurt the version that runs beside it, or hold citizens up.

While a site is upgraded the old code goes on with the new database (docs/operations.md). So a
migration only adds, and what is no longer used goes one version later. And it takes no lock on a
table of sheets or figures for longer than a moment: who answers would wait behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

# The last migration of each app that a released version has; those up to it ran long ago. Nothing
# is released yet: on the day 0.1.0 is, its last migrations are written here.
RELEASED: Mapping[str, str] = {}

# Tables that grow with every sheet: reading one whole takes seconds to minutes.
LARGE = frozenset(
    {
        *("surveys.response", "surveys.comment", "surveys.spentticket", "surveys.stalecell"),
        *("surveys.receipt", "surveys.setaside", "surveys.optionproof"),
        "surveys.counterdayfacts",
        *(
            "results.cell",
            "results.total",
            "results.takencell",
            "results.settledcell",
            "results.releasedcell",
        ),
        *("results.releasedtotal", "results.releasedsegment", "results.blob"),
    }
)
GENTLE = (AddIndexConcurrently, RemoveIndexConcurrently, AddConstraintNotValid, ValidateConstraint)
NOTED = "safe_because"
"""The attribute by which a migration says why it may do what is found here."""


AnyField: TypeAlias = "models.Field[Any, Any]"
States: TypeAlias = tuple[ProjectState, ProjectState]
"""The tables before an operation and after it."""


@dataclass(frozen=True)
class Hurt:
    """An operation that hurts, and what to do instead."""

    migration: str
    what: str
    instead: str

    def __str__(self) -> str:
        return f"{self.migration}: {self.what}. {self.instead}"


def hurts(connection: BaseDatabaseWrapper, released: Mapping[str, str] = RELEASED) -> list[Hurt]:
    """Return what hurts in our migrations that no released version has."""
    loader = MigrationLoader(None)
    found: list[Hurt] = []
    for app, name in sorted(loader.graph.nodes):
        if app in ("surveys", "results") and name > released.get(app, ""):
            migration = loader.get_migration(app, name)
            before = loader.project_state((app, name), at_end=False)
            found += in_migration(migration, before, connection)
    return found


def in_migration(
    migration: Migration, before: ProjectState, connection: BaseDatabaseWrapper
) -> list[Hurt]:
    """Return what hurts in one migration; nothing where it says why it is safe.

    Args:
        before: the tables as they are when it begins.
    """
    if getattr(migration, NOTED, ""):
        return []
    app, label = migration.app_label, f"{migration.app_label}.{migration.name}"
    state, made, found = before, set[str](), []
    for operation in migration.operations:
        after = state.clone()
        operation.state_forwards(app, after)
        if isinstance(operation, ops.CreateModel):
            made.add(operation.name_lower)
        elif getattr(operation, "model_name_lower", "") not in made:
            for what, instead in _found(operation, app, (state, after), connection):
                found.append(Hurt(label, what, instead))
        state = after
    return found


def _found(
    operation: Operation,
    app: str,
    states: States,
    connection: BaseDatabaseWrapper,
) -> Iterator[tuple[str, str]]:
    said = operation.describe()
    table = f"{app}.{getattr(operation, 'model_name_lower', '')}"
    match operation:
        case ops.RunSQL() | ops.RunPython() | ops.SeparateDatabaseAndState():
            yield f"{said}, which nobody can read here", f"Say in `{NOTED}` why it is safe"
        case ops.RemoveField() | ops.DeleteModel():
            yield f"{said}, which the version before may use", "Do it one version later"
        case ops.RenameField() | ops.RenameModel() | ops.AlterModelTable():
            yield f"{said}: the version before knows the old name", "Add, copy, remove later"
        case ops.AddField():
            yield from _added(operation, said, table)
        case ops.AlterField():
            yield from _altered(operation, said, app, states, connection)
        case ops.AddIndex() | ops.RemoveIndex() | ops.AddConstraint() | ops.AlterUniqueTogether():
            if table in LARGE and not isinstance(operation, GENTLE):
                yield f"{said} locks a large table while it is read", _GENTLER


_GENTLER = "AddIndexConcurrently; AddConstraintNotValid, then ValidateConstraint in another one"


def _added(operation: ops.AddField, said: str, table: str) -> Iterator[tuple[str, str]]:
    field = operation.field
    if field.many_to_many:
        return
    if not field.null and field.db_default is NOT_PROVIDED:
        yield f"{said}: the version before writes rows without it", "null=True or db_default"
    if table in LARGE and isinstance(field, models.ForeignKey) and vars(field)["db_constraint"]:
        yield f"{said} locks a large table while it is read", "db_constraint=False at first"


def _altered(
    operation: ops.AlterField,
    said: str,
    app: str,
    states: States,
    connection: BaseDatabaseWrapper,
) -> Iterator[tuple[str, str]]:
    old, new = (
        cast(
            "AnyField",
            state.apps.get_model(app, operation.model_name)._meta.get_field(operation.name),
        )
        for state in states
    )
    if old.null and not new.null:
        yield f"{said}: the version before may write NULL", "Do it one version later"
    was, becomes = old.db_type(connection), new.db_type(connection)
    if was != becomes and not _only_longer(old, new):
        yield f"{said}: {was} becomes {becomes}, the table is written anew", "A new column"


def _only_longer(old: AnyField, new: AnyField) -> bool:
    """Return whether a text may only be longer than before, which changes no row."""
    if not isinstance(old, models.CharField):
        return False
    if isinstance(new, models.CharField):
        return (new.max_length or 10**9) >= (old.max_length or 10**9)
    return isinstance(new, models.TextField)
