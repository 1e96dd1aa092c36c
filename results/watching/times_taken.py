"""How long people took, unit by unit: sheets by band of time, told in steps of the threshold.

A live count of sheets by band would tell, of two looks a minute apart, how long the one who
answered between them took. So what is shown of a unit is kept, and counted anew only when at
least the threshold of new sheets stands behind it. Units above add up those below them: whatever
is subtracted from whatever is about as many people.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from results.models import TimesTaken
from surveys.models import Campaign, Channel
from surveys.submissions import SECONDS_BANDS

BANDS = range(1, len(SECONDS_BANDS) + 2)
"""The bands of time taken; 0 is of sheets whose time is not known."""

UNTIMED = (Channel.PAPER, Channel.INTERVIEW)

# Cells tell cheaply where enough is new, sheets set aside among it. How many there are is counted
# from the sheets, and decides: those whose time is not known are none.
COUNT = """
WITH due AS (
    SELECT cell.unit_id
      FROM results_cell AS cell
      LEFT JOIN results_timestaken AS known USING (campaign_id, unit_id)
     WHERE cell.campaign_id = %(campaign)s AND cell.channel = ANY (%(channels)s)
     GROUP BY cell.unit_id
    HAVING sum(cell.n) >= coalesce(max(known.n), 0) + %(threshold)s
), timed AS (
    SELECT unit_id, seconds_band AS band, count(*)::integer AS n
      FROM due
      JOIN surveys_response USING (unit_id)
     WHERE campaign_id = %(campaign)s AND channel = ANY (%(channels)s) AND seconds_band > 0
     GROUP BY unit_id, seconds_band
)
INSERT INTO results_timestaken (campaign_id, unit_id, n, bands)
SELECT %(campaign)s, unit_id, sum(timed.n),
       array_agg(coalesce(timed.n, 0) ORDER BY band)
  FROM (SELECT DISTINCT unit_id FROM timed) AS place
 CROSS JOIN unnest(%(bands)s::smallint[]) AS band
  LEFT JOIN timed USING (unit_id, band)
 GROUP BY unit_id
HAVING sum(timed.n) >= %(threshold)s
    ON CONFLICT (campaign_id, unit_id) DO UPDATE SET n = excluded.n, bands = excluded.bands
 WHERE excluded.n >= results_timestaken.n + %(threshold)s
"""


def count_times(campaign: Campaign) -> int:
    """Count anew where at least the threshold of new sheets came; return at how many units."""
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT,
            {
                "campaign": campaign.pk,
                "channels": [channel for channel in Channel if channel not in UNTIMED],
                "bands": list(BANDS),
                "threshold": max(1, campaign.threshold),
            },
        )
        return int(cursor.rowcount)


def sheets_by_band(campaign: Campaign, unit_ids: Collection[int]) -> list[int]:
    """Return how many sheets of some units, own ones of each, are told by band, shortest first."""
    rows = TimesTaken.objects.filter(campaign=campaign, unit__in=list(unit_ids))
    found = [0] * len(BANDS)
    for bands in rows.values_list("bands", flat=True):
        found = [sum(pair) for pair in zip(found, bands, strict=True)]
    return found
