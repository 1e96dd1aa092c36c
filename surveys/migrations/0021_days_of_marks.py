"""Marks say which is the earliest day that changed, so that counting re-reads little."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0020_forms_sent_twice"),
    ]

    safe_because = (
        "Functions are replaced in a moment, and what they insert names its columns. A mark that"
        " the functions before wrote says no day, and its cell is counted whole."
    )

    operations = [
        migrations.AddField(
            model_name="stalecell", name="since", field=models.DateField(null=True)
        ),
        migrations.RunSQL(
            (SQL / "0021_days_of_marks.sql").read_text(encoding="utf-8"),
            (SQL / "0021_days_of_marks_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
