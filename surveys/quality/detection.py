"""Counts what the rules look at, a counter's day at a time, and keeps the signs they find.

Reads sheets and writes none. Run for a day again (a kiosk brought sheets late), it replaces
what it said of a counter's day where at least the campaign's threshold of sheets came since: what
officials read changes by one sheet nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.models.fields.json import KT

from surveys.kiosks.office_hours import is_open_around
from surveys.models import (
    ArrivalCount,
    Campaign,
    CampaignUnit,
    Channel,
    CounterDayFacts,
    QualitySign,
    ServedCount,
)
from surveys.quality.counter_days import (
    CounterDay,
    Sheets,
    answers_matrix,
    fast_bands,
    tabulate,
)
from surveys.quality.rules import VERSION, Option, Situation, signs
from surveys.questionnaires.codebook import NOT_ANSWERED, Edition
from surveys.submissions import SECONDS_BANDS

LOOK_BACK = timedelta(days=7)
"""A kiosk that was without network brings its sheets days later; older days stay as they are."""
WINDOW = timedelta(days=28)
UNITS_AT_ONCE = 200

# By the index of sheets, unit by unit: a campaign's other days are not read.
SHEETS_OF_A_DAY = """
SELECT counter_id, unit_id, channel, seconds_band, answers
  FROM surveys_response
 WHERE campaign_id = %(campaign)s AND unit_id = ANY (%(units)s)
   AND channel = ANY (%(channels)s) AND answered_on = %(day)s AND counter_id IS NOT NULL
 ORDER BY counter_id
"""

Counts = npt.NDArray[np.int64]


def examine(campaign: Campaign, *, today: date) -> int:
    """Look at the campaign's days of the last week, before today; return the signs found."""
    last = min(today - timedelta(days=1), campaign.closes_on)
    first = max(today - LOOK_BACK, campaign.opens_on)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for day in days:
        count_day(campaign, day)
    return sum(find_signs(campaign, day) for day in days)


def count_day(campaign: Campaign, day: date) -> None:
    """Count the sheets of every counter of a campaign on a day, where enough are new."""
    edition = campaign.questionnaire.parsed()
    fast_up_to = fast_bands(edition, SECONDS_BANDS)
    known = CounterDayFacts.objects.filter(campaign=campaign, day=day)
    sheets_known = dict(known.values_list("counter", KT("facts__n")))
    rows = [
        CounterDayFacts(
            campaign=campaign,
            unit_id=unit_id,
            counter_id=counter_id,
            day=day,
            facts=tabulate(edition, sheets, fast_up_to=fast_up_to).as_json(),
            counts=counts_of(edition, sheets).tolist(),
        )
        for counter_id, unit_id, sheets in _sheets_by_counter(campaign, day)
        if counter_id not in sheets_known
        or len(sheets.bands) - int(sheets_known[counter_id]) >= campaign.threshold
    ]
    with transaction.atomic():
        known.filter(counter__in=[row.counter_id for row in rows]).delete()
        CounterDayFacts.objects.bulk_create(rows, batch_size=1000)


def counts_of(edition: Edition, sheets: Sheets) -> Counts:
    """Return how often each code of each column occurs, laid out by the edition."""
    counts = np.zeros(edition.counts_width, dtype=np.int64)
    for column in edition.columns:
        seen = np.bincount(sheets.answers[:, column.position], minlength=128)
        for at, code in enumerate(column.codes):
            counts[column.offset + at] = seen[ord(code)]
    return counts


def _sheets_by_counter(campaign: Campaign, day: date) -> Iterator[tuple[int, int, Sheets]]:
    units = list(CampaignUnit.objects.filter(campaign=campaign).values_list("unit_id", flat=True))
    for start in range(0, len(units), UNITS_AT_ONCE):
        found: dict[tuple[int, int], list[tuple[int, int, str]]] = defaultdict(list)
        parameters: dict[str, Any] = {
            "campaign": campaign.pk,
            "units": units[start : start + UNITS_AT_ONCE],
            "channels": Channel.values,
            "day": day,
        }
        with connection.cursor() as cursor:
            cursor.execute(SHEETS_OF_A_DAY, parameters)
            for counter_id, unit_id, channel, band, answers in cursor.fetchall():
                found[counter_id, unit_id].append((channel, band, answers))
        for (counter_id, unit_id), rows in found.items():
            channels = np.array([row[0] for row in rows])
            yield (
                counter_id,
                unit_id,
                Sheets(
                    answers_matrix([row[2] for row in rows]),
                    np.array([row[1] for row in rows]),
                    channels == Channel.KIOSK,
                    channels == Channel.PHONE,
                ),
            )


