"""What is counted of the closed days of cells; stored whole, as other counted rows (0002)."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('results', '0006_published_campaigns'),
        ('surveys', '0021_days_of_marks'),
    ]

    safe_because = "Only a table that is made here is altered."

    operations = [
        migrations.CreateModel(
            name='SettledCell',
            fields=[
                ('channel', models.SmallIntegerField(choices=[(1, 'kiosk'), (2, 'own phone'), (3, 'paper'), (4, 'interview'), (5, 'online'), (6, 'assisted by staff')])),
                ('standing', models.SmallIntegerField(choices=[(0, 'counted'), (1, 'set aside')])),
                ('n', models.IntegerField()),
                ('counts', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('moments', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('pk', models.CompositePrimaryKey('campaign', 'unit', 'month', 'channel', 'standing', blank=True, editable=False, primary_key=True, serialize=False)),
                ('month', models.IntegerField()),
                ('until', models.DateField()),
                ('campaign', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.campaign')),
                ('unit', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.unit')),
            ],
            options={
                'verbose_name': "cell's closed days",
                'verbose_name_plural': "cells' closed days",
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE results_settledcell SET (toast_tuple_target = 8160)",
            migrations.RunSQL.noop,
        ),
    ]
