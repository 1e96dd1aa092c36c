"""Releases in blocks: what was taken in per cell, and released figures by month and channel.

Rows of releases made before cannot be told apart by month and channel, so they go: release again
(`publish_results`). Nothing counted is touched.
"""

from __future__ import annotations

import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

STANDINGS = [(0, "counted"), (1, "set aside")]
CHANNELS = [
    (1, "kiosk"),
    (2, "own phone"),
    (3, "paper"),
    (4, "interview"),
    (5, "online"),
    (6, "assisted by staff"),
]
PARTS = [
    (0, "own sheets"),
    (1, "own sheets set aside"),
    (2, "sheets of units below, too few to be shown there"),
    (3, "answers that wait"),
    (4, "answers withheld"),
]
TABLES = (
    "results_takencell",
    "results_releasedcell",
    "results_releasedtotal",
    "results_releasedsegment",
)


def key(*names):
    return (
        "pk",
        models.CompositePrimaryKey(
            *names, blank=True, editable=False, primary_key=True, serialize=False
        ),
    )


def to(name, model):
    return (
        name,
        models.ForeignKey(
            db_constraint=False,
            db_index=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to=model,
        ),
    )


def release():
    return (
        "release",
        models.ForeignKey(
            db_index=False,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to="results.release",
        ),
    )


def counted():
    return [
        to("campaign", "surveys.campaign"),
        to("unit", "surveys.unit"),
        ("n", models.IntegerField()),
        ("counts", ArrayField(base_field=models.IntegerField(), size=None)),
        ("moments", ArrayField(base_field=models.BigIntegerField(), size=None)),
    ]


class Migration(migrations.Migration):
    dependencies = [("results", "0003_published_names_and_sources")]

    operations = [
        migrations.DeleteModel("ReleasedCell"),
        migrations.DeleteModel("ReleasedTotal"),
        migrations.RunSQL("DELETE FROM results_release", migrations.RunSQL.noop),
        migrations.AddField(
            "release",
            "reason",
            models.TextField(blank=True, db_default="", default="", verbose_name="reason"),
        ),
        migrations.AddField(
            "release",
            "final",
            models.BooleanField(db_default=False, default=False, verbose_name="final"),
        ),
        migrations.CreateModel(
            "TakenCell",
            [
                key("campaign", "unit", "month", "channel", "standing"),
                ("month", models.IntegerField()),
                ("channel", models.SmallIntegerField(choices=CHANNELS)),
                ("standing", models.SmallIntegerField(choices=STANDINGS)),
                *counted(),
            ],
            {"verbose_name": "cell as taken in", "verbose_name_plural": "cells as taken in"},
        ),
        migrations.CreateModel(
            "ReleasedCell",
            [
                key("campaign", "unit", "month", "channel", "part"),
                ("month", models.IntegerField()),
                ("channel", models.SmallIntegerField()),
                ("part", models.SmallIntegerField(choices=PARTS)),
                *counted(),
            ],
            {"verbose_name": "released cell", "verbose_name_plural": "released cells"},
        ),
        migrations.CreateModel(
            "ReleasedTotal",
            [
                key("campaign", "unit", "period", "channel", "standing"),
                ("period", models.IntegerField()),
                ("channel", models.SmallIntegerField()),
                ("standing", models.SmallIntegerField(choices=STANDINGS)),
                ("pooled", models.IntegerField(db_default=0, default=0)),
                (
                    "withheld",
                    ArrayField(
                        base_field=models.SmallIntegerField(),
                        db_default=[],
                        default=list,
                        size=None,
                    ),
                ),
                *counted(),
                release(),
            ],
            {"verbose_name": "released total", "verbose_name_plural": "released totals"},
        ),
        migrations.CreateModel(
            "ReleasedSegment",
            [
                key("campaign", "unit", "question", "option"),
                ("question", models.CharField(max_length=30)),
                ("option", models.SmallIntegerField()),
                *counted(),
                release(),
            ],
            {"verbose_name": "released segment", "verbose_name_plural": "released segments"},
        ),
        # As in migration 0002.
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} SET (toast_tuple_target = 8160)",
                f"ALTER TABLE {table} RESET (toast_tuple_target)",
            )
            for table in TABLES
        ),
    ]
