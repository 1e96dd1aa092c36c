"""What the nightly rewrite of closed days needs: its record, and triggers that let it be."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_names_of_fields")]

    operations = [
        migrations.CreateModel(
            name="Rewriting",
            fields=[
                ("transaction", models.BigIntegerField(primary_key=True, serialize=False)),
                ("done_on", models.DateField(verbose_name="done on")),
            ],
            options={
                "verbose_name": "rewrite of closed days",
                "verbose_name_plural": "rewrites of closed days",
            },
        ),
        migrations.RunSQL(
            (SQL / "0006_rewriting.sql").read_text(encoding="utf-8"),
            (SQL / "0006_rewriting_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
