"""The sheets an official may take away: the published microdata, with the office where it can be.

An export tells nothing that depends on who asked or when. It is cut out of one table that follows
from the final, frozen release alone; a province whose sheets no longer give the microdata that
were frozen is left out (docs/decisions/0030).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet

from results.bundles import microdata, released_sheets
from results.bundles.microdata import Sheet
from results.bundles.offices import named_units
from results.models import Bundle, ReleasedTotal, Standing
from results.reading.snapshot import snapshot
from surveys.models import Campaign, CampaignUnit, Tier

WHOLE, HEADLINE = 0, 0


class Placed(NamedTuple):
    """A sheet and the unit it is placed at: it is of that unit or of one below it."""

    province: str
    place: CampaignUnit
    sheet: Sheet


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
    """Return all sheets of a province that were published, in the order of their contents."""
    with snapshot():
        return list(_placed(bundle, campaign, top))


def below(sheets: list[Placed], unit_id: int) -> Iterator[Placed]:
    """Return the sheets that are placed at a unit or below it."""
    return (one for one in sheets if unit_id in one.place.path)


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


def _placed(bundle: Bundle, campaign: Campaign, top: CampaignUnit) -> Iterator[Placed]:
    released = released_sheets.released_units(campaign, top.unit_id)
    found = list(released_sheets.sheets_by_unit(campaign, released))
    if len(found) < campaign.threshold:
        return
    told = microdata.coarsened([sheet for _unit, sheet in found], campaign.threshold)
    in_order = sorted(
        ((unit, Sheet(told[sheet.who], sheet.answers)) for unit, sheet in found), key=itemgetter(1)
    )
    if not _is_frozen(bundle, campaign, top, [sheet for _unit, sheet in in_order]):
        return
    by_unit: defaultdict[int, list[Sheet]] = defaultdict(list)
    for unit, sheet in in_order:
        by_unit[unit].append(sheet)
    for place, sheets in _by_place(campaign, top, by_unit):
        # Those of several units are in order each, not yet together.
        for sheet in sorted(sheets):
            yield Placed(top.code, place, sheet)


def _by_place(
    campaign: Campaign, top: CampaignUnit, by_unit: Mapping[int, list[Sheet]]
) -> Iterator[tuple[CampaignUnit, list[Sheet]]]:
    """Yield the units that sheets may be placed at, by code, each with its sheets."""
    units = CampaignUnit.objects.filter(campaign=campaign, chunk=top.unit_id)
    places = {place.unit_id: place for place in units.select_related("version")}
    crowds = {unit: Counter(sheet.who for sheet in sheets) for unit, sheets in by_unit.items()}
    paths = {unit: place.path for unit, place in places.items()}
    unnamed = released_sheets.withheld_by_unit(campaign, top.unit_id)
    names = named_units(crowds, paths, top.unit_id, campaign.threshold, unnamed=unnamed)
    found: defaultdict[int, list[Sheet]] = defaultdict(list)
    for unit, sheets in by_unit.items():
        found[names[unit]] += sheets
    for place in sorted((places[unit] for unit in found), key=lambda place: place.code):
        yield place, found[place.unit_id]


def _is_frozen(bundle: Bundle, campaign: Campaign, top: CampaignUnit, sheets: list[Sheet]) -> bool:
    """Return whether these are, sheet for sheet, the microdata of the frozen release."""
    file = bundle.files.select_related("blob").filter(path=f"microdata/{top.code}.csv").first()
    now = released_sheets.microdata_file(campaign, top.code, sheets)
    return file is not None and bytes(file.blob.content) == now
