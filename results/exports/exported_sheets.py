"""The sheets an official may take away: the published microdata, with the office where it can be.

An export tells nothing that depends on who asked or when. It is cut out of one table that follows
from the final, frozen release alone; a province whose sheets no longer give the microdata that
were frozen is left out (docs/decisions/0030).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet

from results.bundles import microdata, released_sheets
from results.bundles.microdata import BETWEEN, Sheet, Who
from results.bundles.offices import named_units
from results.bundles.sheet_values import microdata_file
from results.models import Bundle, ReleasedTotal, Standing
from results.reading.snapshot import snapshot
from surveys.models import Campaign, CampaignUnit, Tier

WHOLE, HEADLINE = 0, 0


class Placed(NamedTuple):
    """The sheets placed at a unit: each is of that unit or of one below it.

    `sheets` are texts (results.bundles.microdata.Sheet.text) in their own order.
    """

    province: str
    place: CampaignUnit
    sheets: list[str]


def can_be_exported(campaigns: QuerySet[Campaign]) -> QuerySet[Campaign]:
    """Return the campaigns whose final release is frozen."""
    final = Bundle.objects.filter(release__campaign=OuterRef("pk"), release__final=True)
    return campaigns.filter(Exists(final))


def frozen_release(campaign: Campaign) -> Bundle | None:
    """Return the newest final release that is frozen."""
    bundles = Bundle.objects.select_related("release").defer("manifest")
    final = bundles.filter(release__campaign=campaign, release__final=True)
    return final.order_by("-release__number").first()


def provinces(campaign: Campaign, unit_id: int) -> list[CampaignUnit]:
    """Return the provinces at, above or below a unit of a campaign's tree."""
    tops = CampaignUnit.objects.filter(campaign=campaign, chunk=F("unit"), tier=Tier.PROVINCE)
    place = CampaignUnit.objects.get(campaign=campaign, unit=unit_id)
    if place.tier == Tier.NATION:
        return list(tops.order_by("code"))
    return list(tops.filter(unit=place.chunk_id))


def placed_sheets(bundle: Bundle, campaign: Campaign, top: CampaignUnit) -> list[Placed]:
    """Return all sheets of a province that were published, by the codes of their units."""
    with snapshot():
        released = released_sheets.released_units(campaign, top.unit_id)
        found = list(released_sheets.sheets_by_unit(campaign, released))
        if len(found) < campaign.threshold:
            return []
        return _placed(bundle, campaign, top, found)


def below(placed: list[Placed], unit_id: int) -> Iterator[Placed]:
    """Return those that are placed at a unit or below it."""
    return (one for one in placed if unit_id in one.place.path)


def published(campaign: Campaign, unit_id: int) -> int:
    """Return how many sheets are in the published figures of a unit."""
    row = ReleasedTotal.objects.filter(
        campaign=campaign,
        unit=unit_id,
        period=WHOLE,
        channel=HEADLINE,
        standing=Standing.COUNTED,
    )
    return row.values_list("n", flat=True).first() or 0


def _placed(
    bundle: Bundle, campaign: Campaign, top: CampaignUnit, found: Sequence[tuple[int, Sheet]]
) -> list[Placed]:
    told = microdata.coarsened([sheet for _unit, sheet in found], campaign.threshold)
    before = {who: BETWEEN.join((*rest, "")) for who, rest in told.items()}
    in_order = sorted((before[sheet.who] + sheet.answers, unit) for unit, sheet in found)
    if not _is_frozen(bundle, campaign, top, [text for text, _unit in in_order]):
        return []
    units = CampaignUnit.objects.filter(campaign=campaign, chunk=top.unit_id)
    places = {place.unit_id: place for place in units.select_related("version")}
    crowds: defaultdict[int, Counter[Who]] = defaultdict(Counter)
    for (unit, who), n in Counter((unit, sheet.who) for unit, sheet in found).items():
        crowds[unit][told[who]] += n
    paths = {unit: place.path for unit, place in places.items()}
    unnamed = released_sheets.withheld_by_unit(campaign, top.unit_id)
    names = named_units(crowds, paths, top.unit_id, campaign.threshold, unnamed=unnamed)
    sheets: defaultdict[int, list[str]] = defaultdict(list)
    for text, unit in in_order:
        sheets[names[unit]].append(text)
    of_places = sorted((places[unit] for unit in sheets), key=lambda place: place.code)
    return [Placed(top.code, place, sheets[place.unit_id]) for place in of_places]


def _is_frozen(bundle: Bundle, campaign: Campaign, top: CampaignUnit, sheets: list[str]) -> bool:
    """Return whether these are, sheet for sheet, the microdata of the frozen release."""
    file = bundle.files.select_related("blob").filter(path=f"microdata/{top.code}.csv").first()
    now = microdata_file(campaign.questionnaire.parsed(), top.code, sheets)
    return file is not None and bytes(file.blob.content) == now
