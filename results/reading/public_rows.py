"""What the database says of a unit and the units below it: released rows, sheets, marks.

Each function is one statement, whatever the tier.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from results.models import MIXED, WHOLE_CAMPAIGN, Standing
from results.reading.planned_rows import PlannedRow, planned_below
from results.reading.slice_rows import Slice
from results.reading.tier_rows import FURTHER_BELOW, Below, ClassOfTier
from surveys.models import Campaign, Channel

RELEASED = """
SELECT total.unit_id, total.n, release.number, release.released_at,
       array_send(total.moments),
       CASE WHEN total.unit_id = ANY (%(counted)s) THEN array_send(total.counts) END,
       total.pooled, total.withheld || coalesce(headline.withheld, '{}')
  FROM results_releasedtotal AS total
  JOIN results_release AS release ON release.id = total.release_id
  -- What the headline withholds, no month or channel of it shows.
  LEFT JOIN results_releasedtotal AS headline
    ON headline.campaign_id = total.campaign_id AND headline.unit_id = total.unit_id
   AND (headline.period, headline.channel, headline.standing) = (0, 0, 0)
   AND (total.period, total.channel) <> (0, 0)
 WHERE total.campaign_id = %(campaign)s AND total.unit_id = ANY (%(units)s)
   AND total.period = %(period)s AND total.channel = %(channel)s
   AND total.standing = %(standing)s
"""

COUNTS = """
SELECT total.unit_id, array_send(total.counts),
       total.withheld || coalesce(headline.withheld, '{}')
  FROM results_releasedtotal AS total
  -- What the headline withholds, no month or channel of it shows.
  LEFT JOIN results_releasedtotal AS headline
    ON headline.campaign_id = total.campaign_id AND headline.unit_id = total.unit_id
   AND (headline.period, headline.channel, headline.standing) = (0, 0, 0)
   AND (total.period, total.channel) <> (0, 0)
 WHERE total.campaign_id = %(campaign)s AND total.unit_id = ANY (%(units)s)
   AND total.period = %(period)s AND total.channel = %(channel)s AND total.standing = 0
   AND total.n >= %(threshold)s
"""

# Of sheets set aside there are only released rows, so that one more of them shows nowhere.
SHEETS = f"""
WITH received AS (
    SELECT total.unit_id, sum(total.n)::integer AS n
      FROM results_total AS total
     WHERE total.campaign_id = %(campaign)s
       AND total.unit_id = ANY (%(units)s)
       AND total.period = %(period)s
       AND total.channel = ANY (%(channels)s)
     GROUP BY total.unit_id)
SELECT received.unit_id, received.n, coalesce(aside.n, 0),
       CASE WHEN received.unit_id = %(unit)s THEN array_send(aside.moments) END,
       CASE WHEN received.unit_id = %(unit)s THEN ARRAY (
           SELECT ARRAY[period, channel, n]
             FROM results_releasedtotal
            WHERE campaign_id = %(campaign)s AND unit_id = %(unit)s AND standing = 0
              AND n >= %(threshold)s AND (period, channel) <> (0, 0)
            ORDER BY period, channel) END,
       CASE WHEN received.unit_id = %(unit)s AND %(tier)s <> '' THEN array_send(ARRAY (
           SELECT unnest(ARRAY[unit_id, ratio, variance, sheets, freedom])
             FROM results_releasedindex
            WHERE campaign_id = %(campaign)s AND tier = %(tier)s)) END,
       CASE WHEN received.unit_id = %(unit)s AND %(further)s THEN ({FURTHER_BELOW}) END
  FROM received
  LEFT JOIN results_releasedtotal AS aside
    ON aside.campaign_id = %(campaign)s AND aside.unit_id = received.unit_id
   AND (aside.period, aside.channel, aside.standing) = (0, 0, 1) AND aside.n >= %(threshold)s
