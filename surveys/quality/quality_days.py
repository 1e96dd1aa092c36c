"""What officials see of one counter's day: its counts beside those before and elsewhere.

Counts of sheets stand as they are; what is known of answers only where at least the campaign's
threshold of sheets stands behind it, and satisfaction then only to the nearest 5 %. Sums over days
or counters are of such ones too: two sums that differ by one day show no day of few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Field, FloatField, IntegerField, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from surveys.models import (
    ArrivalCount,
    CounterDayFacts,
    DayDecision,
    QualitySign,
    Response,
    ServedCount,
)
from surveys.quality import reasons
from surveys.quality.counter_days import CounterDay, Rated
from surveys.quality.detection import WINDOW
from surveys.quality.rules import Strength

COUNTED = ("n", "judged", "timed", "fast", "alike", "identical")
RATED = ("kiosk", "phone", "all")
# Of how many sheets each is known; the number of sheets itself is no secret.
OF = {
    **dict.fromkeys(("timed", "fast"), "timed"),
    **dict.fromkeys(("judged", "alike", "identical"), "judged"),
    **{f"{name}__{part}": f"{name}__n" for name in RATED for part in ("n", "total")},
}
# With fewer, "elsewhere" would be the neighbour.
COUNTERS_ELSEWHERE = 5


@dataclass(frozen=True)
class FactLine:
    """One thing known, in words: of the day, of the counter's days before, of others that day."""

    label: str
    day: str
    before: str
    elsewhere: str


@dataclass(frozen=True)
class SignLine:
    """A sign with its reason, and what else it may mean."""

    sign: QualitySign
    title: str
    reason: str
    otherwise: str
    strength: Strength

    @property
    def strength_text(self) -> str:
        return str(reasons.STRENGTHS[self.strength])


def sign_lines(of_day: CounterDayFacts) -> list[SignLine]:
    """Return the signs of a counter's day, the rarest first."""
    edition = of_day.campaign.questionnaire.parsed()
    rows = QualitySign.objects.filter(
        campaign=of_day.campaign_id, counter=of_day.counter_id, day=of_day.day
    )
    return [
        SignLine(
            sign,
            reasons.title(sign.rule),
            reasons.reason(sign, edition, threshold=of_day.campaign.threshold),
            str(reasons.WORDS[sign.rule].otherwise),
            reasons.strength(sign),
        )
        for sign in rows.order_by("rarity", "rule")
        if sign.rule in reasons.WORDS
    ]


def decisions_of(of_day: CounterDayFacts) -> list[DayDecision]:
    """Return what was decided of a counter's day, the latest first."""
    rows = DayDecision.objects.filter(
        campaign=of_day.campaign_id, counter=of_day.counter_id, day=of_day.day
    )
    return list(rows.select_related("decided_by", "reversed_by").order_by("-decided_at"))


def served(of_day: CounterDayFacts) -> ServedCount | None:
    return ServedCount.objects.filter(counter=of_day.counter_id, day=of_day.day).first()


def sheets(of_day: CounterDayFacts) -> int:
    """Return how many sheets the counter's day has now; more may have come since the night."""
    return Response.objects.filter(
        campaign=of_day.campaign_id,
        unit=of_day.unit_id,
        answered_on=of_day.day,
        counter=of_day.counter_id,
    ).count()


def hours(of_day: CounterDayFacts) -> list[tuple[int, str]]:
    """Return the hours in which sheets of the kiosk came; few are not numbered."""
    threshold = of_day.campaign.threshold
    rows = ArrivalCount.objects.filter(counter=of_day.counter_id, day=of_day.day, n__gt=0)
    few = _("fewer than %(n)d") % {"n": threshold}
    return [
        (hour, str(n) if n >= threshold else few)
        for hour, n in rows.order_by("hour").values_list("hour", "n")
    ]


def fact_lines(of_day: CounterDayFacts) -> list[FactLine]:
    threshold = of_day.campaign.threshold
    day = CounterDay.from_json(of_day.facts).of_enough(threshold)
    columns = (day, _before(of_day), _elsewhere(of_day))
    return [
        FactLine(_("sheets"), *(str(facts.n) for facts in columns)),
        FactLine(
            _("faster than one can read"),
            *(_share(facts.fast, facts.timed, threshold) for facts in columns),
        ),
        FactLine(
            _("one answer for everything"),
            *(_share(facts.alike, facts.judged, threshold) for facts in columns),
        ),
        FactLine(
            _("best answer, at the kiosk"), *(_best(facts.kiosk, threshold) for facts in columns)
        ),
        FactLine(
            _("best answer, on own phones"), *(_best(facts.phone, threshold) for facts in columns)
        ),
        FactLine(_("best answer, all"), *(_best(facts.all, threshold) for facts in columns)),
    ]


def _share(seen: int, of: int, threshold: int) -> str:
    if of < max(threshold, 1):
        return "–"
    return _("%(percent)d %% of %(of)d") % {"percent": round(100 * seen / of), "of": of}


def _best(rated: Rated, threshold: int) -> str:
    if rated.n < max(threshold, 1):
        return "–"
    return _("about %(percent)d %%") % {"percent": reasons.about(100 * rated.mean)}


def _before(of_day: CounterDayFacts) -> CounterDay:
    rows = CounterDayFacts.objects.filter(
        campaign=of_day.campaign_id,
        counter=of_day.counter_id,
        day__gt=of_day.day - WINDOW,
        day__lte=of_day.day - timedelta(days=1),
    )
    stored: Sequence[dict[str, object]] = list(rows.values_list("facts", flat=True))
    threshold = of_day.campaign.threshold
    days = (CounterDay.from_json(facts) for facts in stored)
    return sum((day.of_enough(threshold) for day in days), CounterDay())


def _elsewhere(of_day: CounterDayFacts) -> CounterDay:
    """Return the other counters of the campaign on that day, added up by the database."""
    rows = CounterDayFacts.objects.filter(campaign=of_day.campaign_id, day=of_day.day)
    places = [*COUNTED, *(f"{name}__n" for name in RATED)]
    threshold = of_day.campaign.threshold

    def added(name: str, kind: Field[Any, Any]) -> Sum:
        of = OF.get(name)
        enough = Q(**{f"facts__{of}__gte": threshold}) if of else None
        return Sum(Cast(KT(f"facts__{name}"), kind), filter=enough, default=0)

    sums = {name: added(name, IntegerField()) for name in places}
    means = {f"{name}__total": added(f"{name}__total", FloatField()) for name in RATED}
    found = rows.exclude(counter=of_day.counter_id).aggregate(
        counters=Count("pk"),
        **{f"s_{name}": value for name, value in {**sums, **means}.items()},
    )
    if found["counters"] < COUNTERS_ELSEWHERE:
        return CounterDay()
    kiosk, phone, all_ = (Rated(found[f"s_{one}__n"], found[f"s_{one}__total"]) for one in RATED)
    counts = {name: found[f"s_{name}"] for name in COUNTED}
    return CounterDay(**counts, kiosk=kiosk, phone=phone, all=all_)
