"""The published rules: which figures of a counter's day are a sign, how strong, and why. Pure.

A rule compares a counter's day with the other counters of its campaign and with the counter's
own past. Honest counters differ from each other, so a share must exceed twice what is usual
elsewhere before chance is asked about: every threshold stands in this module, and
docs/data-quality.md says what they find and what they miss. A changed rule is a new VERSION.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from math import sqrt

from surveys.quality.counter_days import CounterDay
from surveys.quality.tails import LOWEST, binomial_tail, normal_tail, poisson_tail

VERSION = 1

# Powers of ten. The nation's counters are asked half a million times a month, rules together:
# less than one false "strong" a month and some fifty "moderate" ones, by chance alone.
MODERATE, STRONG = -4.0, -6.0

FEWEST_SHEETS = 10
USUAL_FACTOR = 2.0
"""How far beyond what is usual elsewhere a share or an hour may go unremarked."""
FEWEST_SHARE = {"too_fast": 0.02, "one_answer": 0.10, "same_answers": 0.01}
"""What is taken as usual at least: where nobody else hurries, one hurried sheet is no sign."""
LARGEST_CHANCE_GROUP = 3
"""So many sheets with the same answers say nothing: short forms repeat."""
PAST_SHEETS = 50
FEWEST_PER_CHANNEL = 20
GAP, JUMP = 0.15, 0.20
"""How much more often "best" must be chosen at the kiosk than on own phones, or than before."""
OPTION_SHEETS = 100
OUTSIDE_SHARE = 0.05
"""So much of a day's sheets may come while the office is closed."""


class Strength(Enum):
    MODERATE = "moderate"
    STRONG = "strong"


@dataclass(frozen=True)
class Sign:
    """A reason to look at a counter's day.

    `rarity`: log10 of how likely chance alone would do as much. `figures`: the numbers its
    reason names, by the names of the message.
    """

    rule: str
    rarity: float
    figures: Mapping[str, float | str]

    @property
    def strength(self) -> Strength:
        return Strength.STRONG if self.rarity <= STRONG else Strength.MODERATE


@dataclass(frozen=True)
class Option:
    """An answer that others choose and this counter's people never did.

    `others`: the share elsewhere (0-1); `answered`: how many answered the question here.
    """

    question: str
    position: int
    others: float
    answered: int


@dataclass(frozen=True)
class Situation:
    """A counter's day with what it is compared to.

    `past`: the counter's days before it, added up (28 at most). `elsewhere`: the other counters
    of the campaign over the same days. `hours`: sheets by hour of arrival at the kiosk, empty
    when not known; `usual_hour`: how many an open hour usually brings. `outside`: arrivals at the
    kiosk outside opening hours. `served`: people the office says it served, None when it says
    nothing. `never_chosen`: see Option.
    """

    day: CounterDay
    past: CounterDay
    elsewhere: CounterDay
    hours: Sequence[int] = ()
    usual_hour: float | None = None
    outside: int = 0
    served: int | None = None
    never_chosen: Sequence[Option] = field(default=())


Rule = Callable[[Situation], Sign | None]


def signs(situation: Situation) -> Iterator[Sign]:
    """Yield the signs of a counter's day, at least moderate ones."""
    for rule in RULES.values():
        sign = rule(situation)
        if sign is not None and sign.rarity <= MODERATE:
            yield sign


def too_fast(situation: Situation) -> Sign | None:
    """More sheets than elsewhere took less time than it takes to read the questions."""
    day, others = situation.day, situation.elsewhere
    return _share("too_fast", day.fast, day.timed, others.fast, others.timed)


def one_answer(situation: Situation) -> Sign | None:
    """More sheets than elsewhere give one and the same answer to every question."""
    day, others = situation.day, situation.elsewhere
    return _share("one_answer", day.alike, day.judged, others.alike, others.judged)


def same_answers(situation: Situation) -> Sign | None:
    """Many sheets have the very same answers, though not one level throughout."""
    day = situation.day
    if day.identical <= LARGEST_CHANCE_GROUP or day.judged < FEWEST_SHEETS:
        return None
    others = situation.elsewhere
    usual = _usual("same_answers", others.identical, others.judged)
    rarity = binomial_tail(
        day.identical - LARGEST_CHANCE_GROUP, day.judged - LARGEST_CHANCE_GROUP, usual
    )
    return Sign("same_answers", rarity, {"count": day.identical, "of": day.judged})


