"""Whether the proof that every answer can be given is alive: what was proven when, and where not.

surveys.proofs.canary proves; this only looks at what it left. A chain that stopped leaves nothing
new, so what counts is the day of the last proof, not whether one failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from surveys.models import Campaign, Counter, CounterProof, OptionProof
from surveys.proofs import canary

# The day's proof begins at four in the morning; thousands of counters take some hours.
DONE_BY = time(12)


class State(Enum):
    PROVEN = "proven"
    FAILED = "failed"
    OVERDUE = "overdue"
    NEVER = "never"


@dataclass(frozen=True)
class Watched:
    """A counter of an open campaign, and how its last proof stands."""

    campaign: Campaign
    counter: Counter
    state: State
    proven_on: date | None  # the last day anything was proven here
    faults: int  # options whose last proof failed

    def __str__(self) -> str:
        """Return what is wrong, in a sentence for a mail or a list."""
        said = {
            State.PROVEN: _("every answer can be given"),
            State.FAILED: _("%(n)d answers could not be given"),
            State.OVERDUE: _("not proven since %(day)s"),
            State.NEVER: _("never proven"),
        }[self.state]
        day = date_format(self.proven_on, "SHORT_DATE_FORMAT") if self.proven_on else ""
        return f"{self.campaign.slug} {self.counter.code}: " + said % {
            "n": self.faults,
            "day": day,
        }


def campaigns_to_watch(today: date) -> QuerySet[Campaign]:
    """Return the open campaigns that a proof has been due for: not those that began today."""
    return (
        Campaign.objects.filter(
            answers_pattern__isnull=False, opens_on__lt=today, closes_on__gte=today
        )
        .select_related("questionnaire")
        .order_by("slug")
    )


def is_to_watch(campaign: Campaign, today: date) -> bool:
    """Return whether a campaign is one of these."""
    is_open = campaign.answers_pattern is not None
    return is_open and campaign.opens_on < today <= campaign.closes_on


class Standing(NamedTuple):
    """How a counter stands, without the counter itself: there are thousands."""

    counter_id: int
    unit_id: int
    state: State
    proven_on: date | None
    faults: int


def standings(campaign: Campaign, counters: QuerySet[Counter], *, now: datetime) -> list[Standing]:
    """Return how each counter of a campaign stands, by two queries.

    Args:
        now: local time; from noon on the proof of the day counts, before it yesterday's too.
    """
    since = now.date() - timedelta(days=now.time() < DONE_BY)
    rows = CounterProof.objects.filter(campaign=campaign)
    noted = rows.values_list("counter", "whole_on", "last_on", "faults")
    found = {counter: (whole, last, faults) for counter, whole, last, faults in noted}
    states = []
    for counter_id, unit_id in counters.values_list("pk", "unit_id"):
        whole_on, last, faults = found.get(counter_id, (None, None, 0))
        whole = whole_on is not None and whole_on >= since
        state = _state(whole=whole, ever=last is not None, failed=faults > 0)
        states.append(Standing(counter_id, unit_id, state, last, faults))
    return states


def watched(campaign: Campaign, standings: Iterable[Standing]) -> list[Watched]:
    """Return these counters by name, in the same order."""
    shown = list(standings)
    counters = Counter.objects.in_bulk([one.counter_id for one in shown])
    return [
        Watched(campaign, counters[one.counter_id], one.state, one.proven_on, one.faults)
        for one in shown
    ]


def _state(*, whole: bool, ever: bool, failed: bool) -> State:
    if failed:
        return State.FAILED
    if whole:
        return State.PROVEN
    return State.OVERDUE if ever else State.NEVER


def alarms(*, now: datetime) -> list[Watched]:
    """Return all counters of open campaigns where not every answer is proven."""
    return [
        one
        for campaign in campaigns_to_watch(now.date())
        for one in watched(
            campaign, not_proven(standings(campaign, canary.counters_of(campaign), now=now))
        )
    ]


def not_proven(standings: Iterable[Standing]) -> list[Standing]:
    return [one for one in standings if one.state != State.PROVEN]


def chain_is_lost(states: Iterable[Standing]) -> bool:
    """Return whether nothing was proven anywhere: no canary runs, or it has no key."""
    kinds = {one.state for one in states}
    return bool(kinds) and kinds <= {State.OVERDUE, State.NEVER}


def may_run() -> bool:
    return bool(settings.CANARY_KEY)


@dataclass(frozen=True)
class OptionState:
    """One answer of an edition, over the counters asked for."""

    column: int
    code: str
    proven_on: date | None  # the last day it was proven at every counter
    used_on: date | None
    faults: int  # counters where its last proof failed


def options(campaign: Campaign, counters: QuerySet[Counter]) -> list[OptionState]:
    """Return every answer that was proven or used, in the order of the code book."""
    rows = (
        OptionProof.objects.filter(campaign=campaign, counter__in=counters)
        .values("column", "code")
        .annotate(
            proven=Min("proven_on"),
            used=Max("used_on"),
            faults=Count("pk", filter=~Q(fault="")),
        )
        .order_by("column", "code")
    )
    return [
        OptionState(row["column"], row["code"], row["proven"], row["used"], row["faults"])
        for row in rows
    ]
