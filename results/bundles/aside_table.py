"""The sheets shown as set aside as a table: how many, the index with them, what it follows from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from results.bundles.columns import table
from results.models import Standing
from results.reading.public_rows import ReleasedRow, Sheets, released_rows
from results.reading.released_arrays import moments_from
from results.reading.summaries import published, with_set_aside
from surveys.models import Campaign, CampaignUnit

HEAD = ("unit_code", "n", "index_with_set_aside")


def aside_table(campaign: Campaign, chunk_id: int) -> bytes | None:
    """Return a row for each unit of a chunk with sheets shown as set aside; None where none has."""
    places = CampaignUnit.objects.filter(campaign=campaign, chunk=chunk_id).order_by("code")
    codes = dict(places.values_list("unit_id", "code"))
    aside = _published(campaign, list(codes), Standing.SET_ASIDE)
    own = _published(campaign, [unit for unit in codes if unit in aside], Standing.COUNTED)
    rows = [_row(campaign, codes[unit], own[unit], aside[unit]) for unit in codes if unit in own]
    sums = [name + end for name in _parts(campaign) for end in (".valid", ".scored")]
    return table(rows, [*HEAD, *sums]) if rows else None


def _parts(campaign: Campaign) -> list[str]:
    """Return what the index is made of: all answers alike, or its factors with their weights.

    No more is told of sheets set aside than the index with them needs.
    """
    if campaign.method.parsed().aggregation != "WEIGHTED":
        return ["index"]
    return [section.code for section in campaign.questionnaire.parsed().factors]


def _published(
    campaign: Campaign, units: Sequence[int], standing: Standing
) -> Mapping[int, ReleasedRow]:
    if not units:
        return {}
    return published(campaign, released_rows(campaign, units[0], units[1:], standing=standing))


def _row(campaign: Campaign, code: str, own: ReleasedRow, aside: ReleasedRow) -> dict[str, object]:
    edition = campaign.questionnaire.parsed()
    whole = with_set_aside(campaign, own, Sheets(set_aside=aside.n, moments_aside=aside.moments))
    row: dict[str, object] = {"unit_code": code, "n": aside.n, "index_with_set_aside": whole}
    withheld = {of for number, of in enumerate(edition.questions) if number in own.withheld}
    if whole is None or withheld.intersection(question.code for question in edition.criteria):
        # Its own sums are not given, so those set aside would give no index.
        return row
    sums, parts = moments_from(campaign, [aside.moments]).sums, _parts(campaign)
    scored = 1 if campaign.method.parsed().item_rule == "TOP2" else 2
    for number, name in enumerate(parts):
        # Of z = (M, K, P) per factor, all factors together where they are pooled.
        of = slice(3 * number, 3 * number + 3) if len(parts) > 1 else slice(None)
        row[f"{name}.valid"] = sum(sums[of][::3])
        row[f"{name}.scored"] = sum(sums[of][scored::3])
    return row
