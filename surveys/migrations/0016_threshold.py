"""The threshold of an open campaign is frozen."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0015_sheet_exports")]

    operations = [
        migrations.RunSQL(
            (SQL / "0016_threshold.sql").read_text(encoding="utf-8"),
            (SQL / "0016_threshold_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
