"""The method of a campaign in words: made from its method version and edition, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from results.arithmetic.indices import round_percent
from results.reading.figures import in_language
from surveys.models import Campaign, Channel
from surveys.questionnaires.methods import Method


@dataclass(frozen=True)
class LevelLine:
    """A level of a scale: its words, its points, whether it counts as satisfied."""

    text: str
    points: int
    is_satisfied: bool


@dataclass(frozen=True)
class ScaleLines:
    """A scale and how many criteria are rated on it, worst level first."""

    levels: tuple[LevelLine, ...]
    criteria: int


@dataclass(frozen=True)
class FactorLine:
    """A factor with its weight in percent; None where answers are pooled."""

    title: str
    criteria: tuple[str, ...]
    weight: Decimal | None


@dataclass(frozen=True)
class BandLine:
    """A band, from a percent up to the next one above; `up_to` is None for the best."""

    code: str
    title: str
    start: Decimal
    up_to: Decimal | None


@dataclass(frozen=True)
class MethodPage:
    code: str
    title: str
    item_rule: str
    is_weighted: bool
    weighs_units: bool
    legal_basis: str
    scales: tuple[ScaleLines, ...]
    factors: tuple[FactorLine, ...]
    bands: tuple[BandLine, ...]
    target: Decimal | None
    par_index_maximum: Decimal | None
    # What the campaign adds: its edition (sipas-22@1), and the channels counted in the headline.
    edition: str
    channels: tuple[str, ...]


def method_page(campaign: Campaign) -> MethodPage:
    method, edition = campaign.method.parsed(), campaign.questionnaire.parsed()
    used = dict.fromkeys(question.scale or "" for question in edition.criteria)
    return MethodPage(
        code=method.code,
        title=in_language(method.title) or method.code,
        item_rule=method.item_rule,
        is_weighted=method.aggregation == "WEIGHTED",
        weighs_units=method.weighs_units,
        legal_basis=in_language(method.legal_basis),
        scales=tuple(
            ScaleLines(
                levels=tuple(
                    LevelLine(
                        in_language(option.text),
                        option.worth,
                        position in method.satisfied.get(scale, frozenset()),
                    )
                    for position, option in enumerate(edition.scales[scale], start=1)
                ),
                criteria=sum(question.scale == scale for question in edition.criteria),
            )
            for scale in used
        ),
        factors=tuple(
            FactorLine(
                title=in_language(section.title),
                criteria=tuple(in_language(question.text) for question in section.criteria),
                weight=_percent(100 * method.weights[section.code])
                if section.code in method.weights
                else None,
            )
            for section in edition.factors
        ),
        bands=_bands(method),
        target=_percent(method.target),
        par_index_maximum=_percent(method.par_index_maximum),
        edition=str(campaign.questionnaire),
        channels=tuple(str(Channel[name.upper()].label) for name in campaign.channels),
    )


def _bands(method: Method) -> tuple[BandLine, ...]:
    ends: Sequence[Fraction | None] = [None, *(band.from_percent for band in method.bands)]
    return tuple(
        BandLine(
            band.code, in_language(band.title), round_percent(band.from_percent), _percent(end)
        )
        for band, end in zip(method.bands, ends, strict=False)
    )


def _percent(value: Fraction | None) -> Decimal | None:
    return None if value is None else round_percent(value)
