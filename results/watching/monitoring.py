"""What an official watches in a campaign: where it lies, and how its parts are."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple, TypeVar
from urllib.parse import quote

from django.db import connection
from django.db.models import Count, Model, Q, QuerySet, Sum

from results.models import WHOLE_CAMPAIGN, Total
from results.watching import boards, times_taken
from results.watching.boards import Board
from results.watching.watched_kiosks import Kiosks, kiosks
from results.watching.watched_paper import Paper, paper
from surveys.models import (
    ArrivalCount,
    Campaign,
    CampaignUnit,
    Channel,
    QualitySign,
)
from surveys.proofs import canary, proof_state
from surveys.proofs.proof_state import State
from surveys.quality.rules import STRONG
from surveys.rights.acts import Act
from surveys.rights.roles import Rights

Row = TypeVar("Row", bound=Model)
WEEK = timedelta(days=7)
SLOW_SECONDS = 600.0

LATE = """
SELECT count(*)
  FROM surveys_response
 WHERE campaign_id = %(campaign)s AND unit_id = ANY (%(units)s) AND late
"""


class Signs(NamedTuple):
    """Signs that one rule gave: all of them, and the strong ones."""

    rule: str
    n: int
    strong: int


class Watch:
    """What one official may watch of one open campaign, now.

    `tops`: the units it begins with, none above another; all if the campaign lies within reach.
    """

    def __init__(
        self,
        rights: Rights,
        campaign: Campaign,
        *,
        now: datetime,
        unit: CampaignUnit | None = None,
    ) -> None:
        self.rights, self.campaign, self.now = rights, campaign, now
        # What leads back to the unit asked for, from any page that takes one.
        self.unit_query = f"&don-vi={quote(unit.code)}" if unit else ""
        self.behind_query = f"&cham=1{self.unit_query}"
        self.board: Board = boards.board(campaign, now=now)
        self.tops: tuple[int, ...] = (unit.unit_id,) if unit else self._tops()

    def _tops(self) -> tuple[int, ...]:
        reach = self.rights.reach(Act.MONITOR)
        if reach.everywhere:
            return tuple(unit for unit, p in self.board.places.items() if len(p.path) == 1)
        mine = reach.tops_in(self.campaign)
        # A path that has none of these above its end begins there.
        return tuple(
            unit
            for unit, place in self.board.places.items()
            if unit in mine and not mine.intersection(place.path[:-1])
        )

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def is_over(self) -> bool:
        return self.today > self.campaign.closes_on

    @cached_property
    def is_whole(self) -> bool:
        return any(len(self.board.places[top].path) == 1 for top in self.tops)

    @cached_property
    def units(self) -> set[int]:
        return self.board.below(self.tops)

    def here(self, rows: QuerySet[Row], unit: str) -> QuerySet[Row]:
        """Return the rows about units watched; `unit` is the path to their unit."""
        return rows if self.is_whole else rows.filter(**{f"{unit}__in": list(self.units)})

    # Counts of sheets.

    @cached_property
    def sheets(self) -> int:
        return sum(self.board.places[top].sheets for top in self.tops)

    @cached_property
    def totals(self) -> Sequence[tuple[int, int, list[int]]]:
        """Channel, sheets and counts of the units watched, over the campaign so far.

        As old as the board.
        """
        key = ("totals", self.campaign.pk, self.tops)
        return boards.kept(key, boards.SECONDS, self._totals)

    def _totals(self) -> Sequence[tuple[int, int, list[int]]]:
        rows = Total.objects.filter(
            campaign=self.campaign, unit__in=self.tops, period=WHOLE_CAMPAIGN
        )
        return list(rows.values_list("channel", "n", "counts"))

    def channels(self) -> list[tuple[Channel, int]]:
        """Return how many sheets came through each channel, most first."""
        through: Tally[int] = Tally()
        for channel, n, _counts in self.totals:
            through[channel] += n
        return [(Channel(channel), n) for channel, n in through.most_common() if n]

    def bands(self) -> Sequence[int]:
        """Return the sheets so far by band of time taken, shortest first; ten minutes old or more.

        As watching.times_taken tells them: no two looks differ by fewer than the threshold.
        """
        key = ("bands", self.campaign.pk, self.tops)
        return boards.kept(
            key, boards.SECONDS, lambda: times_taken.sheets_by_band(self.campaign, self.units)
        )

    def late(self) -> int:
        """Return the sheets that came after closing; ten minutes old."""
        if not self.is_over:
            return 0
        key = ("late", self.campaign.pk, self.tops)
        return boards.kept(key, SLOW_SECONDS, self._late)

    def _late(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(LATE, {"campaign": self.campaign.pk, "units": sorted(self.units)})
            return int(cursor.fetchone()[0])

    def hours(self) -> list[tuple[int, int]]:
        """Return how many sheets kiosks brought in each hour of today that has ended.

        As old as the board.
        """
        key = ("hours", self.campaign.pk, self.tops, self.today)
        return boards.kept(key, boards.SECONDS, self._hours)

    def _hours(self) -> list[tuple[int, int]]:
        rows = self.here(ArrivalCount.objects.filter(day=self.today), "counter__unit")
        return list(rows.values_list("hour").annotate(n=Sum("n")).order_by("hour"))

    # How the parts are.

    @cached_property
    def kiosks(self) -> Kiosks:
        devices = self.rights.reach(Act.SEE_KIOSKS).devices()
        return kiosks(self.here(devices, "counter__unit"), self.now)

    @cached_property
    def paper(self) -> Paper:
        """Batches of paper of the campaign, none for who may not see them; as old as the board."""
        reach = self.rights.reach(Act.SEE_PAPER)
        if not reach:
            return Paper()
        where = (reach.everywhere, *sorted(reach.tops_in(self.campaign)))
        batches = reach.batches().filter(campaign=self.campaign)
        rows = self.here(batches, "counter__unit")
        key = ("paper", self.campaign.pk, self.tops, where)
        return boards.kept(key, boards.SECONDS, lambda: paper(rows, self.now))

    @cached_property
    def proofs(self) -> Tally[State]:
        """Counters by how their last proof stands; ten minutes old."""
        if not proof_state.is_to_watch(self.campaign, self.today):
            return Tally()
        states = boards.kept(("proofs", self.campaign.pk), SLOW_SECONDS, self._proofs)
        return Tally(state for unit, state in states if unit in self.units)

    def _proofs(self) -> list[tuple[int, State]]:
        counters = canary.counters_of(self.campaign)
        found = proof_state.standings(self.campaign, counters, now=self.now)
        return [(one.unit_id, one.state) for one in found]

    @cached_property
    def signs(self) -> Sequence[Signs]:
        """The signs of the last week by rule, most first."""
        rows = QualitySign.objects.filter(campaign=self.campaign, day__gte=self.today - WEEK)
        by_rule = self.here(rows, "unit").values_list("rule")
        strong = Count("pk", filter=Q(rarity__lte=STRONG))
        counted = by_rule.annotate(n=Count("pk"), strong=strong).order_by("-n", "rule")
        return [Signs(*row) for row in counted]

    def strong_signs(self) -> int:
        return sum(signs.strong for signs in self.signs)
