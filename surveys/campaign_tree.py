"""The tree of a campaign: frozen from the map of its tree day when it opens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.models import Campaign, CampaignUnit, Tier, UnitVersion


class TreeError(ValueError):
    """The map of the tree day cannot carry the campaign; the message says why."""


def open_campaign(campaign: Campaign) -> int:
    """Freeze the tree and the code book of a campaign, and return how many units it has.

    From then on the campaign takes answers on its open days. With a scope the tree holds the
    units named, all below them and the way up to the nation. Opening again changes nothing.

    Raises:
        TreeError: a code of the scope is unknown on the tree day, two units share a code, or
            there is no nation to hang the tree on.
    """
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
        if campaign.answers_pattern is not None:
            return CampaignUnit.objects.filter(campaign=campaign).count()
        rows = _rows(campaign)
        CampaignUnit.objects.bulk_create(rows, batch_size=2000)
        campaign.answers_pattern = campaign.questionnaire.parsed().answers_pattern
        campaign.save(update_fields=["answers_pattern"])
        return len(rows)


def _rows(campaign: Campaign) -> list[CampaignUnit]:
    versions = {
        version.unit_id: version
        for version in UnitVersion.objects.in_force_on(campaign.tree_day).select_related("unit")
    }
    paths: dict[int, list[int]] = {}

    def path(unit_id: int) -> list[int]:
        if unit_id not in paths:
            version = versions.get(unit_id)
            if version is None:
                raise TreeError(_("A unit's parent is not on the map of the tree day."))
            above = [] if version.parent_id is None else path(version.parent_id)
            paths[unit_id] = [*above, unit_id]
        return paths[unit_id]

    inside = _in_scope(campaign, versions.values(), {pk: path(pk) for pk in versions})
    roots = {path(pk)[0] for pk in inside}
    if len(roots) != 1 or versions[roots.pop()].unit.tier != Tier.NATION:
        raise TreeError(
            _("The map of %(day)s has no nation to hang the tree on. Load the units first.")
            % {"day": campaign.tree_day}
        )
    rows = [_row(campaign, versions[pk], path(pk), versions) for pk in inside]
    uses = Counter(row.code for row in rows)
    if twice := sorted(code for code, times in uses.items() if times > 1):
        raise TreeError(_("Two units share a code: %(codes)s.") % {"codes": ", ".join(twice)})
    return rows


def _in_scope(
    campaign: Campaign, versions: Iterable[UnitVersion], paths: dict[int, list[int]]
) -> set[int]:
    if not campaign.scope:
        return set(paths)
    by_code = {version.unit.code: version.unit_id for version in versions}
    if unknown := [code for code in campaign.scope if code not in by_code]:
        raise TreeError(
            _("There is no unit with the code %(codes)s on %(day)s.")
            % {"codes": ", ".join(unknown), "day": campaign.tree_day}
        )
    named = {by_code[code] for code in campaign.scope}
    below = {pk for pk, path in paths.items() if named.intersection(path)}
    return below.union(*(paths[pk] for pk in named))


def _row(
    campaign: Campaign, version: UnitVersion, path: list[int], versions: dict[int, UnitVersion]
) -> CampaignUnit:
    # A chunk is a province with all below it; what hangs directly under the nation and is no
    # province (a ministry's office) is counted in the nation's own chunk.
    second = versions[path[1]].unit if len(path) > 1 else None
    chunk = path[1] if second is not None and second.tier == Tier.PROVINCE else path[0]
    return CampaignUnit(
        campaign=campaign,
        unit_id=version.unit_id,
        version=version,
        parent_id=version.parent_id,
        chunk_id=chunk,
        code=version.unit.code,
        tier=version.unit.tier,
        path=path,
    )
