"""The SQL of releases: who is due, what is there, what was taken in before."""

from __future__ import annotations

# A cell taken in before goes on with its sheets whatever their standing, so that a sheet set
# aside since is no new one; one never taken in begins with the sheets that count.
DUE_FAMILIES = """
WITH part AS (
    SELECT unit_id, month, channel, standing, n, false AS taken
      FROM results_cell
     WHERE campaign_id = %(campaign)s
       AND (%(units)s::integer[] IS NULL OR unit_id = ANY (%(units)s))
     UNION ALL
    SELECT unit_id, month, channel, standing, -n, true
      FROM results_takencell
     WHERE campaign_id = %(campaign)s
       AND (%(units)s::integer[] IS NULL OR unit_id = ANY (%(units)s))
), cell AS (
    SELECT unit_id, channel, bool_or(taken) AS known,
           coalesce(sum(n) FILTER (WHERE standing = 0), 0) AS counted,
           coalesce(sum(n) FILTER (WHERE standing = 1), 0) AS aside
      FROM part
     GROUP BY unit_id, month, channel
), family AS (
    SELECT unit_id,
           CASE WHEN channel = ANY (%(headline)s) THEN 0 ELSE channel END AS channel,
           sum(counted + CASE WHEN known THEN aside ELSE 0 END) AS new,
           sum(CASE WHEN known THEN aside ELSE 0 END) AS moved
      FROM cell
     GROUP BY 1, 2
)
SELECT unit_id, channel::integer
  FROM family
 WHERE new >= %(new)s OR abs(moved) >= %(moved)s
 ORDER BY 1, 2
"""

CELLS = """
SELECT unit_id, month, channel::integer, standing::integer, n,
       array_send(counts), array_send(moments)
  FROM results_cell
 WHERE campaign_id = %(campaign)s AND unit_id = ANY (%(units)s)
"""

TAKEN_CELLS = """
SELECT unit_id, month, channel::integer, standing::integer, n,
       array_send(counts), array_send(moments)
  FROM results_takencell
 WHERE campaign_id = %(campaign)s AND unit_id = ANY (%(units)s)
"""

RELEASED_CELLS = """
SELECT unit_id, month, channel::integer, part::integer, n,
       array_send(counts), array_send(moments)
  FROM results_releasedcell
 WHERE campaign_id = %(campaign)s AND unit_id = ANY (%(units)s)
"""

RELEASED_TOTALS = """
SELECT unit_id, period, channel::integer, standing::integer, n,
       array_send(counts), array_send(moments)
  FROM results_releasedtotal
 WHERE campaign_id = %(campaign)s AND unit_id = ANY (%(units)s)
   AND (period, channel, standing) IN (
       SELECT * FROM unnest(%(periods)s::integer[], %(channels)s::integer[],
                            %(standings)s::integer[]))
"""

CHILDREN = """
SELECT unit_id, parent_id
  FROM surveys_campaignunit
 WHERE campaign_id = %(campaign)s AND parent_id = ANY (%(units)s)
"""

UNITS_WITH_REST = """
SELECT cell.unit_id
  FROM results_cell AS cell
  LEFT JOIN results_takencell AS taken USING (campaign_id, unit_id, month, channel, standing)
 WHERE cell.campaign_id = %(campaign)s
   AND cell.standing = 0
   AND taken.n IS DISTINCT FROM cell.n
 UNION
SELECT unit_id
  FROM results_releasedcell
 WHERE campaign_id = %(campaign)s AND part = 3
"""

# A unit's place among its parent's is of the tree, so it stays whoever is published beside it.
WITHHELD = """
WITH asked AS (
    SELECT total.unit_id, total.withheld, place.parent_id
      FROM results_releasedtotal AS total
      JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
     WHERE total.campaign_id = %(campaign)s AND total.unit_id = ANY (%(units)s)
       AND (total.period, total.channel, total.standing) = (0, 0, 0)
), beside AS (
    SELECT unit_id, row_number() OVER (PARTITION BY parent_id ORDER BY unit_id) - 1 AS place
      FROM surveys_campaignunit
     WHERE campaign_id = %(campaign)s AND parent_id IN (SELECT parent_id FROM asked)
)
SELECT asked.unit_id, asked.withheld,
       NOT EXISTS (SELECT FROM surveys_campaignunit AS child
                    WHERE child.campaign_id = %(campaign)s AND child.parent_id = asked.unit_id),
       coalesce(beside.place, 0)
  FROM asked
  LEFT JOIN beside USING (unit_id)
"""

SET_WITHHELD = """
UPDATE results_releasedtotal
   SET withheld = %(withheld)s
 WHERE campaign_id = %(campaign)s AND unit_id = %(unit)s
   AND (period, channel, standing) = (0, 0, 0)
"""

FORGET_RELEASED_CELLS = """
DELETE FROM results_releasedcell
 WHERE campaign_id = %(campaign)s AND unit_id = ANY (%(units)s)
"""

FORGET_RELEASED_TOTALS = """
DELETE FROM results_releasedtotal
 WHERE campaign_id = %(campaign)s AND unit_id = ANY (%(units)s)
   AND (period, channel, standing) IN (
       SELECT * FROM unnest(%(periods)s::integer[], %(channels)s::integer[],
                            %(standings)s::integer[]))
"""
