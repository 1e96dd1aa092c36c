"""The planned units of a sample survey below others, with what of them may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

from results.models import MIXED, WHOLE_CAMPAIGN, Standing
from surveys.models import Campaign

PLANNED = """
SELECT place.path, plan.unit_id, plan.population, plan.stratum, chunk.code,
       total.n, array_send(total.moments), total.period, total.channel::integer
  FROM surveys_planline AS plan
  JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
  JOIN surveys_campaignunit AS chunk
    ON chunk.campaign_id = place.campaign_id AND chunk.unit_id = place.chunk_id
  LEFT JOIN results_releasedtotal AS total
    ON total.campaign_id = plan.campaign_id AND total.unit_id = plan.unit_id
   AND total.standing = %(counted)s AND total.n >= %(threshold)s
   AND (%(period)s::integer IS NULL OR total.period = %(period)s)
   AND (%(channel)s::integer IS NULL OR total.channel = %(channel)s)
 WHERE plan.campaign_id = %(campaign)s AND place.path && %(units)s::integer[]
 ORDER BY place.code
"""


class PlannedRow(NamedTuple):
    """A planned unit: the people its sheets stand for, and its public sums; n 0 without any.

    `stratum`: what it was drawn from, and in which chunk; None: it is asked in any case.
    """

    unit_id: int
    people: int
    stratum: tuple[str, str] | None
    n: int = 0
    moments: bytes = b""


def planned_below(
    campaign: Campaign,
    unit_ids: Sequence[int],
    *,
    period: int | None = WHOLE_CAMPAIGN,
    channel: int | None = MIXED,
) -> dict[tuple[int, int], dict[int, tuple[PlannedRow, ...]]]:
    """Return by period and channel the planned units below units whose figures are weighted.

    Nothing for a campaign whose method does not weigh units, nor for units with none below.

    Args:
        period, channel: None for every one there is.
    """
    if not campaign.method.parsed().weighs_units:
        return {}
    parameters: dict[str, Any] = {
        "campaign": campaign.pk,
        "units": list(unit_ids),
        "period": period,
        "channel": channel,
        "threshold": campaign.threshold,
        "counted": Standing.COUNTED,
    }
    lines: list[tuple[Sequence[int], PlannedRow]] = []
    shown: dict[tuple[int, int], dict[int, PlannedRow]] = {(period or 0, channel or 0): {}}
    with connection.cursor() as cursor:
        cursor.execute(PLANNED, parameters)
        rows = cursor.fetchall()
    for path, unit, people, stratum, chunk, n, moments, *part in rows:
        nothing = PlannedRow(unit, people, (chunk, stratum) if stratum else None)
        if not lines or lines[-1][1].unit_id != unit:
            lines.append((path, nothing))
        if n is not None:
            shown.setdefault((part[0], part[1]), {})[unit] = nothing._replace(n=n, moments=moments)
    wanted = set(unit_ids)
    found: dict[tuple[int, int], dict[int, tuple[PlannedRow, ...]]] = {}
    for key, of_part in shown.items():
        below: dict[int, list[PlannedRow]] = {}
        for path, line in lines:
            for above in wanted.intersection(path[:-1]):
                below.setdefault(above, []).append(of_part.get(line.unit_id, line))
        found[key] = {unit: tuple(parts) for unit, parts in below.items()}
    return found
