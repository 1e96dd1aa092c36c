"""The tree of a campaign: frozen from the map of its tree day when it opens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.counters import receipts
from surveys.models import Campaign, CampaignUnit, PlanLine, Tier, UnitVersion
from surveys.questionnaires import translations
from surveys.questionnaires.editions import Edition


class Placed(NamedTuple):
    """A unit in the tree of a campaign, as plain values: rows of a nation take five times as long.

    `path`: unit ids from the nation down to this unit.
    """

    unit_id: int
    version_id: int
    parent_id: int | None
    chunk_id: int
    code: str
    tier: str
    path: list[int]


class _OnMap(NamedTuple):
    version_id: int
    parent_id: int | None
    code: str
    tier: str


class TreeError(ValueError):
    """The map of the tree day cannot carry the campaign; the message says why."""


def open_campaign(campaign: Campaign) -> int:
    """Freeze the tree and the code book of a campaign, and return how many units it has.

    From then on the campaign takes answers on its open days. With a scope the tree holds the
    units named, all below them and the way up to the nation. Opening again changes nothing.

    Raises:
        TreeError: a code of the scope is unknown on the tree day, two units share a code, a
            unit stands above itself or under one of another day, not all hang on one nation,
            a language the questionnaire offers lacks a text, or the method weighs units and the
            sample plan does not say by what.
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        if campaign.answers_pattern is not None:
            return CampaignUnit.objects.filter(campaign=campaign).count()
        edition = campaign.questionnaire.parsed()
        _check_languages(edition)
        _check_weights(campaign)
        rows = planned_tree(campaign)
        CampaignUnit.objects.bulk_create(
            (CampaignUnit(campaign=campaign, **place._asdict()) for place in rows), batch_size=2000
        )
        if campaign.receipts:
            receipts.add_decoys(campaign)
        campaign.answers_pattern = edition.answers_pattern
        campaign.save(update_fields=["answers_pattern"])
        return len(rows)


def _check_languages(edition: Edition) -> None:
    if lacking := translations.missing(edition):
        raise TreeError(
            _("The questionnaire offers languages that lack texts: %(texts)s.")
            % {"texts": ", ".join(f"{place} ({language})" for language, place in lacking)}
        )


def _check_weights(campaign: Campaign) -> None:
    if not campaign.method.parsed().weighs_units:
        return
    lines = PlanLine.objects.filter(campaign=campaign)
    if not lines.exists() or lines.filter(population=None).exists():
        raise TreeError(
            _("The method weighs units, so the sample plan must name the people of each.")
        )


def tree(campaign: Campaign) -> list[Placed]:
    """Return the tree of a campaign: the frozen one, or the one it would freeze now.

    Raises:
        TreeError: the map of the tree day cannot carry the campaign.
    """
    if campaign.answers_pattern is None:
        return planned_tree(campaign)
    return [Placed(*row) for row in campaign.units.values_list(*Placed._fields)]


def planned_tree(campaign: Campaign) -> list[Placed]:
    """Return the tree a campaign would freeze if it opened now; nothing is stored.

    Raises:
        TreeError: the map of the tree day cannot carry the campaign.
    """
    on_map = UnitVersion.objects.in_force_on(campaign.tree_day).values_list(
        "unit_id", "pk", "parent_id", "unit__code", "unit__tier"
    )
    units = {
        unit: _OnMap(version, parent, code, tier) for unit, version, parent, code, tier in on_map
    }
    paths = {pk: _path(pk, units) for pk in units}
    inside = _in_scope(campaign, units, paths)
    if [units[top].tier for top in {paths[pk][0] for pk in inside}] != [Tier.NATION]:
        raise TreeError(
            _("The units of %(day)s do not all hang under one nation. Load the units first.")
            % {"day": campaign.tree_day}
        )
    rows = [_place(pk, paths[pk], units) for pk in inside]
    uses = Counter(row.code for row in rows)
    if twice := sorted(code for code, times in uses.items() if times > 1):
        raise TreeError(_("Two units share a code: %(codes)s.") % {"codes": ", ".join(twice)})
    return rows


def _path(unit_id: int, units: Mapping[int, _OnMap]) -> list[int]:
    """Return the unit ids from the top of the map down to this unit."""
    path = [unit_id]
    while (above := units[path[-1]].parent_id) is not None:
        if above not in units:
            raise TreeError(_("A unit's parent is not on the map of the tree day."))
        if above in path:
            raise TreeError(
                _("The unit %(code)s stands above itself.") % {"code": units[above].code}
            )
        path.append(above)
    return path[::-1]


def _in_scope(
    campaign: Campaign, units: Mapping[int, _OnMap], paths: Mapping[int, list[int]]
) -> set[int]:
    if not campaign.scope:
        return set(paths)
    known = {unit.code for unit in units.values()}
    if unknown := [code for code in campaign.scope if code not in known]:
        raise TreeError(
            _("There is no unit with the code %(codes)s on %(day)s.")
            % {"codes": ", ".join(unknown), "day": campaign.tree_day}
        )
    named = {pk for pk, unit in units.items() if unit.code in campaign.scope}
    below = {pk for pk, path in paths.items() if named.intersection(path)}
    return below.union(*(paths[pk] for pk in named))


def _place(unit_id: int, path: list[int], units: Mapping[int, _OnMap]) -> Placed:
    # A chunk is a province with all below it; what hangs directly under the nation and is no
    # province (a ministry's office) is counted in the nation's own chunk.
    in_province = len(path) > 1 and units[path[1]].tier == Tier.PROVINCE
    unit = units[unit_id]
    return Placed(
        unit_id=unit_id,
        version_id=unit.version_id,
        parent_id=unit.parent_id,
        chunk_id=path[1] if in_province else path[0],
        code=unit.code,
        tier=unit.tier,
        path=path,
    )
