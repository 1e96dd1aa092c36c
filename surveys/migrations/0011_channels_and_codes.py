"""The channels of an open campaign are frozen; the index on unit codes begins with the code."""

from __future__ import annotations

from pathlib import Path

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import migrations

SQL = Path(__file__).parent / "sql"
NAME = "a_code_names_one_unit_a_day"


class Migration(migrations.Migration):
    dependencies = [("surveys", "0010_accounts")]

    operations = [
        migrations.RunSQL(
            (SQL / "0011_channels.sql").read_text(encoding="utf-8"),
            (SQL / "0011_channels_undo.sql").read_text(encoding="utf-8"),
        ),
        migrations.RemoveConstraint("unit", NAME),
        # Nearly all units are communes: with the tier first each new one was compared with
        # most of the others.
        migrations.AddConstraint(
            "unit",
            ExclusionConstraint(
                name=NAME,
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("tier", RangeOperators.EQUAL),
                    ("in_force", RangeOperators.OVERLAPS),
                ],
            ),
        ),
    ]
