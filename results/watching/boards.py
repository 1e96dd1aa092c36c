"""How many sheets every unit of a campaign has, today and so far: counts only, a minute old.

Officials look at these all day; they are made once a minute for all of them. Nothing here says
how satisfied anybody is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from time import monotonic
from typing import TypeVar

from django.db import connection

from results.models import WHOLE_CAMPAIGN, Standing
from results.watching import kept_boards
from results.watching.kept_boards import Rows
from surveys.models import Campaign, Channel

SECONDS = 60.0
MOST_KEPT = 200
# Before this many days a pace says nothing.
DAYS_OF_PACE = 3

# By the index of sheets, unit by unit and channel by channel: other days are not read.
PLACES = """
SELECT place.unit_id, place.path, coalesce(total.n, 0)::bigint,
       coalesce(total.counted, 0)::bigint, today.n,
       EXISTS (SELECT FROM surveys_counter AS counter
                WHERE counter.unit_id = place.unit_id AND counter.active),
       plan.target, plan.stratum, place.chunk_id
  FROM surveys_campaignunit AS place
  LEFT JOIN surveys_planline AS plan
    ON plan.campaign_id = place.campaign_id AND plan.unit_id = place.unit_id
  LEFT JOIN (
        SELECT unit_id, sum(n) AS n,
               sum(n) FILTER (WHERE standing = %(counted)s AND channel = ANY (%(headline)s))
                   AS counted
          FROM results_total
         WHERE campaign_id = %(campaign)s AND period = %(whole)s
         GROUP BY unit_id
       ) AS total ON total.unit_id = place.unit_id
 CROSS JOIN LATERAL (
        SELECT count(*) AS n
          FROM unnest(%(channels)s::smallint[]) AS through (channel)
          JOIN surveys_response AS sheet
            ON sheet.campaign_id = %(campaign)s AND sheet.unit_id = place.unit_id
           AND sheet.channel = through.channel AND sheet.answered_on = %(today)s
       ) AS today
 WHERE place.campaign_id = %(campaign)s
"""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Quota:
    """What a sample plan asks of a unit; strata of different chunks are different ones."""

    target: int
    stratum: str
    chunk: int


@dataclass
class Place:
    """A unit and all below it: sheets of today, received and counted so far.

    `asked`: units among them with an open counter; `enough` of these have reached the
    threshold; `missing` will not reach it at the pace so far; `silent` have no sheet at all.
    `planned` sheets are asked for by the plan, `toward` it so many were counted at the units it
    names; `behind` are those of them that will not bring theirs at the pace so far. `quota` is
    what is asked of this very unit.
    """

    unit_id: int
    path: tuple[int, ...]
    sheets: int
    counted: int
    today: int = 0
    asked: int = 0
    enough: int = 0
    missing: list[int] = field(default_factory=list)
    silent: list[int] = field(default_factory=list)
    planned: int = 0
    toward: int = 0
    behind: list[int] = field(default_factory=list)
    quota: Quota | None = None


@dataclass(frozen=True)
class Board:
    """All units of a campaign as they stood at a time."""

    campaign: Campaign
    as_of: datetime
    places: Mapping[int, Place]

    def below(self, tops: Iterable[int]) -> set[int]:
        """Return the units that are one of these or lie below one."""
        above = set(tops)
        return {unit for unit, place in self.places.items() if above.intersection(place.path)}

    def children(self, top: int) -> list[Place]:
        return [p for p in self.places.values() if len(p.path) > 1 and p.path[-2] == top]


def board(campaign: Campaign, *, now: datetime) -> Board:
    """Return the board of an open campaign, as old as its `as_of` says.

    Two minutes at most while beat makes it, and a minute and a half more once beat has stopped.

    Args:
        now: local time.
    """
    return kept(("board", campaign.pk, now.date()), SECONDS, lambda: _board(campaign, now))


def keep_wanted(*, now: datetime) -> int:
    """Make the boards anew that somebody looks at, for all processes; return how many.

    Args:
        now: local time.
    """
    campaigns = Campaign.objects.exclude(answers_pattern=None)
    asked = list(campaigns.filter(pk__in=kept_boards.wanted(now)))
    for campaign in asked:
        kept_boards.put(campaign.pk, _rows(campaign, now.date()), now=now)
    return len(asked)


def _board(campaign: Campaign, now: datetime) -> Board:
    kept_boards.want(campaign.pk, now)
    if (found := kept_boards.get(campaign.pk, now=now)) is not None:
        return _built(campaign, *found)
    return _built(campaign, now, _rows(campaign, now.date()))


def expected(counted: int, campaign: Campaign, today: date) -> float:
    """Return how many sheets a unit will have at the end, at its pace so far."""
    days = (campaign.closes_on - campaign.opens_on).days + 1
    return counted * days / elapsed(campaign, today)


def elapsed(campaign: Campaign, today: date) -> int:
    """Return how many of the campaign's days have begun; at least one."""
    return max(1, (min(today, campaign.closes_on) - campaign.opens_on).days + 1)


def _rows(campaign: Campaign, today: date) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(
            PLACES,
            {
                "campaign": campaign.pk,
                "whole": WHOLE_CAMPAIGN,
                "counted": Standing.COUNTED,
                "headline": [int(Channel[name.upper()]) for name in campaign.channels],
                "channels": Channel.values,
                "today": today,
            },
        )
        return list(cursor.fetchall())


def _built(campaign: Campaign, as_of: datetime, rows: Rows) -> Board:
    today = as_of.date()
    places = {row[0]: Place(row[0], tuple(row[1]), row[2], row[3]) for row in rows}
    may_tell = elapsed(campaign, today) >= DAYS_OF_PACE
    for unit, path, sheets, counted, of_today, asked, *plan in rows:
        pace = expected(counted, campaign, today)
        missing = may_tell and pace < campaign.threshold
        quota = places[unit].quota = None if plan[0] is None else Quota(*plan)
        for above in path:
            place = places[above]
            place.today += of_today
            if quota:
                place.planned += quota.target
                place.toward += counted
                place.behind += [unit] * (may_tell and pace < quota.target)
            if asked:
                place.asked += 1
                place.enough += counted >= campaign.threshold
                place.missing += [unit] * missing
                place.silent += [unit] * (may_tell and not sheets and not of_today)
    return Board(campaign, as_of, places)


_kept: dict[Hashable, tuple[float, object]] = {}
_lock = Lock()


def kept(key: Hashable, seconds: float, make: Callable[[], Value]) -> Value:
    """Return what was made for a key not longer ago than this, or make it."""
    with _lock:
        until, value = _kept.get(key, (0.0, None))
        if until > monotonic():
            return value  # type: ignore[return-value]  # what is kept under a key is what its maker made
    made = make()
    with _lock:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = monotonic() + seconds, made
    return made


def forget() -> None:
    """Forget what is kept."""
    with _lock:
        _kept.clear()
