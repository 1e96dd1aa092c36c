"""The check of the indexes that ranks of a tier are made of, and how they are made anew.

Worked out again from released totals as matrices of whole numbers and fractions, with nothing of
results.arithmetic, which wrote them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from django.db import transaction

from results.counting.count_table import read_table
from results.counting.moments import Tabulator
from results.counting.recount import Difference
from results.models import ReleasedIndex, ReleasedTotal, Standing
from results.releasing.release_sql import RELEASED_TOTALS
from results.releasing.released_indices import TIERS, write_indices
from results.releasing.released_rows import AT_ONCE, HEADLINE
from results.releasing.releases import lock_root
from surveys.models import Campaign, CampaignUnit
from surveys.questionnaires.codebook import Edition
from surveys.questionnaires.methods import Method

TABLE = "released index"
FEWEST = 30
"""Of shares of fewer sheets no spread is told (docs/decisions/0038)."""


class Kept(NamedTuple):
    """What is kept of a unit for ranks (results.models.ReleasedIndex)."""

    ratio: float
    variance: float
    sheets: float
    freedom: float


def check_indices(campaign: Campaign) -> Iterator[Difference]:
    """Yield where what ranks of a tier are made of does not follow from the released totals."""
    rows = ReleasedIndex.objects.filter(campaign=campaign)
    stored = {
        (row[0], row[1]): Kept(*row[2:])
        for row in rows.values_list("tier", "unit_id", *Kept._fields)
    }
    wanted = _wanted(campaign)
    for tier, unit in sorted(wanted.keys() | stored.keys()):
        right, found = wanted.get((tier, unit)), stored.get((tier, unit))
        if right != found:
            yield Difference(TABLE, (unit, *HEADLINE), f"{found}, should be {right}")


def rewrite_indices(campaign: Campaign) -> None:
    """Make what ranks of a tier are made of anew, from the released totals."""
    tabulator = Tabulator(campaign.questionnaire.parsed(), campaign.method.parsed())
    places = CampaignUnit.objects.filter(campaign=campaign, tier__in=TIERS).order_by("unit")
    units = list(places.values_list("unit_id", flat=True))
    which = {
        name: [value]
        for name, value in zip(("periods", "channels", "standings"), HEADLINE, strict=True)
    }
    with transaction.atomic():
        # A release made meanwhile would be overwritten with what was before it.
        lock_root(campaign)
        ReleasedIndex.objects.filter(campaign=campaign).delete()
        for start in range(0, len(units), AT_ONCE):
            some = units[start : start + AT_ONCE]
            where: dict[str, Any] = {"campaign": campaign.pk, "units": some, **which}
            totals = read_table(RELEASED_TOTALS, where, tabulator)
            write_indices(campaign, tabulator, some, totals)


def _wanted(campaign: Campaign) -> dict[tuple[str, int], Kept]:
    """Return what must be kept, by tier and unit."""
    edition, method = campaign.questionnaire.parsed(), campaign.method.parsed()
    if method.weighs_units:
        return {}
    places = CampaignUnit.objects.filter(campaign=campaign, tier__in=TIERS)
    tiers = dict(places.values_list("unit_id", "tier"))
    totals = ReleasedTotal.objects.filter(
        campaign=campaign,
        unit__in=tiers,
        period=HEADLINE.period,
        channel=HEADLINE.channel,
        standing=Standing.COUNTED,
        n__gte=campaign.threshold,
    )
    found = {}
    for unit, moments in totals.values_list("unit_id", "moments").iterator():
        if (kept := _kept(moments, edition, method)) is not None:
            found[tiers[unit], unit] = kept
    return found


def _kept(moments: Sequence[int], edition: Edition, method: Method) -> Kept | None:
    """Return ratio, variance, sheets and freedom, as docs/method.md sections 3 and 5 say."""
    n = moments[-1]
    sums, products = _matrices(moments, 3 * len(edition.factors))
    weights: Sequence[Fraction] = [Fraction(1)]
    if method.aggregation == "WEIGHTED":
        weights = [method.weights[section.code] for section in edition.factors]
    else:
        # All factors as one: what is at the same place of each is added up.
        sums = [sum(sums[i::3]) for i in range(3)]
        products = [
            [sum(sum(row[j::3]) for row in products[i::3]) for j in range(3)] for i in range(3)
        ]
    used = [f for f, weight in enumerate(weights) if weight]
    if n < 2 or not all(sums[3 * f] for f in used):
        return None
    y, scale = (1, 1) if method.item_rule == "TOP2" else (2, edition.common_denominator)
    errors, answers = [Fraction(0)] * len(sums), [Fraction(0)] * len(sums)
    ratio = Fraction(0)
    for f in used:
        valid = sums[3 * f]
        own = Fraction(sums[3 * f + y], scale * valid)
        ratio += weights[f] * own
        answers[3 * f] = weights[f] / valid
        errors[3 * f + y] = weights[f] / (scale * valid)
        errors[3 * f] -= weights[f] * own / valid
    most = ratio * (1 - ratio) * _form(products, answers)
    variance = most
    if n >= FEWEST or method.item_rule != "TOP2":
        variance = _told(_form(products, errors), (4 * sum(answers, Fraction(0))) ** 2, most, n)
    freedom = 0 if ratio * (1 - ratio) <= n * variance else n - 1
    if method.item_rule == "TOP2":
        # A sheet is at most two answers; from a hundred sheets on n/100 times as many.
        variance = max(variance, ratio * (1 - ratio) / Fraction(2 * n * max(n, 100), 100))
    return Kept(float(ratio), float(variance), float(n), float(freedom))


def _told(squares: Fraction, step: Fraction, most: Fraction, n: int) -> Fraction:
    """Return the variance of n sheets: their squared errors in steps, or the most there can be."""
    steps = -(-squares // step)
    if steps <= 1 or (steps + 1) * step > most:
        return most
    return Fraction(n, n - 1) * steps * step


def _matrices(moments: Sequence[int], k: int) -> tuple[list[int], list[list[int]]]:
    """Return Σz and Σzzᵀ, of which the upper triangle is stored row by row."""
    upper = iter(moments[k:])
    products = [[0] * k for _ in range(k)]
    for i in range(k):
        for j in range(i, k):
            products[i][j] = products[j][i] = next(upper)
    return list(moments[:k]), products


def _form(products: Sequence[Sequence[int]], by: Sequence[Fraction]) -> Fraction:
    """Return bᵀ·Σzzᵀ·b: the sum over sheets of (b·z)²."""
    some = [i for i, value in enumerate(by) if value]
    return sum((by[i] * by[j] * products[i][j] for i in some for j in some), Fraction(0))
