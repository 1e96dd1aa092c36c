"""The CSV files of units, read and checked as a whole; every fault names its file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from surveys.models import Succession, Tier
from surveys.units.unit_lines import Line, read_lines
from surveys.units.unit_map import (
    NATION,
    OLD_ERA_BEGAN,
    REFORM,
    Link,
    UnitFileError,
    UnitKey,
    UnitMap,
    UnitRow,
    Version,
)
from surveys.units.unit_succession import check_succession

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "units"
OLD, NEW = "units_until_2025-06-30.csv", "units_since_2025-07-01.csv"
LINKS = "succession_2025-07-01.csv"
AGENCIES, CHANGES = "agencies.csv", "changes_since_2025-07-01.csv"
NAMES = ("type", "name", "full_name")
COLUMNS = {
    OLD: ("tier", "code", *NAMES, "parent_code"),
    NEW: ("tier", "code", *NAMES, "parent_code", "law"),
    LINKS: ("old_tier", "old_code", "new_code", "kind"),
    AGENCIES: ("code", *NAMES, "parent_code", "from", "until"),
    CHANGES: ("tier", "code", "from", *NAMES, "law"),
}
# Official numbers of 2025-06-30 and 2025-07-01 (Cục Thống kê); data/units/README.md.
COUNTS = {
    (Tier.PROVINCE, OLD_ERA_BEGAN): 63,
    (Tier.DISTRICT, OLD_ERA_BEGAN): 696,
    (Tier.COMMUNE, OLD_ERA_BEGAN): 10_035,
    (Tier.PROVINCE, REFORM): 34,
    (Tier.COMMUNE, REFORM): 3_321,
}
WIDTHS = {Tier.PROVINCE: 2, Tier.DISTRICT: 3, Tier.COMMUNE: 5}
TYPES = {
    Tier.PROVINCE: {"Tỉnh", "Thành phố"},
    Tier.DISTRICT: {"Quận", "Huyện", "Thị xã", "Thành phố"},
    Tier.COMMUNE: {"Phường", "Xã", "Thị trấn", "Đặc khu"},
}
# It stands in addresses of pages.
AGENCY_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


def read_map(
    directory: Path = SHIPPED, *, counts: Mapping[tuple[Tier, date], int] = COUNTS
) -> UnitMap:
    """Read and check all files of a directory.

    Args:
        counts: how many units of a tier must have begun on a day.

    Raises:
        UnitFileError: a file is missing or not as it should be; names file, line and reason.
    """
    nation = UnitKey(Tier.NATION, NATION, OLD_ERA_BEGAN)
    country = Version(OLD_ERA_BEGAN, "", "Việt Nam", "Việt Nam", None)
    found = UnitMap({nation: UnitRow(nation, None, versions=[country])})
    for file, since, until in ((OLD, OLD_ERA_BEGAN, REFORM), (NEW, REFORM, None)):
        for line in read_lines(directory / file, COLUMNS[file]):
            _add_unit(found, line, since, until)
    _check_counts(found, counts)
    for line in read_lines(directory / LINKS, COLUMNS[LINKS]):
        _add_link(found, line)
    check_succession(found)
    by_code: dict[str, list[UnitRow]] = {}
    for unit in found.units.values():
        by_code.setdefault(unit.key.code, []).append(unit)
    for line in read_lines(directory / AGENCIES, COLUMNS[AGENCIES]):
        _add_agency(found, line, by_code)
    for line in read_lines(directory / CHANGES, COLUMNS[CHANGES]):
        _add_change(line, by_code)
    return found


def _add_unit(found: UnitMap, line: Line, since: date, until: date | None) -> None:
    tier, code, law = _tier(line, "tier"), line.cells["code"], line.cells.get("law", "")
    if tier == Tier.DISTRICT and since == REFORM:
        raise line.fault(_("there are no districts since 2025-07-01"))
    if len(code) != WIDTHS[tier] or not (code.isascii() and code.isdigit()):
        raise line.fault(
            _('a code of this tier has %(width)d digits, not "%(code)s"')
            % {"width": WIDTHS[tier], "code": code}
        )
    key = UnitKey(tier, code, since)
    if key in found.units:
        raise line.fault(_('the code "%(code)s" stands twice') % {"code": code})
    version = _version(line, tier, since, _parent(found, line, key))
    found.units[key] = UnitRow(key, until, law, [version])
    found.places[key] = line.place


def _version(line: Line, tier: Tier, since: date, parent: UnitKey | None) -> Version:
    kind, name, full_name = (line.cells[column] for column in NAMES)
    if tier == Tier.AGENCY:
        if not (kind and name and full_name):
            raise line.fault(_("an agency needs a type, a name and a full name"))
    elif kind not in TYPES[tier]:
        raise line.fault(_('"%(type)s" is no type of this tier') % {"type": kind})
    elif not name or full_name not in {name, f"{kind} {name}"}:
        raise line.fault(_("the full name is not the type and the name"))
    return Version(since, kind, name, full_name, parent, line.cells.get("law", ""))


def _tier(line: Line, column: str) -> Tier:
    tier = line.cells[column]
    if tier not in WIDTHS:
        raise line.fault(_('"%(tier)s" is no tier of this file') % {"tier": tier})
    return Tier(tier)


def _parent(found: UnitMap, line: Line, key: UnitKey) -> UnitKey:
    """Return the unit above: of a commune a district, since 2025-07-01 a province."""
    code = line.cells["parent_code"]
    if key.tier == Tier.PROVINCE:
        parent = UnitKey(Tier.NATION, code, OLD_ERA_BEGAN)
    elif key.tier == Tier.COMMUNE and key.since < REFORM:
        parent = UnitKey(Tier.DISTRICT, code, key.since)
    else:
        parent = UnitKey(Tier.PROVINCE, code, key.since)
    if parent not in found.units:
        raise line.fault(_('there is no parent with the code "%(code)s" above') % {"code": code})
    return parent


def _check_counts(found: UnitMap, counts: Mapping[tuple[Tier, date], int]) -> None:
    for (tier, since), wanted in counts.items():
        if (there := found.count(tier, since)) != wanted:
            raise UnitFileError(
                _("%(file)s: %(there)d units of the tier %(tier)s instead of %(wanted)d.")
                % {
                    "file": OLD if since < REFORM else NEW,
                    "there": there,
                    "tier": tier.label,
                    "wanted": wanted,
                }
            )


def _add_link(found: UnitMap, line: Line) -> None:
    cells, tier = line.cells, _tier(line, "old_tier")
    new_tier = Tier.PROVINCE if tier == Tier.PROVINCE else Tier.COMMUNE
    old = UnitKey(tier, cells["old_code"], OLD_ERA_BEGAN)
    new = UnitKey(new_tier, cells["new_code"], REFORM)
    if old not in found.units or new not in found.units:
        unknown = cells["old_code"] if old not in found.units else cells["new_code"]
        raise line.fault(_('there is no unit with the code "%(code)s"') % {"code": unknown})
    if cells["kind"] not in Succession.Kind.values:
        raise line.fault(_('"%(kind)s" is no kind of succession') % {"kind": cells["kind"]})
    found.links.append(Link(old, new, Succession.Kind(cells["kind"]), line.place))


def _add_agency(found: UnitMap, line: Line, by_code: dict[str, list[UnitRow]]) -> None:
    """Add an agency; of all units with its parent's code, one must exist as long as it does."""
    code, since, until = line.cells["code"], line.day("from") or OLD_ERA_BEGAN, line.day("until")
    if not AGENCY_CODE.fullmatch(code):
        raise line.fault(
            _('the code of an agency looks like 19-snv, not "%(code)s"') % {"code": code}
        )
    days = (since, until or date.max)
    if days[1] <= since:
        raise line.fault(_('"until" is the first day without it, later than "from"'))
    if any(since < _end(unit) and unit.key.since < days[1] for unit in by_code.get(code, ())):
        raise line.fault(_('the code "%(code)s" stands twice') % {"code": code})
    above = line.cells["parent_code"]
    parents = [
        unit.key
        for unit in by_code.get(above, ())
        if unit.key.since <= since and days[1] <= _end(unit)
    ]
    if len(parents) != 1:
        raise line.fault(
            _('there is no parent with the code "%(code)s" in those days') % {"code": above}
        )
    key = UnitKey(Tier.AGENCY, code, since)
    row = UnitRow(key, until, versions=[_version(line, key.tier, since, parents[0])])
    found.units[key] = row
    found.places[key] = line.place
    by_code.setdefault(code, []).append(row)


def _end(unit: UnitRow) -> date:
    return unit.until or date.max


def _add_change(line: Line, by_code: Mapping[str, list[UnitRow]]) -> None:
    """Add another type or name to a unit from a day on: parent, extent and code stay."""
    cells, since = line.cells, line.day("from")
    if since is None:
        raise line.fault(_('a change needs a day in "from"'))
    units = [
        unit
        for unit in by_code.get(cells["code"], ())
        if unit.key.tier == cells["tier"] and unit.key.since < since < _end(unit)
    ]
    if len(units) != 1:
        raise line.fault(
            _('no unit of this tier has the code "%(code)s" before and on %(day)s')
            % {"code": cells["code"], "day": since}
        )
    unit = units[0]
    last = unit.versions[-1]
    version = _version(line, unit.key.tier, since, last.parent)
    if since <= last.since:
        raise line.fault(_("a change must be later than the one before"))
    if (version.type, version.name, version.full_name) == (last.type, last.name, last.full_name):
        raise line.fault(_("nothing changes on this line"))
    unit.versions.append(version)
