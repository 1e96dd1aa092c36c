"""What units' leaders promise in public."""

from __future__ import annotations

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0016_threshold"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Commitment",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("criterion", models.CharField(max_length=50, verbose_name="criterion")),
                ("what", models.CharField(max_length=600, verbose_name="what will be done")),
                (
                    "answers_for_it",
                    models.CharField(max_length=200, verbose_name="who answers for it"),
                ),
                ("until", models.DateField(verbose_name="until")),
                ("published_on", models.DateField(verbose_name="published on")),
                (
                    "withdrawn_on",
                    models.DateField(blank=True, null=True, verbose_name="withdrawn on"),
                ),
                ("reason", models.CharField(blank=True, max_length=600, verbose_name="reason")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="withdrawn by",
                    ),
                ),
            ],
            options={
                "verbose_name": "commitment",
                "verbose_name_plural": "commitments",
                "indexes": [
                    models.Index(fields=["campaign", "unit"], name="commitments_of_a_unit")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("what__regex", ".{5}"), models.Q(("answers_for_it", ""), _negated=True)
                        ),
                        name="a_commitment_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("published_on"))),
                        name="a_commitment_looks_ahead",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("reason", ""), ("withdrawn_by", None), ("withdrawn_on", None)
                            ),
                            models.Q(
                                ("reason__regex", ".{5}"),
                                ("withdrawn_by__isnull", False),
                                ("withdrawn_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_commitment_is_withdrawn_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "0017_commitments.sql").read_text(encoding="utf-8"),
            (SQL / "0017_commitments_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
