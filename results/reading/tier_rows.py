"""The units further below a unit than its children, counted by tier and class of their index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

# Of the unit asked for, inside the statement that reads its sheets (reading.public_rows): a page
# takes no statement more for it. Only districts and communes have indexes kept for this.
FURTHER_BELOW = """
SELECT json_agg(json_build_array(tier, reached, units, ratios) ORDER BY tier, reached DESC)
  FROM (SELECT place.tier, width_bucket(index.ratio, %(ends)s::float8[]) AS reached,
               count(*) AS units, sum(index.ratio ORDER BY place.unit_id) AS ratios
          FROM surveys_campaignunit AS place
          LEFT JOIN results_releasedindex AS index
            ON (index.campaign_id, index.tier, index.unit_id)
             = (place.campaign_id, place.tier, place.unit_id)
         WHERE place.campaign_id = %(campaign)s
           AND (%(chunk)s::integer IS NULL OR place.chunk_id = %(chunk)s)
           AND place.path[%(depth)s] = %(unit)s AND cardinality(place.path) > %(depth)s + 1
           AND place.tier IN ('district', 'commune')
         GROUP BY 1, 2) AS class_of_a_tier
"""


class Below(NamedTuple):
    """What is asked about the units below a unit's children.

    `depth`: how long the unit's path is; `chunk`: its own, None where it lies above all chunks;
    `ends`: where each class begins, as ratios between 0 and 1, the lowest first.
    """

    depth: int
    chunk: int | None
    ends: Sequence[float]


class ClassOfTier(NamedTuple):
    """Units of a tier whose index reached so many ends of classes; None: they have no index.

    `ratios`: the sum of their indexes as ratios between 0 and 1.
    """

    tier: str
    reached: int | None
    units: int
    ratios: float | None
