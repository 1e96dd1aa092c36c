"""Brings the units in the database to what the files of units say: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from psycopg.types.range import Range

from surveys.models import Succession, Tier, Unit, UnitVersion
from surveys.search_keys import search_key, sort_key
from surveys.unit_files import REFORM, Map, UnitKey, UnitRow, Version

REFORM_LAW = "202/2025/QH15"
BATCH = 2000


@dataclass
class Changes:
    """What an import did, or would do; units and names in words, for a person to read."""

    new_units: int = 0
    new_versions: int = 0
    new_links: int = 0
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    # In the database and in no file. They stay: campaigns and counters may stand on them.
    unknown: list[str] = field(default_factory=list)


def import_units(
    wanted: Map, *, dry_run: bool, report: Callable[[int, int], None] = lambda _done, _all: None
) -> Changes:
    """Add what is missing and correct what differs, in one transaction.

    Args:
        report: told how many of how many units, versions and links are done.
    """
    changes = Changes()
    steps = _Steps(report, 2 * len(wanted.units) + len(wanted.links))
    with transaction.atomic():
        ids = _store_units(wanted, changes, steps)
        _store_versions(wanted, ids, changes, steps)
        _store_links(wanted, ids, changes, steps)
        if dry_run:
            transaction.set_rollback(True)
    return changes


class _Steps:
    def __init__(self, report: Callable[[int, int], None], total: int) -> None:
        self.report, self.total, self.done = report, total, 0

    def add(self, steps: int) -> None:
        self.done += steps
        self.report(self.done, self.total)


def _store_units(wanted: Map, changes: Changes, steps: _Steps) -> dict[UnitKey, int]:
    """Return the id of every unit of the files."""
    known = {
        UnitKey(Tier(unit.tier), unit.code, unit.in_force.lower): unit
        for unit in Unit.objects.all()
    }
    changes.unknown = [
        f"{unit.code} ({unit.tier})" for key, unit in known.items() if key not in wanted.units
    ]
    new = [_unit(row) for key, row in wanted.units.items() if key not in known]
    for key, row in wanted.units.items():
        unit = known.get(key)
        if unit is None:
            continue
        values = {"in_force": _range(key.since, row.until), **_laws(row)}
        if _differs(unit, values):
            changes.changed.append(f"{key.code}: {unit.in_force} → {values['in_force']}")
            unit.save(update_fields=list(values))
    _create(Unit, new, steps)
    changes.new_units = len(new)
    steps.add(len(wanted.units) - len(new))
    return {
        UnitKey(Tier(tier), code, in_force.lower): pk
        for pk, tier, code, in_force in Unit.objects.values_list("pk", "tier", "code", "in_force")
    }


def _unit(row: UnitRow) -> Unit:
    key = row.key
    return Unit(tier=key.tier, code=key.code, in_force=_range(key.since, row.until), **_laws(row))


def _laws(row: UnitRow) -> dict[str, str]:
    closed = REFORM_LAW if row.until == REFORM and row.key.tier != Tier.AGENCY else ""
    return {"opened_by": row.opened_by, "closed_by": closed}


def _store_versions(wanted: Map, ids: dict[UnitKey, int], changes: Changes, steps: _Steps) -> None:
    known = {
        (version.unit_id, version.in_force.lower): version
        for version in UnitVersion.objects.filter(unit__in=ids.values())
    }
    new: list[UnitVersion] = []
    for key, row in wanted.units.items():
        for version, until in zip(row.versions, _ends(row), strict=True):
            values = _values(version, until, ids)
            stored = known.get((ids[key], version.since))
            if stored is None:
                new.append(UnitVersion(unit_id=ids[key], **values))
            elif _differs(stored, values):
                changes.changed.append(f"{key.code}: {stored.full_name} → {version.full_name}")
                stored.save(update_fields=list(values))
            else:
                changes.unchanged += 1
    # A version that ends earlier than it did was saved above, so that none overlap now.
    _create(UnitVersion, new, steps)
    changes.new_versions = len(new)
    steps.add(len(wanted.units) - len(new))


def _ends(row: UnitRow) -> list[date | None]:
    return [*(version.since for version in row.versions[1:]), row.until]


def _values(version: Version, until: date | None, ids: dict[UnitKey, int]) -> dict[str, Any]:
    return {
        "parent_id": ids[version.parent] if version.parent else None,
        "name": version.name,
        "full_name": version.full_name,
        "type": version.type,
        "in_force": _range(version.since, until),
        "law": version.law,
        "sort_key": sort_key(version.name),
        "search_key": search_key(version.name, version.full_name),
    }


def _store_links(wanted: Map, ids: dict[UnitKey, int], changes: Changes, steps: _Steps) -> None:
    known = {(link.old_id, link.new_id): link for link in Succession.objects.filter(on=REFORM)}
    new: list[Succession] = []
    for old, successor, kind in wanted.links:
        link = known.get((ids[old], ids[successor]))
        if link is None:
            new.append(
                Succession(
                    old_id=ids[old], new_id=ids[successor], on=REFORM, kind=kind, law=REFORM_LAW
                )
            )
        elif _differs(link, {"kind": kind.value}):
            changes.changed.append(f"{old.code} → {successor.code}: {kind}")
            link.save(update_fields=["kind"])
    _create(Succession, new, steps)
    changes.new_links = len(new)
    steps.add(len(wanted.links) - len(new))


def _differs(row: Any, values: dict[str, Any]) -> bool:
    """Put the values into a row; return whether that changed it."""
    changed = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    return changed


def _create(model: Any, rows: list[Any], steps: _Steps) -> None:
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        model.objects.bulk_create(batch)
        steps.add(len(batch))


def _range(since: date, until: date | None) -> Range[date]:
    return Range(since, until)
