"""What is asked at a counter: every request of a citizen or a device starts here.

A counter that was found is kept until any counter or campaign changes, which is looked for every
PLACE_SECONDS: a counter switched off or a campaign closed by hand takes a last sheet at most that
much later. What is not found is asked anew. Whether a day is within the open days is decided for
each request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from time import monotonic
from typing import TypeAlias

from surveys.answering.prepared import rows_of
from surveys.models import Campaign, Counter, Questionnaire
from surveys.questionnaires.editions import Edition

# Written by hand because it runs for every sheet: through the ORM the same rows cost the web
# process 1.1 ms, this way 0.1 ms. Names are only to be shown and come by subqueries: planning
# one join of all tables cost PostgreSQL 0.7 ms, this costs 0.2 ms.
FIND = """
SELECT counter.id, counter.name, counter.kind, counter.active, counter.unit_id,
       place.campaign_id, place.code,
       (SELECT full_name FROM surveys_unitversion WHERE id = place.version_id),
       (SELECT version.full_name
          FROM surveys_campaignunit AS above
          JOIN surveys_unitversion AS version ON version.id = above.version_id
         WHERE above.campaign_id = place.campaign_id AND above.unit_id = place.parent_id
           AND above.tier <> 'nation')
  FROM surveys_counter AS counter
  LEFT JOIN surveys_campaignunit AS place ON place.unit_id = counter.unit_id
 WHERE counter.code = %s
"""
# Differs once a counter or a campaign is made, changed or deleted, and that is committed: xmin is
# the transaction that wrote a row. Trees are made with a change of their campaign, and then stay.
CHANGES = """
SELECT *
  FROM (SELECT count(*), sum(xmin::text::bigint) FROM surveys_counter) AS counters,
       (SELECT count(*), sum(xmin::text::bigint) FROM surveys_campaign) AS campaigns
"""
PLACE_SECONDS = 2
NAMES_SECONDS = 600  # after which the name of a unit is asked anew
Changes: TypeAlias = tuple[int | None, ...]
CAMPAIGN_FIELDS = (
    *("slug", "title", "opens_on", "closes_on", "threshold", "simulated"),
    *("short_first", "auto_advance", "tickets", "receipts", "questionnaire"),
)


@dataclass(frozen=True)
class Opening:
    """A campaign that asks about the unit of a counter, on some days.

    Of `campaign` only CAMPAIGN_FIELDS are loaded. `above` is the name of the unit above, empty
    under the nation; both names are those of the campaign's tree.
    """

    campaign: Campaign
    questionnaire: str  # the reference of the edition, such as sipas-22@1
    unit_code: str
    unit_name: str
    above: str

    def takes_answers_on(self, day: date) -> bool:
        return self.campaign.opens_on <= day <= self.campaign.closes_on

    def edition(self) -> Edition:
        return edition_of(self.campaign.pk, self.questionnaire)


@dataclass(frozen=True)
class Place:
    """A counter and the campaigns that have asked, ask or will ask there, the latest first."""

    counter: Counter
    openings: tuple[Opening, ...]

    def open_on(self, day: date) -> Opening | None:
        """Return what is asked on a day; of several campaigns, the latest opened."""
        if not self.counter.active:
            return None
        return next((opening for opening in self.openings if opening.takes_answers_on(day)), None)

    def named(self, slug: str) -> Opening | None:
        """Return the campaign of this name, open or not."""
        return next((opening for opening in self.openings if opening.campaign.slug == slug), None)


class NoSuchCounter(LookupError):
    """There is no counter with this code."""


def find_place(counter_code: str) -> Place | None:
    """Return the counter with this code and its campaigns, None if there is no such counter."""
    if "\x00" in counter_code:  # PostgreSQL's texts cannot hold it
        return None
    try:
        return _find_place(counter_code, _changes(int(monotonic() // PLACE_SECONDS)))
    except NoSuchCounter:
        return None


def forget_places() -> None:
    """Ask the database again at once: for tests, which take back what they wrote."""
    _changes.cache_clear()
    _find_place.cache_clear()
    _campaign.cache_clear()


@lru_cache(maxsize=1)
def _changes(tick: int) -> Changes:
    """Return what differs between two ticks when what is kept may no longer be so."""
    return (tick * PLACE_SECONDS // NAMES_SECONDS, *rows_of(CHANGES, [])[0])


@lru_cache(maxsize=8192)  # some 2 kB each
def _find_place(counter_code: str, changes: Changes) -> Place:
    rows = rows_of(FIND, [counter_code])
    if not rows:
        raise NoSuchCounter
    pk, name, kind, active, unit_id = rows[0][:5]
    counter = Counter(
        id=pk, code=counter_code, name=name, kind=kind, active=active, unit_id=unit_id
    )
    found = [
        Opening(campaign, str(campaign.questionnaire), code, unit_name, above or "")
        for (campaign_id, code, unit_name, above) in (row[5:] for row in rows)
        if campaign_id is not None and (campaign := _campaign(campaign_id, changes))
    ]
    found.sort(key=lambda opening: (-opening.campaign.opens_on.toordinal(), opening.campaign.slug))
    return Place(counter, tuple(found))


@lru_cache(maxsize=64)
def _campaign(campaign_id: int, _changes: Changes) -> Campaign | None:
    """Return a campaign that has opened; campaigns are few, so nearly always it is known."""
    return (
        Campaign.objects.filter(pk=campaign_id, answers_pattern__isnull=False)
        .select_related("questionnaire")
        .only(*CAMPAIGN_FIELDS, "questionnaire__code", "questionnaire__edition")
        .first()
    )


@lru_cache(maxsize=64)
def edition_of(campaign_id: int, _reference: str) -> Edition:
    """Return the edition of a campaign; triggers keep both as they are once it is open."""
    return Questionnaire.objects.get(campaigns=campaign_id).parsed()
