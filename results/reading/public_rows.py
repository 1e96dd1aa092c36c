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
from surveys.models import Campaign, CampaignUnit, Channel

RELEASED = """
SELECT total.unit_id, total.n, release.number, release.released_at,
       array_send(total.moments),
       CASE WHEN total.unit_id = %(unit)s THEN array_send(total.counts) END,
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

SLICES = """
SELECT period, channel::integer, n
  FROM results_releasedtotal
 WHERE campaign_id = %(campaign)s AND unit_id = %(unit)s AND standing = 0
   AND n >= %(threshold)s
 ORDER BY period, channel
"""

SEGMENTS = """
SELECT question, option, n, array_send(counts), array_send(moments)
  FROM results_releasedsegment
 WHERE campaign_id = %(campaign)s AND unit_id = %(unit)s
 ORDER BY question, option
"""

# Of sheets set aside there are only released rows, so that one more of them shows nowhere.
SHEETS = """
WITH received AS (
    SELECT total.unit_id, sum(total.n)::integer AS n
      FROM results_total AS total
     WHERE total.campaign_id = %(campaign)s
       AND total.unit_id = ANY (%(units)s)
       AND total.period = %(period)s
       AND total.channel = ANY (%(channels)s)
     GROUP BY total.unit_id)
SELECT received.unit_id, received.n, coalesce(aside.n, 0),
       CASE WHEN received.unit_id = %(unit)s THEN array_send(aside.moments) END
  FROM received
  LEFT JOIN results_releasedtotal AS aside
    ON aside.campaign_id = %(campaign)s AND aside.unit_id = received.unit_id
   AND (aside.period, aside.channel, aside.standing) = (0, 0, 1) AND aside.n >= %(threshold)s
"""

# The child each mark lies in or below; null for a mark on the unit itself.
MARKED = """
SELECT DISTINCT place.path[%(depth)s + 1]
  FROM surveys_stalecell AS mark
  JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
 WHERE mark.campaign_id = %(campaign)s
   AND (%(chunk)s::integer IS NULL OR mark.chunk_id = %(chunk)s)
   AND mark.channel = ANY (%(channels)s)
   AND place.path[%(depth)s] = %(unit)s
"""

# The child each unit lies in or below that has enough sheets of its own and was never
# released; null for the unit itself. Sheets set aside among them: those are not told of.
DUE = """
SELECT DISTINCT place.path[%(depth)s + 1]
  FROM (SELECT cell.unit_id
          FROM results_cell AS cell
         WHERE cell.campaign_id = %(campaign)s
           AND cell.channel = ANY (%(channels)s)
         GROUP BY cell.unit_id
        HAVING sum(cell.n) >= %(threshold)s) AS own
  JOIN surveys_campaignunit AS place
    ON place.campaign_id = %(campaign)s AND place.unit_id = own.unit_id
 WHERE place.path[%(depth)s] = %(unit)s
   AND NOT EXISTS (SELECT FROM results_takencell AS taken
                    WHERE taken.campaign_id = %(campaign)s
                      AND taken.unit_id = own.unit_id
                      AND taken.channel = ANY (%(channels)s))
   AND NOT EXISTS (SELECT FROM results_release
                    WHERE campaign_id = %(campaign)s AND final)
"""


class ReleasedRow(NamedTuple):
    """The public figures of a unit as stored; the arrays in PostgreSQL's binary form."""

    n: int
    release: int
    released_at: datetime
    moments: bytes
    # Of the unit asked for only; the others show their index alone.
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


class Slice(NamedTuple):
    """A part of a unit's figures that can be shown: period 0 or a month, channel 0 or one."""

    period: int
    channel: int
    n: int


class Segment(NamedTuple):
    """Those who chose one option of a profile question; option 0 all others, who said none too.

    Questions whose columns are all zero are not shown.
    """

    question: str
    option: int
    n: int
    counts: bytes
    moments: bytes


class Sheets(NamedTuple):
    """Sheets in the channels of the headline, of a unit and all below it.

    `received`: all so far. `set_aside`: those released as set aside, with their moments where
    the unit was asked for.
    """

    received: int = 0
    set_aside: int = 0
    moments_aside: bytes | None = None


def released_rows(
    campaign: Campaign,
    unit_id: int,
    others: Sequence[int],
    *,
    period: int = WHOLE_CAMPAIGN,
    channel: int = MIXED,
    standing: Standing = Standing.COUNTED,
) -> dict[int, ReleasedRow]:
    """Return the released rows there are, by unit id, of a unit (with counts) and of others.

    Period 0 and channel 0 are the headline; a month goes with channel 0, a channel with
    period 0. Of sheets set aside there are only rows of period 0, where enough were.
    """
    rows = _rows(
        RELEASED,
        {
            "campaign": campaign.pk,
            "unit": unit_id,
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


def released_slices(campaign: Campaign, unit_id: int) -> list[Slice]:
    """Return what can be shown of a unit: the headline, its months, every channel."""
    rows = _rows(
        SLICES, {"campaign": campaign.pk, "unit": unit_id, "threshold": campaign.threshold}
    )
    return [Slice(*row) for row in rows]


def released_segments(campaign: Campaign, unit_id: int) -> list[Segment]:
    """Return the segments of a unit, made with the final release; none of most units."""
    return [Segment(*row) for row in _rows(SEGMENTS, {"campaign": campaign.pk, "unit": unit_id})]


def sheets_of(campaign: Campaign, unit_id: int, others: Sequence[int]) -> dict[int, Sheets]:
    """Return the sheets of a unit (with the moments of those set aside) and of others."""
    rows = _rows(
        SHEETS,
        {
            "campaign": campaign.pk,
            "unit": unit_id,
            "units": [unit_id, *others],
            "period": WHOLE_CAMPAIGN,
            "channels": headline_channels(campaign),
            "threshold": campaign.threshold,
        },
    )
    return {row[0]: Sheets(*row[1:]) for row in rows}


def marked_children(place: CampaignUnit) -> set[int | None]:
    """Return the children with sheets not yet counted in or below them.

    None among them stands for the unit itself; an empty set says that all is counted.
    """
    # A chunk's marks are found by an index; what lies above all chunks reads every mark.
    chunk = None if place.parent_id is None else place.chunk_id
    rows = _rows(MARKED, {**_within(place), "chunk": chunk})
    return {row[0] for row in rows}


def due_children(place: CampaignUnit) -> set[int | None]:
    """Return the children whose first figures only wait for the next release.

    None among them stands for the unit itself. A campaign that publishes as soon as enough
    sheets have come releases where it counts, so nothing of it ever waits.
    """
    if place.campaign.publication == Campaign.Publication.LIVE:
        return set()
    rows = _rows(
        DUE,
        {**_within(place), "threshold": place.campaign.threshold},
    )
    return {row[0] for row in rows}


def headline_channels(campaign: Campaign) -> list[int]:
    return [Channel[name.upper()].value for name in campaign.channels]


def _within(place: CampaignUnit) -> dict[str, Any]:
    return {
        "campaign": place.campaign_id,
        "unit": place.unit_id,
        "depth": len(place.path),
        "channels": headline_channels(place.campaign),
    }


def _rows(query: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