@dataclass
class _Known:
    """A counter over the window: the day itself, the days before it, and their counts."""

    unit_id: int
    day: CounterDay | None
    past: CounterDay
    counts: Counts


def find_signs(campaign: Campaign, day: date) -> int:
    """Ask the rules about every counter of a day, and keep what they say instead of before."""
    edition = campaign.questionnaire.parsed()
    known = _known(campaign, edition, day)
    everybody = sum((k.past + (k.day or CounterDay()) for k in known.values()), CounterDay())
    all_counts = sum((k.counts for k in known.values()), np.zeros(edition.counts_width, np.int64))
    asked = {counter_id: k for counter_id, k in known.items() if k.day is not None}
    arrivals = _arrivals(asked, day)
    served = dict(
        ServedCount.objects.filter(counter__in=asked, day=day).values_list("counter_id", "n")
    )
    found = []
    for counter_id, counter in asked.items():
        assert counter.day is not None  # noqa: S101 - only narrows the type: asked
        situation = Situation(
            day=counter.day,
            past=counter.past,
            elsewhere=everybody - (counter.past + counter.day),
            served=served.get(counter_id),
            never_chosen=_never_chosen(edition, counter.counts, all_counts - counter.counts),
            **arrivals.get(counter_id, {}),
        )
        found += [
            QualitySign(
                campaign=campaign,
                unit_id=counter.unit_id,
                counter_id=counter_id,
                day=day,
                rule=sign.rule,
                version=VERSION,
                rarity=sign.rarity,
                figures=dict(sign.figures),
            )
            for sign in signs(situation)
        ]
    with transaction.atomic():
        QualitySign.objects.filter(campaign=campaign, day=day).delete()
        QualitySign.objects.bulk_create(found)
    return len(found)


def _known(campaign: Campaign, edition: Edition, day: date) -> dict[int, _Known]:
    known: dict[int, _Known] = {}
    rows = CounterDayFacts.objects.filter(campaign=campaign, day__gt=day - WINDOW, day__lte=day)
    fields = ("counter_id", "unit_id", "day", "facts", "counts")
    for counter_id, unit_id, of_day, facts, counts in rows.values_list(*fields).iterator():
        nothing = np.zeros(edition.counts_width, np.int64)
        counter = known.setdefault(counter_id, _Known(unit_id, None, CounterDay(), nothing))
        counter.counts += np.array(counts, dtype=np.int64)
        if of_day == day:
            counter.day = CounterDay.from_json(facts)
        else:
            counter.past += CounterDay.from_json(facts)
    return known


def _arrivals(counters: Iterable[int], day: date) -> Mapping[int, dict[str, Any]]:
    """Return what is known of the hours of each counter's kiosk: see Situation."""
    rows = ArrivalCount.objects.filter(
        counter__in=list(counters), day__gt=day - WINDOW, day__lte=day
    )
    today: dict[int, list[int]] = defaultdict(lambda: [0] * 24)
    before: dict[int, list[int]] = defaultdict(list)
    for counter_id, of_day, hour, n in rows.values_list("counter_id", "day", "hour", "n"):
        if of_day == day:
            today[counter_id][hour] = n
        else:
            before[counter_id].append(n)
    return {
        counter_id: {
            "hours": hours,
            # Of the hours in which any came: an office is not busy in all it is open.
            "usual_hour": float(np.mean(before[counter_id])) if before[counter_id] else None,
            "outside": sum(n for hour, n in enumerate(hours) if not is_open_around(day, hour)),
        }
        for counter_id, hours in today.items()
    }


def _never_chosen(edition: Edition, here: Counts, elsewhere: Counts) -> list[Option]:
    """Return the levels of criteria that nobody chose here and somebody did elsewhere."""
    found = []
    for question in edition.criteria:
        column = edition.columns_of[question.code][0]
        levels = slice(column.offset, column.offset + column.codes.index(NOT_ANSWERED))
        answered, others = int(here[levels].sum()), int(elsewhere[levels].sum())
        if not others:
            continue
        found += [
            Option(question.code, position, int(of_others) / others, answered)
            for position, (n, of_others) in enumerate(
                zip(here[levels], elsewhere[levels], strict=True), start=1
            )
            if not n and of_others
        ]
    return found
