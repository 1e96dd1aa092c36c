"""The sheets of a province that are published whole, for anonymised microdata of the last release.

A sheet may be given away only with what is published of it already. So a unit takes part only if
all its counted sheets are in its own figures with all their answers; and a sheet shows its month
and channel only where its unit's figures are published by month and channel throughout. Where any
unit of the province does not take part nobody's profile is given: the published segments less the
profiles given would be about the few of that unit.

A question on which all of few agree is withheld of a unit and of others in its company
(results.releasing.coding). Where some of these take part and some do not, the sheets would tell the
sum of each side; so the question is left out of the province's sheets where a side is one unit or
is of one mind, and where the province itself withholds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.db import connection

from results.bundles.microdata import BETWEEN, NOT_STATED, Sheet
from results.bundles.sheet_values import answer_texts, profile_of, profile_values
from results.counting.wire import Ints, fetch, from_wire
from results.models import MIXED, Part, Standing
from results.reading.public_rows import headline_channels
from results.releasing.coding import Coding
from surveys.models import Campaign, Channel

COUNTED = """
SELECT cell.unit_id, cell.month, cell.channel::integer, cell.n, array_send(cell.counts)
  FROM results_cell AS cell
  JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
 WHERE cell.campaign_id = %(campaign)s AND place.chunk_id = %(chunk)s
   AND cell.standing = %(counted)s AND cell.channel = ANY (%(channels)s) AND cell.n > 0
"""

RELEASED = """
SELECT cell.unit_id, cell.month, cell.channel::integer, cell.n, array_send(cell.counts)
  FROM results_releasedcell AS cell
  JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
 WHERE cell.campaign_id = %(campaign)s AND place.chunk_id = %(chunk)s
   AND cell.part = %(own)s AND (cell.channel = %(mixed)s OR cell.channel = ANY (%(channels)s))
"""

SHEETS = """
SELECT sheet.unit_id,
       to_char(sheet.answered_on, 'YYYYMM')::integer,
       sheet.channel::integer, sheet.answers
  FROM surveys_response AS sheet
 WHERE sheet.campaign_id = %(campaign)s AND sheet.unit_id = ANY (%(units)s)
   AND sheet.channel = ANY (%(channels)s)
   AND NOT EXISTS (SELECT FROM surveys_setaside AS aside
                    WHERE aside.response_id = sheet.id AND aside.reversed_at IS NULL)
"""


WITHHELD = """
SELECT total.unit_id, total.withheld
  FROM results_releasedtotal AS total
  JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
 WHERE total.campaign_id = %(campaign)s AND place.chunk_id = %(chunk)s
   AND (total.period, total.channel, total.standing) = (0, 0, 0) AND total.withheld <> '{}'
"""


class _Unit(NamedTuple):
    """What is counted, or released, of one unit: n by month and channel, counts of all."""

    n: dict[tuple[int, int], int]
    counts: Ints


@dataclass(frozen=True)
class Released:
    """The units of a province whose sheets may be given, and how much of them."""

    # Whether month and channel may be said, by unit.
    units: Mapping[int, bool]
    # Every unit with sheets takes part.
    whole: bool
    # Codes of questions left out.
    left_out: Set[str] = frozenset()


def released_units(campaign: Campaign, chunk_id: int) -> Released:
    """Return the units that are published whole."""
    counted, released = _units(COUNTED, campaign, chunk_id), _units(RELEASED, campaign, chunk_id)
    units = {}
    for unit_id, own in counted.items():
        known = released.get(unit_id)
        if known is None or sum(own.n.values()) != sum(known.n.values()):
            continue
        # Some answers of sheets that are published may still wait.
        if np.array_equal(own.counts, known.counts):
            units[unit_id] = own.n == known.n
    withheld = withheld_by_unit(campaign, chunk_id)
    left_out = set(withheld.pop(chunk_id, ()))
    coding = Coding(campaign.questionnaire.parsed(), campaign.method.parsed(), campaign.threshold)
    for code in {code for codes in withheld.values() for code in codes}:
        those = {unit for unit, codes in withheld.items() if code in codes and unit in released}
        sides = [those & units.keys(), those - units.keys()]
        if all(sides) and any(
            _says_what_all_agree_on(coding, code, [released[unit].counts for unit in side])
            for side in sides
        ):
            left_out.add(code)
    return Released(units, whole=set(units) == set(counted), left_out=left_out)


def _says_what_all_agree_on(coding: Coding, code: str, counts: Sequence[Ints]) -> bool:
    """Return whether the sum over units that withhold a question tells of one, or of agreement."""
    row = np.zeros((1, coding.groups.width), dtype=np.int64)
    row[0, 1 : 1 + coding.edition.counts_width] = np.sum(counts, axis=0)
    place = coding.groups.questions.index(code)
    return len(counts) == 1 or bool(coding.agreed(row)[0, place])


def withheld_by_unit(campaign: Campaign, chunk_id: int) -> dict[int, set[str]]:
    """Return the codes of the questions that units of a chunk withhold, of those that do.

    Not of the profile: who may be told apart by that is a matter of crowds.
    """
    where = {"campaign": campaign.pk, "chunk": chunk_id}
    edition = campaign.questionnaire.parsed()
    codes, profile = list(edition.questions), {*profile_of(edition)}
    found = {
        unit: {codes[number] for number in numbers} - profile
        for unit, numbers in fetch(WITHHELD, where)
    }
    return {unit: withheld for unit, withheld in found.items() if withheld}


def _units(query: str, campaign: Campaign, chunk_id: int) -> dict[int, _Unit]:
    rows = fetch(
        query,
        {
            "campaign": campaign.pk,
            "chunk": chunk_id,
            "counted": Standing.COUNTED.value,
            "own": Part.OWN.value,
            "mixed": MIXED,
            "channels": headline_channels(campaign),
        },
    )
    width = campaign.questionnaire.parsed().counts_width
    units: dict[int, _Unit] = {}
    counts = from_wire([row[4] for row in rows], width, size=4)
    for (unit_id, month, channel, n, _counts), numbers in zip(rows, counts, strict=True):
        if unit_id not in units:
            units[unit_id] = _Unit({}, np.zeros(width, dtype=np.int64))
        units[unit_id].n[month, channel] = n
        units[unit_id].counts[:] += numbers
    return units


def sheets_of(campaign: Campaign, released: Released) -> Iterator[Sheet]:
    """Return the sheets of released units, without office, counter, day and time."""
    return (sheet for _unit, sheet in sheets_by_unit(campaign, released))


def sheets_by_unit(campaign: Campaign, released: Released) -> Iterator[tuple[int, Sheet]]:
    """Return the sheets of released units, each after the id of its unit."""
    edition = campaign.questionnaire.parsed()
    profile = profile_values(edition)
    others = list(answer_texts(edition, released.left_out))
    nobody = [NOT_STATED] * len(profile)
    with connection.cursor() as cursor:
        cursor.execute(
            SHEETS,
            {
                "campaign": campaign.pk,
                "units": list(released.units),
                "channels": headline_channels(campaign),
            },
        )
        for unit_id, month, channel, answers in cursor.fetchall():
            said = released.units[unit_id]
            when = (str(month), Channel(channel).code) if said else (NOT_STATED, NOT_STATED)
            who = (
                [values[answers[where]] for where, values in profile] if released.whole else nobody
            )
            yield (
                unit_id,
                Sheet(
                    who=(*when, *who),
                    answers=BETWEEN.join([say(answers[where]) for where, say in others]),
                ),
            )
