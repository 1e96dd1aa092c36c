"""Keep the arrays of counted rows whole and in place.

A row of about 2.5 kB would otherwise be compressed or moved to a second table at every write;
up to a page it is cheaper to store it as it is.
"""

from __future__ import annotations

from django.db import migrations

TABLES = ("results_cell", "results_total", "results_releasedcell", "results_releasedtotal")


class Migration(migrations.Migration):
    dependencies = [("results", "0001_tables")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} SET (toast_tuple_target = 8160)",
            f"ALTER TABLE {table} RESET (toast_tuple_target)",
        )
        for table in TABLES
    ]
