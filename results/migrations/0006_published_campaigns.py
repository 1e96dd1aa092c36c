"""Campaigns with a release say since when they are published."""

from __future__ import annotations

from django.db import migrations

FILL = """
UPDATE surveys_campaign AS campaign SET published_at = first.released_at
  FROM (SELECT campaign_id, min(released_at) AS released_at
          FROM results_release GROUP BY campaign_id) AS first
 WHERE first.campaign_id = campaign.id AND campaign.published_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("results", "0005_frozen_releases"),
        ("surveys", "0012_campaign_states"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
