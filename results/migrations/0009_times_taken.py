import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('results', '0008_released_indexes'),
        ('surveys', '0021_days_of_marks'),
    ]

    operations = [
        migrations.CreateModel(
            name='TimesTaken',
            fields=[
                ('pk', models.CompositePrimaryKey('campaign', 'unit', blank=True, editable=False, primary_key=True, serialize=False)),
                ('n', models.IntegerField()),
                ('bands', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('campaign', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.campaign')),
                ('unit', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.unit')),
            ],
            options={
                'verbose_name': 'times taken',
                'verbose_name_plural': 'times taken',
            },
        ),
    ]
