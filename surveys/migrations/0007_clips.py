"""Recordings hold their sound in the database. Nothing could be recorded before this."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("surveys", "0006_rewriting"),
    ]

    operations = [
        migrations.DeleteModel(name="Recording"),
        migrations.CreateModel(
            name="Clip",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("suffix", models.CharField(max_length=4)),
                ("content", models.BinaryField()),
            ],
            options={"verbose_name": "clip", "verbose_name_plural": "clips"},
        ),
        migrations.CreateModel(
            name="Recording",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("place", models.CharField(max_length=60, verbose_name="place")),
                ("text", models.TextField(verbose_name="text")),
                (
                    "clip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recordings",
                        to="surveys.clip",
                        verbose_name="clip",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recordings",
                        to="surveys.questionnaire",
                        verbose_name="questionnaire",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "recording",
                "verbose_name_plural": "recordings",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("questionnaire", "language", "place"),
                        name="a_text_is_recorded_once",
                    )
                ],
            },
        ),
    ]
