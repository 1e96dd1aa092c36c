"""The hierarchy of units as of a day, and which older units went into which."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.db import connection

BELOW = """
WITH RECURSIVE below (unit_id) AS (
    SELECT unnest(%(tops)s::integer[])
  UNION
    SELECT version.unit_id
      FROM surveys_unitversion AS version JOIN below ON version.parent_id = below.unit_id
     WHERE version.in_force @> %(day)s::date
)
SELECT unit_id FROM below
"""

# An old unit belongs to the new one where all its people went there; not where only a part did,
# since the rest of its figures are the neighbour's.
ABSORBED = """
WITH RECURSIVE absorbed (top_id, unit_id) AS (
    SELECT unit_id, unit_id FROM unnest(%(units)s::integer[]) AS unit_id
  UNION
    SELECT absorbed.top_id, link.old_id
      FROM surveys_succession AS link JOIN absorbed ON link.new_id = absorbed.unit_id
     WHERE link.kind IN ('same', 'whole', 'people_all')
)
SELECT top_id, array_agg(unit_id) FROM absorbed GROUP BY top_id
"""

# From units that are no more to those of a day that have people of theirs, over others that are no
# more either.
BECAME = """
WITH RECURSIVE became (old_id, unit_id) AS (
    SELECT unit_id, unit_id FROM unnest(%(units)s::integer[]) AS unit_id
  UNION
    SELECT became.old_id, link.new_id
      FROM surveys_succession AS link JOIN became ON link.old_id = became.unit_id
     WHERE link.on <= %(day)s::date AND link.kind <> 'land_only'
)
SELECT became.old_id, array_agg(became.unit_id)
  FROM became JOIN surveys_unit AS unit ON unit.id = became.unit_id
 WHERE unit.in_force @> %(day)s::date AND became.unit_id <> became.old_id
 GROUP BY became.old_id
"""

BELOW_WITH_ABSORBED = """
WITH RECURSIVE below (unit_id) AS (
    SELECT unnest(%(tops)s::integer[])
  UNION
    SELECT version.unit_id
      FROM surveys_unitversion AS version JOIN below ON version.parent_id = below.unit_id
     WHERE version.in_force @> %(day)s::date
), absorbed (unit_id) AS (
    SELECT unit_id FROM below
  UNION
    SELECT link.old_id
      FROM surveys_succession AS link JOIN absorbed ON link.new_id = absorbed.unit_id
     WHERE link.kind IN ('same', 'whole', 'people_all')
)
SELECT unit_id FROM absorbed
"""


def below(tops: Collection[int], day: date) -> set[int]:
    """Return the ids of these units and of all below them on the map of a day."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, {"tops": list(tops), "day": day})
        return {unit_id for (unit_id,) in cursor.fetchall()}


def below_with_absorbed(tops: Collection[int], day: date) -> frozenset[int]:
    """Return `below`, and the ids of all units that went whole into one of these."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW_WITH_ABSORBED, {"tops": list(tops), "day": day})
        return frozenset(unit_id for (unit_id,) in cursor.fetchall())


def absorbed(units: Collection[int]) -> Mapping[int, frozenset[int]]:
    """Return for each unit its own id and those of all units that went into it whole."""
    with connection.cursor() as cursor:
        cursor.execute(ABSORBED, {"units": list(units)})
        return {top: frozenset(found) for top, found in cursor.fetchall()}


def became(units: Collection[int], day: date) -> Mapping[int, frozenset[int]]:
    """Return for units that are no more on a day those into which they went, whole or in parts.

    One that went into none, or that still exists, is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(BECAME, {"units": list(units), "day": day})
        return {old: frozenset(found) for old, found in cursor.fetchall()}
