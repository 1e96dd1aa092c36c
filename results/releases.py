"""Releases: what of the counted the public may see, in its simplest honest form.

A unit's own figures take in new sheets only when at least `threshold` have come since they
last did; every unit shows the sum of what is released of itself and below. So nobody, the
office included, can subtract two views and see fewer than `threshold` people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Max

from results.models import Release, Standing
from results.moments import Tabulator
from results.wire import copy_into, fetch, from_wire
from surveys.models import Campaign, CampaignUnit, Channel

DUE_UNITS = """
SELECT own.unit_id
  FROM (SELECT cell.unit_id, sum(cell.n) AS n
          FROM results_cell AS cell
         WHERE cell.campaign_id = %(campaign)s
           AND (%(units)s::integer[] IS NULL OR cell.unit_id = ANY (%(units)s))
           AND cell.channel = ANY (%(channels)s)
           AND cell.standing = %(counted)s
         GROUP BY cell.unit_id) AS own
  LEFT JOIN results_releasedcell AS known
    ON known.campaign_id = %(campaign)s AND known.unit_id = own.unit_id
   AND (known.month, known.channel, known.part) = (0, 0, 0)
 WHERE own.n - coalesce(known.n, 0) >= %(threshold)s
"""

OWN_CELLS = """
SELECT cell.unit_id, cell.n, array_send(cell.counts), array_send(cell.moments)
  FROM results_cell AS cell
 WHERE cell.campaign_id = %(campaign)s
   AND cell.unit_id = ANY (%(units)s)
   AND cell.channel = ANY (%(channels)s)
   AND cell.standing = %(counted)s
 ORDER BY cell.unit_id
"""

PARTS_OF_RELEASED_TOTALS = """
SELECT own.unit_id, own.n, array_send(own.counts), array_send(own.moments)
  FROM results_releasedcell AS own
 WHERE own.campaign_id = %(campaign)s AND own.unit_id = ANY (%(units)s)
 UNION ALL
SELECT child.parent_id, total.n, array_send(total.counts), array_send(total.moments)
  FROM surveys_campaignunit AS child
  JOIN results_releasedtotal AS total
    ON total.campaign_id = %(campaign)s AND total.unit_id = child.unit_id
 WHERE child.campaign_id = %(campaign)s AND child.parent_id = ANY (%(units)s)
 ORDER BY 1
"""


def lock_root(campaign: Campaign) -> int:
    """Wait for the right to write the root's totals and releases; return the root's unit id.

    It is held to the end of the transaction. NO KEY: a plain FOR UPDATE would hold up every
    citizen's sheet, whose foreign key takes a share lock on rows of this table.
    """
    root = CampaignUnit.objects.select_for_update(no_key=True).get(
        campaign=campaign, parent__isnull=True
    )
    return root.unit_id


def publish(campaign: Campaign, *, now: datetime) -> Release | None:
    """Make a release of every unit with enough new sheets; None when no unit has."""
    with transaction.atomic():
        lock_root(campaign)
        return release_due(campaign, None, now=now)


def release_due(
    campaign: Campaign, unit_ids: Collection[int] | None, *, now: datetime
) -> Release | None:
    """Release those of the units named (None: of all) that have enough new sheets.

    The caller is in a transaction that holds `lock_root`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            DUE_UNITS,
            {
                **_headline(campaign),
                "units": None if unit_ids is None else list(unit_ids),
                "threshold": campaign.threshold,
            },
        )
        due = [row[0] for row in cursor.fetchall()]
    if not due:
        return None
    last = Release.objects.filter(campaign=campaign).aggregate(last=Max("number"))["last"] or 0
    release = Release.objects.create(
        campaign=campaign, number=last + 1, released_at=now, units=len(due)
    )
    _write(release, "results_releasedcell", due, OWN_CELLS)
    for units in _levels(campaign, due):
        _write(release, "results_releasedtotal", units, PARTS_OF_RELEASED_TOTALS)
    return release


def _headline(campaign: Campaign) -> dict[str, Any]:
    return {
        "campaign": campaign.pk,
        "channels": [Channel[name.upper()].value for name in campaign.channels],
        "counted": Standing.COUNTED.value,
    }


def _levels(campaign: Campaign, unit_ids: Iterable[int]) -> list[list[int]]:
    """Return the units and all above them, a list per depth, deepest first."""
    levels: dict[int, set[int]] = {}
    paths = CampaignUnit.objects.filter(campaign=campaign, unit__in=unit_ids)
    for path in paths.values_list("path", flat=True):
        for depth, unit_id in enumerate(path):
            levels.setdefault(depth, set()).add(unit_id)
    return [sorted(levels[depth]) for depth in sorted(levels, reverse=True)]


def _write(release: Release, table: str, unit_ids: list[int], parts_query: str) -> None:
    """Replace the rows of some units in a table of released figures by the sum of their parts."""
    campaign = release.campaign
    tabulator = Tabulator(campaign.questionnaire.parsed(), campaign.method.parsed())
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE campaign_id = %s AND unit_id = ANY (%s)",  # noqa: S608 - one of two names in this module
            [campaign.pk, unit_ids],
        )
    parts = fetch(parts_query, {**_headline(campaign), "units": unit_ids})
    units = np.array([row[0] for row in parts])
    starts = np.flatnonzero(np.diff(units, prepend=-1))
    n = np.array([row[1] for row in parts])
    counts = from_wire([row[2] for row in parts], tabulator.counts_width, size=4)
    moments = from_wire([row[3] for row in parts], tabulator.moments_width, size=8)
    copy_into(
        table,
        {
            "campaign_id": (np.full(len(starts), campaign.pk), 4),
            "unit_id": (units[starts], 4),
            **_headline_row(release, table, len(starts)),
            "n": (np.add.reduceat(n, starts), 4),
        },
        {
            "counts": (np.add.reduceat(counts, starts, axis=0), 4),
            "moments": (np.add.reduceat(moments, starts, axis=0), 8),
        },
    )


def _headline_row(release: Release, table: str, rows: int) -> dict[str, tuple[Any, int]]:
    zeros = np.zeros(rows, dtype=np.int64)
    if table == "results_releasedcell":
        return {"month": (zeros, 4), "channel": (zeros, 2), "part": (zeros, 2)}
    return {
        "period": (zeros, 4),
        "channel": (zeros, 2),
        "standing": (zeros, 2),
        "release_id": (np.full(rows, release.pk), 4),
    }
