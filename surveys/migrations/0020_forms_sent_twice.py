"""A form of tickets sent twice gives one batch; the log may name a draft that was deleted."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0019_receipts"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticketbatch",
            name="asked_as",
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="ticketbatch",
            name="asked_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="campaign",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="surveys.campaign",
                verbose_name="campaign",
            ),
        ),
    ]
