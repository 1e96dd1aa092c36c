"""Up to four units side by side, with what may and what may not be said of their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from results.arithmetic.comparison import difference
from results.arithmetic.indices import Figure, Moments, factor, index, round_percent
from results.arithmetic.scoring import criterion_of, scoring_of
from results.arithmetic.weighting import PlannedMoments
from results.models import MIXED, WHOLE_CAMPAIGN
from results.reading.figures import Shown, in_language, shown
from results.reading.public_rows import (
    ReleasedCounts,
    ReleasedRow,
    released_counts,
    released_rows,
)
from results.reading.released_arrays import counts_from, moments_of
from results.reading.slice_rows import Slice, slices_of
from results.reading.summaries import UnitName, published
from surveys.models import Campaign, CampaignUnit

MOST = 4


@dataclass(frozen=True)
class ContentLine:
    """The index, a factor or a criterion, with a figure per unit; None where there is none."""

    kind: str  # index, factor or criterion
    code: str
    title: str
    figures: tuple[Shown | None, ...]


@dataclass(frozen=True)
class Pair:
    """Two units with an index: the higher one first, unless nobody can say which that is.

    `distinguishable`: whether they differ by more than chance; None where one is part of the
    other, since the difference is then not one of different people.
    """

    first: UnitName
    second: UnitName
    points: Decimal
    distinguishable: bool | None


@dataclass(frozen=True)
class ComparedUnits:
    """Units in the order asked for, line by line, and every pair of them.

    All of it is of one part of the sheets (`period`, `channel`: results.showing.pages); `slices`
    are the parts that can be shown of at least one of the units.
    """

    campaign: Campaign
    units: tuple[UnitName, ...]
    n: tuple[int | None, ...]
    lines: tuple[ContentLine, ...]
    pairs: tuple[Pair, ...]
    period: int = WHOLE_CAMPAIGN
    channel: int = MIXED
    slices: tuple[Slice, ...] = ()


def compare_units(
    campaign: Campaign,
    codes: Sequence[str],
    *,
    period: int = WHOLE_CAMPAIGN,
    channel: int = MIXED,
) -> ComparedUnits:
    """Return the units of a campaign that the codes name, at most four; others are left out."""
    wanted = list(dict.fromkeys(codes))[:MOST]
    places = {
        place.code: place
        for place in CampaignUnit.objects.filter(campaign=campaign, code__in=wanted).select_related(
            "version"
        )
    }
    found = [places[code] for code in wanted if code in places]
    names = tuple(
        UnitName(place.code, place.version.name, place.version.full_name, place.tier)
        for place in found
    )
    ids = [place.unit_id for place in found]
    if not ids:
        return ComparedUnits(campaign, (), (), (), ())
    found_rows = released_rows(campaign, ids[0], ids, period=period, channel=channel)
    rows = published(campaign, found_rows)
    counts = released_counts(campaign, ids, period=period, channel=channel)
    scoring = scoring_of(campaign.method.parsed(), campaign.questionnaire.parsed())
    moments = moments_of(campaign, rows)
    indexes = {
        unit_id: index(of_unit, scoring, sheets=rows[unit_id].n)
        for unit_id, of_unit in moments.items()
    }
    return ComparedUnits(
        campaign=campaign,
        units=names,
        n=tuple(rows[unit_id].n if unit_id in rows else None for unit_id in ids),
        lines=(
            ContentLine("index", "", "", _shown(ids, indexes)),
            *_content_lines(campaign, rows, counts, moments, ids),
        ),
        pairs=_pairs(
            dict(zip(ids, names, strict=True)),
            {place.unit_id: place.path for place in found},
            indexes,
        ),
        period=period,
        channel=channel,
        slices=tuple(slices_of(campaign, ids)),
    )


def _content_lines(
    campaign: Campaign,
    rows: Mapping[int, ReleasedRow],
    released: Mapping[int, ReleasedCounts],
    moments: Mapping[int, Moments | PlannedMoments],
    ids: Sequence[int],
) -> Iterator[ContentLine]:
    """Yield every factor, each followed by its criteria; of a criterion none that is withheld."""
    method, edition = campaign.method.parsed(), campaign.questionnaire.parsed()
    scoring = scoring_of(method, edition)
    counts = {unit_id: counts_from(campaign, row.counts) for unit_id, row in released.items()}
    numbers = {code: number for number, code in enumerate(edition.questions)}
    for number, section in enumerate(edition.factors):
        of_factor = {
            unit_id: factor(of_unit, number, scoring, sheets=rows[unit_id].n)
            for unit_id, of_unit in moments.items()
        }
        title = in_language(section.title)
        yield ContentLine("factor", section.code, title, _shown(ids, of_factor))
        for question in section.criteria:
            of_criterion = {
                unit_id: criterion_of(edition, method, question.code, counts[unit_id])
                for unit_id, row in released.items()
                if numbers[question.code] not in row.withheld
            }
            text = in_language(question.text)
            yield ContentLine("criterion", question.code, text, _shown(ids, of_criterion))


def _shown(ids: Sequence[int], figures: dict[int, Figure]) -> tuple[Shown | None, ...]:
    return tuple(shown(figures[unit_id]) if unit_id in figures else None for unit_id in ids)


def _pairs(
    names: Mapping[int, UnitName],
    paths: Mapping[int, Sequence[int]],
    indexes: Mapping[int, Figure],
) -> tuple[Pair, ...]:
    pairs = []
    for first, second in combinations([unit_id for unit_id in names if unit_id in indexes], 2):
        change = difference(indexes[first], indexes[second])
        if change is None:
            continue
        nested = first in paths[second] or second in paths[first]
        higher, lower = (first, second) if change.points >= 0 else (second, first)
        pairs.append(
            Pair(
                names[higher],
                names[lower],
                round_percent(abs(change.points)),
                None if nested else change.distinguishable is True,
            )
        )
    return tuple(pairs)
