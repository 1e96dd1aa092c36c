"""Brings the units in the database to what the files of units say: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from surveys.models import Succession, Tier, Unit, UnitVersion
from surveys.units.search_keys import search_key, sort_key
from surveys.units.unit_map import REFORM, UnitKey, UnitMap, UnitRow, Version
from surveys.units.unit_rows import Batch, Changes

# What ended a tier on 2025-07-01. Communes were ended by the resolutions that made their
# successors, one for each province of today.
ENDED_BY = {Tier.PROVINCE: "202/2025/QH15", Tier.DISTRICT: "203/2025/QH15"}


class UnitImportError(ValueError):
    """The database holds rows that the files contradict; the message says which."""


def import_units(
    wanted: UnitMap, *, dry_run: bool, report: Callable[[int, int], None] = lambda _done, _all: None
) -> Changes:
    """Add what is missing and correct what differs, in one transaction; take nothing away.

    Args:
        dry_run: try all against the rules of the database and store nothing.
        report: told how many of how many units, versions and links are done.

    Raises:
        UnitImportError: a row of the database stands in the way, such as a unit made by hand
            with the code of another.
    """
    changes = Changes()
    done = 0

    def stored(rows: int) -> None:
        nonlocal done
        done += rows
        report(done, wanted.rows)

    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Two imports at once would each add what the other has not committed yet.
                cursor.execute("LOCK TABLE surveys_unit IN SHARE ROW EXCLUSIVE MODE")
            ids = _store_units(wanted, changes, stored)
            _store_versions(wanted, ids, changes, stored)
            _store_links(wanted, ids, changes, stored)
            with connection.cursor() as cursor:
                # Plans kept from when these tables were small scan them once for each end of a
                # link in what follows: half a minute instead of a second.
                cursor.execute("ANALYZE surveys_unit, surveys_unitversion, surveys_succession")
            # What a commit would check, so that a dry run is refused where a real one would be.
            connection.check_constraints()
            if dry_run:
                transaction.set_rollback(True)
    except IntegrityError as error:
        detail = getattr(getattr(error.__cause__, "diag", None), "message_detail", None)
        raise UnitImportError(
            _("Rows of the database contradict the files. %(detail)s") % {"detail": detail or error}
        ) from error
    return changes


def _store_units(
    wanted: UnitMap, changes: Changes, report: Callable[[int], None]
) -> dict[UnitKey, int]:
    """Return the id of every unit of the files."""
    known = {_key(unit): unit for unit in Unit.objects.all()}
    ended_by = _ended_by(wanted)
    batch = Batch(Unit, changes)
    for key, row in wanted.units.items():
        if row.until is None and key in known:
            # Ended since in the panel (surveys.units.map_changes), of which the files know nothing.
            row.until = known[key].in_force.upper
        values = {
            "in_force": Range(key.since, row.until),
            "opened_by": row.opened_by,
            "closed_by": ended_by.get(key, ""),
        }
        if key in known:
            batch.put(known[key], values, key.code)
        else:
            batch.new.append({"tier": key.tier.value, "code": key.code, **values})
    changes.unknown += [f"{key.code} ({key.tier.label})" for key in known.keys() - wanted.units]
    changes.new_units = batch.write(report)
    return {_key(unit): unit.pk for unit in Unit.objects.only("tier", "code", "in_force")}


def _key(unit: Unit) -> UnitKey:
    return UnitKey(Tier(unit.tier), unit.code, unit.in_force.lower)


def _ended_by(wanted: UnitMap) -> dict[UnitKey, str]:
    laws = {
        key: ENDED_BY[key.tier]
        for key, row in wanted.units.items()
        if row.until == REFORM and key.tier in ENDED_BY
    }
    communes = [link for link in wanted.links if link.old.tier == Tier.COMMUNE]
    return laws | {link.old: wanted.units[link.new].opened_by for link in communes}


def _store_versions(
    wanted: UnitMap, ids: Mapping[UnitKey, int], changes: Changes, report: Callable[[int], None]
) -> None:
    known: dict[int, list[UnitVersion]] = {}
    for held in UnitVersion.objects.order_by("unit", "in_force"):
        known.setdefault(held.unit_id, []).append(held)
    batch = Batch(UnitVersion, changes)
    for key, row in wanted.units.items():
        stored = _pair(row.versions, known.get(ids[key], []))
        for version, until in zip(row.versions, _ends(row, stored), strict=True):
            values = _values(version, until, ids)
            before = stored.pop(version.since, None)
            if before is None:
                batch.new.append({"unit_id": ids[key], **values})
                continue
            days = before.in_force
            batch.put(before, values, key.code)
            _make_room(before, days)
        changes.unknown += [f"{key.code} {extra.full_name}" for extra in stored.values()]
    changes.new_versions = batch.write(report)


def _pair(versions: Sequence[Version], stored: Iterable[UnitVersion]) -> dict[date, UnitVersion]:
    """Return stored versions by the day the files give them.

    A name that begins on another day in the files is corrected in place, under the campaigns
    that stand on it. Versions that are in no file keep their own day.
    """
    by_day = {version.in_force.lower: version for version in stored}
    days = {version.since for version in versions}
    for version in versions:
        if version.since not in by_day:
            for day, other in by_day.items():
                if day not in days and other.full_name == version.full_name:
                    by_day[version.since] = by_day.pop(day)
                    break
    return by_day


def _ends(row: UnitRow, stored: Iterable[date]) -> list[date | None]:
    """Return the day each version of the files gives way, also to one a person added by hand."""
    begins = sorted({version.since for version in row.versions} | set(stored))
    ends = dict(zip(begins, [*begins[1:], row.until], strict=True))
    return [ends[version.since] for version in row.versions]


def _make_room(version: UnitVersion, days: Range[Any]) -> None:
    """Leave the days that are another version's from now on, before that one takes them."""
    now = version.in_force
    if now == days:
        return
    since = max(days.lower, now.lower)
    until = min(days.upper or date.max, now.upper or date.max)
    if since < until:
        UnitVersion.objects.filter(pk=version.pk).update(in_force=Range(since, until))


def _values(version: Version, until: date | None, ids: Mapping[UnitKey, int]) -> dict[str, Any]:
    return {
        "parent_id": ids[version.parent] if version.parent else None,
        "name": version.name,
        "full_name": version.full_name,
        "type": version.type,
        "in_force": Range(version.since, until),
        "law": version.law,
        "sort_key": sort_key(version.name),
        "search_key": search_key(version.name, version.full_name),
    }


def _store_links(
    wanted: UnitMap, ids: Mapping[UnitKey, int], changes: Changes, report: Callable[[int], None]
) -> None:
    known = {
        (link.old_id, link.new_id): link
        for link in Succession.objects.filter(on=REFORM).select_related("old", "new")
    }
    batch = Batch(Succession, changes)
    for link in wanted.links:
        old, new = ids[link.old], ids[link.new]
        values: dict[str, Any] = {"kind": link.kind.value, "law": wanted.units[link.new].opened_by}
        before = known.pop((old, new), None)
        if before is None:
            batch.new.append(
                {"old_id": old, "new_id": new, "on": REFORM, "share_source": "", **values}
            )
            continue
        if before.kind != link.kind:
            # A share of the people was known for another kind of succession.
            values |= {"people_share": None, "share_source": ""}
        batch.put(before, values, f"{link.old.code} → {link.new.code}")
    changes.unknown += [f"{extra.old.code} → {extra.new.code}" for extra in known.values()]
    changes.new_links = batch.write(report)
