"""Sample plans, frozen when a campaign opens."""

from __future__ import annotations

from pathlib import Path

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0017_commitments'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanLine',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stratum', models.CharField(blank=True, default='', max_length=60, verbose_name='stratum')),
                ('population', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='population')),
                ('target', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='planned sheets')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_lines', to='surveys.campaign', verbose_name='campaign')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'line of a sample plan',
                'verbose_name_plural': 'lines of sample plans',
                'constraints': [models.UniqueConstraint(fields=('campaign', 'unit'), name='a_unit_is_planned_once'), models.CheckConstraint(condition=models.Q(('target__gte', 1)), name='a_plan_asks_for_sheets'), models.CheckConstraint(condition=models.Q(('population', None), ('population__gte', models.F('target')), _connector='OR'), name='no_more_sheets_than_people')],
            },
        ),
        migrations.RunSQL(
            (SQL / "0018_plans.sql").read_text(encoding="utf-8"),
            (SQL / "0018_plans_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
