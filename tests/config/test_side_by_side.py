"""What a migration may do while the version before it still runs."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import connection, models
from django.db.migrations import operations as ops
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from config import side_by_side

INDEX = models.Index(fields=["day"], name="by_day")
CHECK = models.CheckConstraint(condition=models.Q(day__gt=0), name="a_day_is_a_day")


def tables() -> ProjectState:
    state = ProjectState()
    for name in ("Response", "Campaign"):
        fields: list[tuple[str, models.Field[Any, Any]]] = [
            ("id", models.AutoField(primary_key=True)),
            ("day", models.IntegerField(null=True)),
            ("code", models.CharField(max_length=10)),
        ]
        ops.CreateModel(name, fields).state_forwards("surveys", state)
    return state


def found(*operations: Operation, **attributes: str) -> list[side_by_side.Hurt]:
    migration = type("Migration", (Migration,), {"operations": list(operations), **attributes})
    return side_by_side.in_migration(migration("0099_next", "surveys"), tables(), connection)


@pytest.mark.parametrize(
    "operation",
    [
        ops.AddField("response", "late", models.BooleanField(default=False)),
        ops.AddField(
            "response", "of", models.ForeignKey("surveys.Campaign", models.PROTECT, null=True)
        ),
        ops.AlterField("campaign", "day", models.IntegerField(default=0)),
        ops.AlterField("campaign", "day", models.BigIntegerField(null=True)),
        ops.AlterField("campaign", "code", models.CharField(max_length=5)),
        ops.RemoveField("campaign", "day"),
        ops.RenameField("campaign", "day", "on"),
        ops.DeleteModel("Campaign"),
        ops.RenameModel("Campaign", "Round"),
        ops.AddIndex("response", INDEX),
        ops.AddConstraint("response", CHECK),
        ops.RunSQL("SELECT 1"),
        ops.RunPython(ops.RunPython.noop),
    ],
    ids=lambda operation: operation.describe(),
)
def test_what_hurts_is_named(operation: Operation) -> None:
    assert len(found(operation)) == 1


@pytest.mark.parametrize(
    "operation",
    [
        ops.AddField("response", "late", models.BooleanField(default=False, db_default=False)),
        ops.AddField("response", "place", models.IntegerField(null=True)),
        ops.AlterField("campaign", "code", models.CharField(max_length=50)),
        ops.AlterField("campaign", "code", models.TextField()),
        ops.AddIndex("campaign", INDEX),
        AddIndexConcurrently("response", INDEX),
        AddConstraintNotValid("response", CHECK),
        ops.AlterModelOptions("response", {"verbose_name": "sheet"}),
    ],
    ids=lambda operation: operation.describe(),
)
def test_what_is_gentle_is_not(operation: Operation) -> None:
    assert found(operation) == []


def test_a_table_made_here_may_be_given_anything() -> None:
    made = ops.CreateModel("Comment", [("id", models.AutoField(primary_key=True))])
    field = ops.AddField("comment", "text", models.TextField(default=""))

    assert found(made, field) == []


def test_a_migration_may_say_why_it_is_safe() -> None:
    assert found(ops.RunSQL("SELECT 1"), safe_because="It only reads.") == []


def test_only_what_no_released_version_has_is_looked_at() -> None:
    found = side_by_side.hurts(connection, {"surveys": "0007_clips", "results": "9999"})

    named = {hurt.migration for hurt in found}
    assert "surveys.0008_roles_and_audit" in named  # SQL that says nothing of itself
    assert min(named) > "surveys.0007_clips"
