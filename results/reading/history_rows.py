"""What the database says of earlier campaigns: which came before, what became of their units.

Each function is one statement.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models.expressions import RawSQL

from results.arithmetic.extents import Link
from results.models import MIXED, WHOLE_CAMPAIGN, Standing
from surveys.models import Campaign

MOST_EARLIER = 8
"""How far back a trend goes, in campaigns."""

CHAIN = """
WITH RECURSIVE chain AS (
    SELECT previous_id AS id, 1 AS depth FROM surveys_campaign WHERE id = %s
     UNION ALL
    SELECT campaign.previous_id, depth + 1
      FROM chain JOIN surveys_campaign AS campaign ON campaign.id = chain.id
     WHERE depth < %s)
SELECT id FROM chain
"""

LINKS = """
WITH RECURSIVE back AS (
    SELECT new_id, old_id, kind FROM surveys_succession WHERE new_id = ANY (%(units)s)
     UNION
    SELECT link.new_id, link.old_id, link.kind
      FROM back JOIN surveys_succession AS link ON link.new_id = back.old_id)
SELECT new_id, old_id, kind FROM back
"""

# A unit counts as whole where no part of it lies outside the campaign's scope.
EARLIER = """
SELECT place.campaign_id, place.unit_id, place.parent_id,
       cardinality(campaign.scope) = 0 OR EXISTS (
           SELECT 1
             FROM surveys_campaignunit AS above
            WHERE above.campaign_id = place.campaign_id
              AND above.unit_id = ANY (place.path)
              AND above.code = ANY (campaign.scope)),
       total.n, array_send(total.moments)
  FROM surveys_campaignunit AS place
  JOIN surveys_campaign AS campaign ON campaign.id = place.campaign_id
  LEFT JOIN results_releasedtotal AS total
    ON total.campaign_id = place.campaign_id
   AND total.unit_id = place.unit_id
   AND total.period = %(period)s AND total.channel = %(channel)s AND total.standing = %(counted)s
 WHERE place.campaign_id = ANY (%(campaigns)s)
   AND (place.unit_id = ANY (%(main)s)
        OR place.parent_id = ANY (%(cut)s)
        OR place.campaign_id = %(newest)s AND place.unit_id = ANY (%(others)s))
"""


class EarlierRow(NamedTuple):
    """A unit of an earlier campaign; `n` and `moments` are None where nothing is released."""

    campaign_id: int
    unit_id: int
    parent_id: int | None
    is_whole: bool
    n: int | None
    moments: bytes | None


def earlier_campaigns(campaign: Campaign) -> list[Campaign]:
    """Return the campaigns before a campaign, the newest first."""
    if campaign.previous_id is None:
        return []
    ids = RawSQL(CHAIN, [campaign.pk, MOST_EARLIER])  # noqa: S611 - a statement of this module
    found = Campaign.objects.filter(pk__in=ids).exclude(answers_pattern=None)
    return list(found.select_related("questionnaire", "method").order_by("-opens_on", "-pk"))


def links_into(unit_ids: Collection[int]) -> list[Link]:
    """Return the links into units, into those they came from, and so on."""
    with connection.cursor() as cursor:
        cursor.execute(LINKS, {"units": list(unit_ids)})
        return [Link(*row) for row in cursor.fetchall()]


def earlier_rows(
    campaigns: Sequence[Campaign],
    *,
    main: Collection[int],
    others: Collection[int],
    cut: Collection[int],
) -> list[EarlierRow]:
    """Return rows of earlier campaigns, the newest first in `campaigns`.

    Args:
        main: units to find in every campaign.
        others: units to find in the newest only.
        cut: units whose children are wanted.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            EARLIER,
            {
                "campaigns": [campaign.pk for campaign in campaigns],
                "newest": campaigns[0].pk,
                "main": list(main),
                "others": list(others),
                "cut": list(cut),
                "period": WHOLE_CAMPAIGN,
                "channel": MIXED,
                "counted": Standing.COUNTED.value,
            },
        )
        return [EarlierRow(*row) for row in cursor.fetchall()]
