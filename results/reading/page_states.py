"""What a unit's page depends on, in a few values: has anything it shows changed?"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, QuerySet

from results.models import WHOLE_CAMPAIGN, Release
from results.reading.public_campaigns import top_path
from results.reading.public_rows import headline_channels
from surveys.models import Campaign, CampaignUnit

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
 WHERE NOT %(live)s
   AND place.path[%(depth)s] = %(unit)s
   AND NOT EXISTS (SELECT FROM results_takencell AS taken
                    WHERE taken.campaign_id = %(campaign)s
                      AND taken.unit_id = own.unit_id
                      AND taken.channel = ANY (%(channels)s))
   AND NOT EXISTS (SELECT FROM results_release
                    WHERE campaign_id = %(campaign)s AND final)
"""

# Releases of the campaign and of those before it; commitments made and withdrawn on them; the
# unit's own sheets so far; where sheets wait to be counted, and where to be released.
STATE = f"""
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
           AND channel = ANY (%(channels)s)),
       ARRAY ({MARKED}),
       ARRAY ({DUE})
"""  # noqa: S608 - statements of this module


@dataclass(frozen=True)
class PageState:
    """What a unit's page depends on; equal as long as its figures and counts of sheets are.

    `marked`: the children with sheets not yet counted. `due`: those whose first figures wait for
    a release. None among them stands for the unit itself.
    """

    campaign_id: int
    unit_id: int
    release: int | None
    published: int | None
    commitments: tuple[int, ...]  # made and withdrawn, on this campaign and those before it
    sheets: int | None
    marked: frozenset[int | None]
    due: frozenset[int | None]

    @property
    def waiting(self) -> frozenset[int | None]:
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


def place_in(campaigns: QuerySet[Campaign], code: str | None) -> CampaignUnit:
    """Return what `find_place` does in the one campaign of these, with that: in one statement.

    Raises:
        CampaignUnit.DoesNotExist: there is no campaign, or the code names no unit of its tree.
    """
    units = CampaignUnit.objects.filter(campaign__in=campaigns.values("pk"))
    found = units.filter(parent__isnull=True) if code is None else units.filter(code=code)
    place = found.select_related("campaign__questionnaire", "campaign__method").get()
    if code is None and place.campaign.scope:
        return find_place(place.campaign, None)
    return place


def release_state(campaign: Campaign) -> Hashable:
    """Return a value that is the same as long as what is released of a campaign is."""
    newest = Release.objects.filter(campaign=campaign).aggregate(newest=Max("pk"))
    return campaign.pk, newest["newest"]


def page_state(place: CampaignUnit) -> PageState:
    campaign = place.campaign
    with connection.cursor() as cursor:
        cursor.execute(
            STATE,
            {
                "campaign": place.campaign_id,
                "unit": place.unit_id,
                "depth": len(place.path),
                # A chunk's marks are found by an index; what lies above all chunks reads all.
                "chunk": None if place.parent_id is None else place.chunk_id,
                "period": WHOLE_CAMPAIGN,
                "channels": headline_channels(campaign),
                "threshold": campaign.threshold,
                # Released where it is counted, nothing of it ever waits for a release.
                "live": campaign.publication == Campaign.Publication.LIVE,
            },
        )
        release, published, commitments, sheets, marked, due = cursor.fetchone()
    return PageState(
        campaign_id=place.campaign_id,
        unit_id=place.unit_id,
        release=release,
        published=published,
        commitments=tuple(commitments),
        sheets=sheets,
        marked=frozenset(marked),
        due=frozenset(due),
    )
