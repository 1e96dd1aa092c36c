"""Finds words and tags in the comments that officials may read, and in no others."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from surveys.free_text.comments import Batch
from surveys.models import Campaign, Comment

# Batches as rows to join: as so many conditions thousands of them would take seconds to plan.
FOUND = """
SELECT said.*
  FROM unnest(%(units)s::int[], %(firsts)s::int[], %(lasts)s::int[]) AS batch (unit_id, first, last)
  JOIN surveys_comment AS said
    ON said.campaign_id = %(campaign)s AND said.unit_id = batch.unit_id
   AND said.month BETWEEN batch.first AND batch.last
 WHERE said.text ILIKE %(words)s
   AND (%(tag)s = '' OR EXISTS (SELECT FROM surveys_commentnote AS note
                                 WHERE note.comment_id = said.id AND %(tag)s = ANY (note.tags)))
 ORDER BY said.id
 LIMIT %(most)s
"""
TAGS = """
SELECT tag, count(*)
  FROM surveys_commentnote, unnest(tags) AS tag
 WHERE campaign_id = %(campaign)s AND unit_id = ANY (%(units)s)
 GROUP BY tag
 ORDER BY count(*) DESC, tag
 LIMIT %(most)s
"""
MOST_TAGS = 30


def found(
    campaign: Campaign, readable: Collection[Batch], *, words: str = "", tag: str = "", most: int
) -> list[Comment]:
    """Return the first readable comments with some words, whatever their capitals, and a tag."""
    escaped = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    parameters = {
        "campaign": campaign.pk,
        "units": [batch.unit_id for batch in readable],
        "firsts": [batch.first for batch in readable],
        "lasts": [batch.last for batch in readable],
        "words": f"%{escaped}%",
        "tag": tag,
        "most": most,
    }
    return list(Comment.objects.raw(FOUND, parameters))


def tags_of(campaign: Campaign, unit_ids: Collection[int]) -> list[tuple[str, int]]:
    """Return the tags given at some units, with how many comments have each, most first."""
    with connection.cursor() as cursor:
        cursor.execute(TAGS, {"campaign": campaign.pk, "units": list(unit_ids), "most": MOST_TAGS})
        return list(cursor.fetchall())
