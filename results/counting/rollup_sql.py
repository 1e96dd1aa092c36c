"""The SQL of the totals: what they are made of, and how they are replaced."""

from __future__ import annotations

# These read one table each, by its key: joined with the tree, a planner without statistics
# once read every total of the country for every unit.
OWN_CELLS = """
SELECT cell.unit_id, cell.month, cell.channel::integer, cell.standing::integer, cell.n,
       array_send(cell.counts), array_send(cell.moments)
  FROM results_cell AS cell
 WHERE cell.campaign_id = %(campaign)s
   AND cell.unit_id = ANY (%(units)s)
   AND cell.month = ANY (%(months)s)
   AND cell.channel = ANY (%(channels)s)
   AND (cell.unit_id, cell.month, cell.channel) NOT IN (
       SELECT * FROM unnest(%(known_units)s::integer[], %(known_months)s::integer[],
                            %(known_channels)s::integer[]))
"""

TOTALS_OF_MONTHS = """
SELECT total.unit_id, total.period, total.channel::integer, total.standing::integer, total.n,
       array_send(total.counts), array_send(total.moments)
  FROM results_total AS total
 WHERE total.campaign_id = %(campaign)s
   AND total.unit_id = ANY (%(units)s)
   AND total.period BETWEEN %(first)s AND %(last)s
   AND total.channel = ANY (%(channels)s)
"""

CHILDREN = """
SELECT unit_id, parent_id
  FROM surveys_campaignunit
 WHERE campaign_id = %(campaign)s AND parent_id = ANY (%(units)s)
"""

# Nearly all totals are one cell again, that of a commune: the server copies it. Through the
# client, summed and sent back, these rows cost a tenth of the whole count. LIMIT keeps a
# planner that thinks the table small from reading all of it.
COPY_CELLS = """
INSERT INTO results_total
       (campaign_id, unit_id, period, channel, standing, n, counts, moments)
SELECT own.campaign_id, own.unit_id, key.period, own.channel, own.standing, own.n, own.counts,
       own.moments
  FROM unnest(%(units)s::integer[], %(months)s::integer[], %(channels)s::smallint[],
              %(standings)s::smallint[], %(periods)s::integer[])
       AS key (unit_id, month, channel, standing, period)
 CROSS JOIN LATERAL (
       SELECT cell.*
         FROM results_cell AS cell
        WHERE cell.campaign_id = %(campaign)s
          AND cell.unit_id = key.unit_id
          AND cell.month = key.month
          AND cell.channel = key.channel
          AND cell.standing = key.standing
        LIMIT 1
       ) AS own
"""
