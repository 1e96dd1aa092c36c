"""Receipt codes: a campaign may give them; what is kept of them is a digest."""

from __future__ import annotations

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0018_sample_plans"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="receipts",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="receipt codes"
            ),
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("digest", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("list_number", models.IntegerField(null=True, verbose_name="list")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.campaign",
                    ),
                ),
            ],
            options={
                "verbose_name": "receipt",
                "verbose_name_plural": "receipts",
            },
        ),
        migrations.RunSQL(
            (SQL / "0019_receipts.sql").read_text(encoding="utf-8"),
            (SQL / "0019_receipts_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