"""  # noqa: S608 - statements of this package


class ReleasedRow(NamedTuple):
    """The public figures of a unit as stored; the arrays in PostgreSQL's binary form."""

    n: int
    release: int
    released_at: datetime
    moments: bytes
    # Of the units asked for only; the others show their index alone.
    counts: bytes | None
    # Sheets among the n that are of units below, but too few to be shown in any of those.
    pooled: int
    # Questions whose counts are not shown, by number in the edition.
    withheld: list[int]
    # The planned units below one whose figures are weighted; None: its sheets count alike.
    planned: tuple[PlannedRow, ...] | None = None


class ReleasedCounts(NamedTuple):
    """What was answered to every question, as stored, and the questions not shown."""

    counts: bytes
    withheld: list[int]


class Sheets(NamedTuple):
    """Sheets in the channels of the headline, of a unit and all below it.

    `received`: all so far. `set_aside`: those released as set aside. Their moments, the months
    and channels that can be shown, the indexes of all units of its tier (reading.tier_places) and
    the tiers further below than its children are of the unit asked for only.
    """

    received: int = 0
    set_aside: int = 0
    moments_aside: bytes | None = None
    slices: tuple[Slice, ...] = ()
    tier_indices: bytes | None = None
    further_below: tuple[ClassOfTier, ...] = ()


def released_rows(
    campaign: Campaign,
    unit_id: int,
    others: Sequence[int],
    *,
    period: int = WHOLE_CAMPAIGN,
    channel: int = MIXED,
    standing: Standing = Standing.COUNTED,
    counted: Sequence[int] = (),
) -> dict[int, ReleasedRow]:
    """Return the released rows there are, by unit id, of a unit and of others.

    The unit's row has counts, and so have those of `counted`.
    Period 0 and channel 0 are the headline; a month goes with channel 0, a channel with
    period 0. Of sheets set aside there are only rows of period 0, where enough were.
    """
    rows = _rows(
        RELEASED,
        {
            "campaign": campaign.pk,
            "counted": [unit_id, *counted],
            "units": [unit_id, *others],
            "period": period,
            "channel": channel,
            "standing": standing,
        },
    )
    found = {row[0]: ReleasedRow(*row[1:]) for row in rows}
    if standing != Standing.COUNTED:
        return found
    by_slice = planned_below(campaign, list(found), period=period, channel=channel)
    below = by_slice.get((period, channel), {})
    return {unit: row._replace(planned=below.get(unit)) for unit, row in found.items()}


def released_counts(
    campaign: Campaign,
    unit_ids: Sequence[int],
    *,
    period: int = WHOLE_CAMPAIGN,
    channel: int = MIXED,
) -> dict[int, ReleasedCounts]:
    """Return the released counts of published units, by unit id."""
    rows = _rows(
        COUNTS,
        {
            "campaign": campaign.pk,
            "units": list(unit_ids),
            "period": period,
            "channel": channel,
            "threshold": campaign.threshold,
        },
    )
    return {row[0]: ReleasedCounts(*row[1:]) for row in rows}


def sheets_of(
    campaign: Campaign,
    unit_id: int,
    others: Sequence[int],
    *,
    tier: str = "",
    below: Below | None = None,
) -> dict[int, Sheets]:
    """Return the sheets of a unit (with what `Sheets` has of it alone) and of others.

    Args:
        tier: of the unit, where the indexes of its tier are wanted.
        below: where the tiers further below than its children are wanted.
    """
    depth, chunk, ends = below or Below(0, None, ())
    rows = _rows(
        SHEETS,
        {
            "campaign": campaign.pk,
            "unit": unit_id,
            "units": [unit_id, *others],
            "period": WHOLE_CAMPAIGN,
            "channels": headline_channels(campaign),
            "threshold": campaign.threshold,
            "tier": tier,
            "further": below is not None,
            "depth": depth,
            "chunk": chunk,
            "ends": list(ends),
        },
    )
    return {
        unit: Sheets(
            *(received, aside, moments, tuple(Slice(*one) for one in slices or ()), indices),
            tuple(ClassOfTier(*one) for one in further or ()),
        )
        for unit, received, aside, moments, slices, indices, further in rows
    }


def headline_channels(campaign: Campaign) -> list[int]:
    return [Channel[name.upper()].value for name in campaign.channels]


def _rows(query: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
