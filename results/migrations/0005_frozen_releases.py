"""Frozen releases: signed lists of files, and the files, kept once by their content."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('results', '0004_releases_in_blocks'),
    ]

    operations = [
        migrations.CreateModel(
            name='Blob',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('content', models.BinaryField()),
            ],
            options={
                'verbose_name': 'file of a frozen release',
                'verbose_name_plural': 'files of frozen releases',
            },
        ),
        migrations.CreateModel(
            name='Bundle',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('manifest', models.BinaryField()),
                ('signature', models.BinaryField()),
                ('merkle_root', models.CharField(max_length=64)),
                ('release', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='bundle', to='results.release')),
            ],
            options={
                'verbose_name': 'frozen release',
                'verbose_name_plural': 'frozen releases',
            },
        ),
        migrations.CreateModel(
            name='BundleFile',
            fields=[
                ('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=100)),
                ('size', models.IntegerField()),
                ('blob', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='results.blob')),
                ('bundle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='results.bundle')),
            ],
            options={
                'verbose_name': 'file in a frozen release',
                'verbose_name_plural': 'files in frozen releases',
                'constraints': [models.UniqueConstraint(fields=('bundle', 'path'), name='a_path_stands_once_in_a_frozen_release')],
            },
        ),
    ]
