"""What the database says of the segments of a unit. One statement."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection

from surveys.models import Campaign

SEGMENTS = """
SELECT question, option, n, array_send(counts), array_send(moments)
  FROM results_releasedsegment
 WHERE campaign_id = %(campaign)s AND unit_id = %(unit)s
 ORDER BY question, option
"""


class Segment(NamedTuple):
    """Those who chose one option of a profile question; option 0 all others, who said none too.

    Questions whose columns are all zero are not shown.
    """

    question: str
    option: int
    n: int
    counts: bytes
    moments: bytes


def released_segments(campaign: Campaign, unit_id: int) -> list[Segment]:
    """Return the segments of a unit, made with the final release; none of most units."""
    with connection.cursor() as cursor:
        cursor.execute(SEGMENTS, {"campaign": campaign.pk, "unit": unit_id})
        return [Segment(*row) for row in cursor.fetchall()]