def burst(situation: Situation) -> Sign | None:
    """One hour brought far more sheets than an hour usually does."""
    if situation.usual_hour is None or not situation.hours:
        return None
    most = max(situation.hours)
    if most < FEWEST_SHEETS:
        return None
    rarity = poisson_tail(most, USUAL_FACTOR * max(situation.usual_hour, 1.0))
    hour = list(situation.hours).index(most)
    return Sign(
        "burst", rarity, {"count": most, "hour": hour, "usual": round(situation.usual_hour, 1)}
    )


def outside_hours(situation: Situation) -> Sign | None:
    """Sheets came from the kiosk while the office was closed."""
    arrived = sum(situation.hours)
    if situation.outside < FEWEST_SHEETS:
        return None
    rarity = binomial_tail(situation.outside, arrived, OUTSIDE_SHARE)
    return Sign("outside_hours", rarity, {"count": situation.outside, "of": arrived})


def more_than_served(situation: Situation) -> Sign | None:
    """There are more sheets than people the office says it served."""
    if situation.served is None or situation.day.n <= situation.served:
        return None
    return Sign("more_than_served", LOWEST, {"count": situation.day.n, "served": situation.served})


def kiosk_gap(situation: Situation) -> Sign | None:
    """At the kiosk people choose the best answer far more often than on their own phones.

    Staff can fill a kiosk, but hardly two hundred private phones; the same gap at the other
    counters is taken off.
    """
    here = situation.past + situation.day
    if min(here.kiosk.n, here.phone.n) < FEWEST_PER_CHANNEL:
        return None
    others = situation.elsewhere
    usual = others.kiosk.mean - others.phone.mean if others.kiosk.n and others.phone.n else 0.0
    gap = here.kiosk.mean - here.phone.mean - max(usual, 0.0)
    if gap < GAP:
        return None
    error = sqrt(here.kiosk.variance_of_mean + here.phone.variance_of_mean)
    return Sign(
        "kiosk_gap",
        normal_tail(gap / error),
        {"kiosk": _percent(here.kiosk.mean), "phone": _percent(here.phone.mean)},
    )


def jump(situation: Situation) -> Sign | None:
    """The best answer is chosen far more often than at this counter before."""
    day, past = situation.day.all, situation.past.all
    if day.n < FEWEST_SHEETS or past.n < PAST_SHEETS or day.mean - past.mean < JUMP:
        return None
    error = sqrt(day.variance_of_mean + past.variance_of_mean)
    return Sign(
        "jump",
        normal_tail((day.mean - past.mean) / error),
        {"day": _percent(day.mean), "before": _percent(past.mean)},
    )


def option_never_used(situation: Situation) -> Sign | None:
    """An answer others choose was not chosen here by anybody for four weeks."""
    rarest: tuple[float, Option] | None = None
    for option in situation.never_chosen:
        if option.answered < OPTION_SHEETS:
            continue
        rarity = binomial_tail(option.answered, option.answered, 1 - option.others / USUAL_FACTOR)
        if rarest is None or rarity < rarest[0]:
            rarest = rarity, option
    if rarest is None:
        return None
    rarity, option = rarest
    figures: dict[str, float | str] = {"question": option.question, "position": option.position}
    return Sign(
        "option_never_used",
        rarity,
        {**figures, "others": _percent(option.others), "of": option.answered},
    )


def _share(rule: str, seen: int, of: int, others: int, of_others: int) -> Sign | None:
    if of < FEWEST_SHEETS:
        return None
    usual = _usual(rule, others, of_others)
    rarity = binomial_tail(seen, of, usual)
    return Sign(rule, rarity, {"count": seen, "of": of, "usual": _percent(usual / USUAL_FACTOR)})


def _usual(rule: str, others: int, of_others: int) -> float:
    """Return the share up to which a counter is like the others: twice theirs."""
    share = others / of_others if of_others else 0.0
    return min(1.0, USUAL_FACTOR * max(share, FEWEST_SHARE[rule]))


def _percent(share: float) -> float:
    return round(100 * share, 1)


RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        too_fast,
        one_answer,
        same_answers,
        burst,
        outside_hours,
        more_than_served,
        kiosk_gap,
        jump,
        option_never_used,
    )
}
"""Every rule by the name that flags and decisions carry."""
