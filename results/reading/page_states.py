"""What a unit's page depends on, in a few values: has anything it shows changed?"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from results.models import WHOLE_CAMPAIGN, Release
from results.reading.public_campaigns import top_path
from results.reading.public_rows import due_children, headline_channels, marked_children
from surveys.models import Campaign, CampaignUnit

# Releases of the campaign and of those before it; commitments made and withdrawn on them; the
# unit's own sheets so far.
STATE = """
WITH RECURSIVE chain AS (
    SELECT %(campaign)s::integer AS id
     UNION
    SELECT campaign.previous_id
      FROM chain JOIN surveys_campaign AS campaign ON campaign.id = chain.id)
SELECT (SELECT max(id) FROM results_release WHERE campaign_id IN (SELECT id FROM chain)),
       (SELECT max(id) FROM results_publishedindex),
       ARRAY (SELECT unnest(ARRAY[count(*), count(withdrawn_on)])
                FROM surveys_commitment WHERE campaign_id IN (SELECT id FROM chain)),
       (SELECT sum(n)::integer
          FROM results_total
         WHERE campaign_id = %(campaign)s AND unit_id = %(unit)s AND period = %(period)s
           AND channel = ANY (%(channels)s))
"""


@dataclass(frozen=True)
class Waiting:
    """The children with sheets not yet counted, and those whose first figures wait for a release.

    None among them stands for the unit itself.
    """

    marked: frozenset[int | None]
    due: frozenset[int | None]

    @property
    def units(self) -> frozenset[int | None]:
        return self.marked | self.due


def find_place(campaign: Campaign, code: str | None) -> CampaignUnit:
    """Return a unit of a campaign's tree; without a code the top of what it asks about.

    Raises:
        CampaignUnit.DoesNotExist: the code names no unit of the campaign's tree.
    """
    units = CampaignUnit.objects.filter(campaign=campaign)
    if code is None and campaign.scope:
        place = units.get(unit=top_path(campaign)[-1])
    else:
        place = units.get(parent__isnull=True) if code is None else units.get(code=code)
    # The same object, so that reading its method or edition asks the database nothing.
    place.campaign = campaign
    return place


def release_state(campaign: Campaign) -> Hashable:
    """Return a value that is the same as long as what is released of a campaign is."""
    newest = Release.objects.filter(campaign=campaign).aggregate(newest=Max("pk"))
    return campaign.pk, newest["newest"]


def waiting_at(place: CampaignUnit) -> Waiting:
    return Waiting(frozenset(marked_children(place)), frozenset(due_children(place)))


def page_state(place: CampaignUnit, waiting: Waiting) -> Hashable:
    """Return a value that is the same as long as a unit's figures and counts of sheets are."""
    with connection.cursor() as cursor:
        cursor.execute(
            STATE,
            {
                "campaign": place.campaign_id,
                "unit": place.unit_id,
                "period": WHOLE_CAMPAIGN,
                "channels": headline_channels(place.campaign),
            },
        )
        release, published, commitments, sheets = cursor.fetchone()
    shown = release, published, tuple(commitments), sheets
    return place.campaign_id, place.unit_id, *shown, waiting
