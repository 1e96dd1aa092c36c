"""What the database itself guards: marks of stale cells, fitting answers, frozen editions."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_tables")]

    operations = [
        migrations.RunSQL(
            (SQL / "0002_guards.sql").read_text(encoding="utf-8"),
            (SQL / "0002_guards_undo.sql").read_text(encoding="utf-8"),
        )
    ]
