"""How the last proof of each counter ended, so that a list need not read every answer's."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

# As surveys.proofs.proof_state worked it out from the answers, each time it was asked.
FILL = """
INSERT INTO surveys_counterproof (campaign_id, counter_id, whole_on, last_on, faults)
SELECT campaign_id, counter_id,
       CASE WHEN bool_and(proven_on IS NOT NULL) THEN min(proven_on) END, max(proven_on),
       count(*) FILTER (WHERE fault <> '')
  FROM surveys_optionproof
 GROUP BY campaign_id, counter_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0022_vacuum_of_sheets"),
    ]

    safe_because = "It only adds a table. Old code beside it notes no proof there for a morning."

    operations = [
        migrations.CreateModel(
            name="CounterProof",
            fields=[
                (
                    "id",
                    models.AutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("whole_on", models.DateField(null=True)),
                ("last_on", models.DateField(null=True)),
                ("faults", models.PositiveIntegerField(default=0)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.campaign",
                    ),
                ),
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
                "verbose_name": "proof of a counter",
                "verbose_name_plural": "proofs of counters",
            },
        ),
        migrations.AddConstraint(
            model_name="counterproof",
            constraint=models.UniqueConstraint(
                fields=("campaign", "counter"), name="a_counter_has_one_proof"
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
