"""Facts, signs and decisions about counters' days; arrivals by the hour, people served."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0008_roles_and_audit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DayDecision",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("rule", models.CharField(max_length=30, verbose_name="rule")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version of the rules")),
                ("reason", models.TextField(verbose_name="reason")),
                ("decided_at", models.DateTimeField(auto_now_add=True, verbose_name="decided at")),
                ("reversed_at", models.DateTimeField(null=True, verbose_name="taken back at")),
                (
                    "reversal_reason",
                    models.TextField(blank=True, verbose_name="reason to take it back"),
                ),
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
                    "counter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.counter",
                        verbose_name="counter",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "reversed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken back by",
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
            ],
            options={
                "verbose_name": "counter's day set aside",
                "verbose_name_plural": "counters' days set aside",
            },
        ),
        migrations.AddField(
            model_name="setaside",
            name="decision",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sheets",
                to="surveys.daydecision",
            ),
        ),
        migrations.CreateModel(
            name="QualitySign",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("rule", models.CharField(max_length=30, verbose_name="rule")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version of the rules")),
                ("rarity", models.FloatField(verbose_name="rarity")),
                ("figures", models.JSONField(verbose_name="figures")),
                ("found_at", models.DateTimeField(auto_now_add=True, verbose_name="found at")),
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
                    "counter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.counter",
                        verbose_name="counter",
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
            ],
            options={
                "verbose_name": "sign of poor data",
                "verbose_name_plural": "signs of poor data",
            },
        ),
        migrations.CreateModel(
            name="ServedCount",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("n", models.PositiveIntegerField(verbose_name="people served")),
                (
                    "counter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.counter",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "people served on a day",
                "verbose_name_plural": "people served on a day",
            },
        ),
        migrations.CreateModel(
            name="ArrivalCount",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "hour",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(23)],
                        verbose_name="hour",
                    ),
                ),
                ("n", models.PositiveIntegerField(verbose_name="sheets")),
                (
                    "counter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.counter",
                    ),
                ),
            ],
            options={
                "verbose_name": "arrivals in an hour",
                "verbose_name_plural": "arrivals in an hour",
                "constraints": [
                    models.UniqueConstraint(fields=("counter", "day", "hour"), name="an_hour_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CounterDayFacts",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("facts", models.JSONField()),
                (
                    "counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), size=None
                    ),
                ),
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
                    "counter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.counter",
                        verbose_name="counter",
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
            ],
            options={
                "verbose_name": "facts of a counter's day",
                "verbose_name_plural": "facts of counters' days",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "day", "counter"), name="facts_of_a_day_once"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="daydecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reversed_at__isnull", True)),
                fields=("campaign", "counter", "day"),
                name="a_day_is_set_aside_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualitysign",
            constraint=models.UniqueConstraint(
                fields=("campaign", "day", "counter", "rule"), name="a_sign_of_a_day_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="servedcount",
            constraint=models.UniqueConstraint(
                fields=("counter", "day"), name="served_on_a_day_once"
            ),
        ),
    ]
