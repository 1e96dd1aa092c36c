"""Longer names of published indices, ranks without a value, and sources that are no address.

Figures for one factor or question have names up to 59 characters; of some units only the rank
was published; some figures are known from an article whose address was not kept.
"""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("results", "0002_wide_rows")]

    operations = [
        migrations.AlterField(
            model_name="publishedindex",
            name="index_name",
            field=models.CharField(max_length=100, verbose_name="index"),
        ),
        migrations.AlterField(
            model_name="publishedindex",
            name="source",
            field=models.CharField(max_length=500, verbose_name="source"),
        ),
        migrations.AlterField(
            model_name="publishedindex",
            name="value",
            field=models.CharField(blank=True, max_length=50, verbose_name="value"),
        ),
        migrations.AddConstraint(
            model_name="publishedindex",
            constraint=models.CheckConstraint(
                condition=~models.Q(value="") | ~models.Q(rank=""),
                name="a_published_figure_has_a_value_or_a_rank",
            ),
        ),
    ]
