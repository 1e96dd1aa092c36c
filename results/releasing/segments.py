"""Segments: released figures told apart by the profile questions, made with the final release.

Once only, for provinces and the nation: made again they would show the few who came between. A
unit whose figures leave out or keep sheets that its total has not gets none.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from results.arithmetic.column_groups import Bools, ColumnGroups, Ints
from results.counting.moments import Tabulator
from results.models import (
    MIXED,
    WHOLE_CAMPAIGN,
    Release,
    ReleasedSegment,
    ReleasedTotal,
    Standing,
    Total,
)
from results.reading.public_rows import headline_channels
from results.releasing.coding import Coding
from results.releasing.segment_rules import (
    Parts,
    agreed_upon,
    told_above,
    told_apart,
    without_agreement,
)
from surveys.models import CampaignUnit, Tier
from surveys.questionnaires.codebook import OPTION_CODES, Column

Sheets = NDArray[np.uint8]

SHEETS = """
SELECT array_agg(sheet.unit_id), string_agg(sheet.answers, '')
  FROM surveys_response AS sheet
  JOIN surveys_campaignunit AS place USING (campaign_id, unit_id)
 WHERE sheet.campaign_id = %(campaign)s
   AND place.chunk_id = %(chunk)s
   AND sheet.channel = ANY (%(channels)s)
   AND NOT EXISTS (SELECT FROM surveys_setaside AS aside
                    WHERE aside.response_id = sheet.id AND aside.reversed_at IS NULL)
"""


def write_segments(release: Release) -> None:
    """Write the segments of a release's provinces and nation."""
    campaign = release.campaign
    tabulator = Tabulator(campaign.questionnaire.parsed(), campaign.method.parsed())
    coding = Coding(tabulator.edition, tabulator.method, campaign.threshold)
    groups = coding.groups
    questions = _profile_columns(tabulator)
    if not questions:
        return
    places = CampaignUnit.objects.filter(campaign=campaign)
    root = places.get(parent=None).unit_id
    below: dict[str, list[Parts]] = defaultdict(list)
    for province in places.filter(tier=Tier.PROVINCE).values_list("unit_id", flat=True):
        closed = _closed(release, province, coding)
        if closed is None:
            continue
        units, sheets = _sheets(release, province, len(tabulator.edition.columns))
        for column in questions:
            code, numbers = column.question.code, _by_option(tabulator, column, units, sheets)
            if parts := told_apart(numbers, closed, groups, campaign.threshold):
                parts = without_agreement(parts, coding)
                below[code].append(parts)
                _write(release, province, code, parts.told(groups), groups)
    total = _released(release, root)
    for code, parts_below in below.items():
        rows = None if total is None else told_above(total, parts_below, groups)
        if rows is not None:
            closed = _withheld(release, root, coding) | groups.of_profile
            rows = np.where(groups.spread(~closed[None]), rows, 0)
            may = groups.spread(~agreed_upon(rows, coding)[None])
            _write(release, root, code, np.where(may, rows, 0), groups)


def _profile_columns(tabulator: Tabulator) -> list[Column]:
    """Return the columns of profile questions of which one option is chosen."""
    edition = tabulator.edition
    return [
        edition.columns_of[question.code][0]
        for section in edition.sections
        if section.kind == "profile"
        for question in section.questions
        if question.kind in {"choice", "rating"}
    ]


def _sheets(release: Release, chunk: int, width: int) -> tuple[Ints, Sheets]:
    """Return the sheets of a chunk that count in the headline.

    Returns:
        The place of each one's unit, from 0, (sheets,), and its answers, (sheets, columns).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            SHEETS,
            {
                "campaign": release.campaign_id,
                "chunk": chunk,
                "channels": headline_channels(release.campaign),
            },
        )
        unit_ids, block = cursor.fetchone()
    _, units = np.unique(np.array(unit_ids or [], dtype=np.int64), return_inverse=True)
    answers = np.frombuffer((block or "").encode("ascii"), dtype=np.uint8)
    return units.astype(np.int64), answers.reshape(-1, width)


def _by_option(tabulator: Tabulator, column: Column, units: Ints, sheets: Sheets) -> Ints:
    """Return the numbers of sheets by unit and the option chosen, first of those without one.

    Returns:
        (units, 1 + options, width).
    """
    options = len(column.question.options)
    place = np.zeros(256, dtype=np.intp)
    for number, code in enumerate(OPTION_CODES[:options], start=1):
        place[ord(code)] = number
    rows = (1 + int(units.max(initial=0))) * (1 + options)
    chosen = units * (1 + options) + place[sheets[:, column.position]]
    order = np.argsort(chosen, kind="stable")
    sizes = np.bincount(chosen, minlength=rows)
    width = ColumnGroups(tabulator.edition).width
    numbers = np.zeros((rows, width), dtype=np.int64)
    some = np.flatnonzero(sizes)
    if len(some):
        numbers[:, 0] = sizes
        end = 1 + tabulator.counts_width
        numbers[:, 1:end] = tabulator.counts(sheets, chosen, rows)
        numbers[some, end:] = tabulator.moments(sheets[order], sizes[some])
    return numbers.reshape(-1, 1 + options, width)


def _headline(release: Release, unit: int) -> ReleasedTotal | None:
    return ReleasedTotal.objects.filter(
        campaign=release.campaign_id,
        unit=unit,
        period=WHOLE_CAMPAIGN,
        channel=MIXED,
        standing=Standing.COUNTED,
    ).first()


def _withheld(release: Release, unit: int, coding: Coding) -> Bools:
    """Return the groups that the unit's own figures withhold, since all agreed: (groups,)."""
    row = _headline(release, unit)
    withheld = set(row.withheld) if row else set()
    factors = [False] * coding.groups.factors
    return np.array([*factors, *(number in withheld for number in coding.numbers)], dtype=np.bool_)


def _released(release: Release, unit: int) -> Ints | None:
    """Return the numbers of a unit's public figures: (width,)."""
    row = _headline(release, unit)
    return None if row is None else np.array([row.n, *row.counts, *row.moments], dtype=np.int64)


def _closed(release: Release, unit: int, coding: Coding) -> Bools | None:
    """Return of which groups a unit's figures are not those of its sheets; None if of sheets."""
    shown = _released(release, unit)
    totals = Total.objects.filter(
        campaign=release.campaign_id,
        unit=unit,
        period=WHOLE_CAMPAIGN,
        channel__in=headline_channels(release.campaign),
        standing=Standing.COUNTED,
    )
    rows = [[row.n, *row.counts, *row.moments] for row in totals]
    if shown is None or not rows or shown[0] != sum(row[0] for row in rows):
        return None
    closed: Bools = coding.groups.touched(shown[None] != np.sum(rows, axis=0))[0]
    # Two profile questions together could be about one person.
    return closed | coding.groups.of_profile | _withheld(release, unit, coding)


def _write(release: Release, unit: int, code: str, rows: Ints, groups: ColumnGroups) -> None:
    end = 1 + groups.edition.counts_width
    ReleasedSegment.objects.bulk_create(
        ReleasedSegment(
            campaign_id=release.campaign_id,
            unit_id=unit,
            question=code,
            option=option,
            release=release,
            n=int(row[0]),
            counts=row[1:end].tolist(),
            moments=row[end:].tolist(),
        )
        for option, row in enumerate(rows)
        if row[0]
    )
