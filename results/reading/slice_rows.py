"""Which months and channels can be shown of some units. One statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

from surveys.models import Campaign

SLICES = """
SELECT period, channel, sum(n)::integer
  FROM results_releasedtotal
 WHERE campaign_id = %(campaign)s AND unit_id = ANY (%(units)s) AND standing = 0
   AND n >= %(threshold)s AND (period, channel) <> (0, 0)
 GROUP BY period, channel
 ORDER BY period, channel
"""


class Slice(NamedTuple):
    """A part of a unit's figures that can be shown: a month, channel 0; or a channel, period 0.

    `n`: its sheets; None where it is a part of several units.
    """

    period: int
    channel: int
    n: int | None


def slices_of(campaign: Campaign, unit_ids: Sequence[int]) -> list[Slice]:
    """Return the months and channels that can be shown of at least one of some units."""
    asked: dict[str, Any] = {
        "campaign": campaign.pk,
        "units": list(unit_ids),
        "threshold": campaign.threshold,
    }
    with connection.cursor() as cursor:
        cursor.execute(SLICES, asked)
        rows = cursor.fetchall()
    # Sheets of units above one another are in several of them.
    alone = len(unit_ids) == 1
    return [Slice(period, channel, n if alone else None) for period, channel, n in rows]
