"""The CSV files of units, read and checked as a whole; every fault names its file and line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from surveys.models import Succession, Tier

SHIPPED = Path(__file__).resolve().parent / "data" / "units"
# Nothing is known before 2025-06-30; campaigns of 2024 read that day's map (data/units).
OLD_ERA_BEGAN = date(2024, 1, 1)
REFORM = date(2025, 7, 1)
NATION = "vn"

OLD, NEW = "units_until_2025-06-30.csv", "units_since_2025-07-01.csv"
CHANGES, LINKS, AGENCIES = (
    "changes_since_2025-07-01.csv",
    "succession_2025-07-01.csv",
    "agencies.csv",
)
COLUMNS = {
    OLD: {"tier", "code", "type", "name", "full_name", "parent_code"},
    NEW: {"tier", "code", "type", "name", "full_name", "parent_code", "law"},
    CHANGES: {"tier", "code", "from", "full_name", "law"},
    LINKS: {"old_tier", "old_code", "new_code", "kind"},
    AGENCIES: {"code", "type", "name", "full_name", "parent_code", "from", "until"},
}
WIDTHS = {Tier.PROVINCE: 2, Tier.DISTRICT: 3, Tier.COMMUNE: 5}
PARENTS = {Tier.PROVINCE: None, Tier.DISTRICT: Tier.PROVINCE}


class UnitFileError(ValueError):
    """A file of units that cannot be loaded; the message names file, line and reason."""


class UnitKey(NamedTuple):
    """A unit as the files name it: unique together with the day it began."""

    tier: Tier
    code: str
    since: date


@dataclass(frozen=True)
class Version:
    """A name, type and parent from a day on."""

    since: date
    type: str
    name: str
    full_name: str
    parent: UnitKey | None
    law: str = ""


@dataclass
class UnitRow:
    """A unit with its versions in order; `until` is the first day it no longer exists."""

    key: UnitKey
    until: date | None
    opened_by: str = ""
    versions: list[Version] = field(default_factory=list)


@dataclass
class Map:
    """All units, and the links (old, new, kind)."""

    units: dict[UnitKey, UnitRow]
    links: list[tuple[UnitKey, UnitKey, Succession.Kind]]


class _Line(NamedTuple):
    file: str
    number: int
    cells: dict[str, str]

    def fault(self, reason: str) -> UnitFileError:
        where = _("%(file)s, line %(line)d") % {"file": self.file, "line": self.number}
        return UnitFileError(f"{where}: {reason}")


def read_map(directory: Path = SHIPPED) -> Map:
    """Read and check all files of a directory.

    Raises:
        UnitFileError: a file is missing or not as it should be; names file, line and reason.
    """
    nation = UnitKey(Tier.NATION, NATION, OLD_ERA_BEGAN)
    country = Version(OLD_ERA_BEGAN, "", "Việt Nam", "Việt Nam", None)
    found = Map({nation: UnitRow(nation, None, versions=[country])}, [])
    for file, since, until in ((OLD, OLD_ERA_BEGAN, REFORM), (NEW, REFORM, None)):
        for line in _lines(directory, file):
            _add_unit(found, line, since, until)
    for line in _lines(directory, AGENCIES):
        _add_agency(found, line)
    for line in _lines(directory, CHANGES):
        _add_change(found, line)
    for line in _lines(directory, LINKS):
        _add_link(found, line)
    _check_succession(found)
    return found


def _lines(directory: Path, file: str) -> Iterator[_Line]:
    try:
        with (directory / file).open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restkey="", restval=None, strict=True)
            wanted = COLUMNS[file]
            if missing := wanted - set(reader.fieldnames or ()):
                raise UnitFileError(
                    _("%(file)s: the column %(column)s is missing.")
                    % {"file": file, "column": ", ".join(sorted(missing))}
                )
            for cells in reader:
                line = _Line(file, reader.line_num, cells)
                if "" in cells or None in cells.values():
                    raise line.fault(_("more or fewer cells than columns"))
                yield line
    except FileNotFoundError as error:
        raise UnitFileError(
            _("%(file)s is not in %(directory)s.") % {"file": file, "directory": directory}
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnitFileError(f"{file}: {error}") from error


def _add(found: Map, line: _Line, unit: UnitRow) -> None:
    if unit.key in found.units:
        raise line.fault(_("the code %(code)s stands twice") % {"code": unit.key.code})
    if not unit.versions[0].full_name.strip():
        raise line.fault(_("the name is missing"))
    found.units[unit.key] = unit


def _add_unit(found: Map, line: _Line, since: date, until: date | None) -> None:
    tier, code = _tier(line, "tier"), line.cells["code"]
    if len(code) != WIDTHS[tier] or not code.isdecimal():
        raise line.fault(
            _('a code of this tier has %(width)d digits, not "%(code)s"')
            % {"width": WIDTHS[tier], "code": code}
        )
    parent = _parent(found, line, tier, since)
    _add(
        found,
        line,
        UnitRow(
            UnitKey(tier, code, since),
            until,
            line.cells.get("law", ""),
            [_version(line, since, parent, line.cells.get("law", ""))],
        ),
    )


def _version(line: _Line, since: date, parent: UnitKey, law: str = "") -> Version:
    cells = line.cells
    return Version(since, cells["type"], cells["name"], cells["full_name"], parent, law)


def _tier(line: _Line, column: str) -> Tier:
    tier = line.cells[column]
    if tier not in WIDTHS:
        raise line.fault(_('"%(tier)s" is no tier of this file') % {"tier": tier})
    return Tier(tier)


def _parent(found: Map, line: _Line, tier: Tier, since: date) -> UnitKey:
    """Return the unit the line hangs under: a commune under a district, or under a province."""
    code = line.cells["parent_code"]
    if tier == Tier.PROVINCE:
        return UnitKey(Tier.NATION, NATION, OLD_ERA_BEGAN)
    above = Tier.DISTRICT if tier == Tier.COMMUNE and since < REFORM else Tier.PROVINCE
    parent = UnitKey(above, code, since)
    if parent not in found.units:
        raise line.fault(_('there is no parent with the code "%(code)s"') % {"code": code})
    return parent


def _add_agency(found: Map, line: _Line) -> None:
    cells = line.cells
    since = _day(line, "from") or OLD_ERA_BEGAN
    until = _day(line, "until")
    parents = [
        unit.key
        for unit in found.units.values()
        if unit.key.code == cells["parent_code"]
        and unit.key.since <= since
        and (unit.until is None or (until is not None and until <= unit.until))
    ]
    if len(parents) != 1:
        raise line.fault(
            _('there is no parent with the code "%(code)s" in those days')
            % {"code": cells["parent_code"]}
        )
    key = UnitKey(Tier.AGENCY, cells["code"], since)
    _add(found, line, UnitRow(key, until, "", [_version(line, since, parents[0])]))


def _day(line: _Line, column: str) -> date | None:
    text = line.cells[column]
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise line.fault(_('"%(text)s" is no day (2026-04-30)') % {"text": text}) from error


def _add_change(found: Map, line: _Line) -> None:
    unit = found.units.get(UnitKey(_tier(line, "tier"), line.cells["code"], REFORM))
    since = _day(line, "from")
    if unit is None or since is None:
        raise line.fault(_("a change needs a unit of today and a day"))
    last = unit.versions[-1]
    kind = line.cells["full_name"].removesuffix(last.name).strip()
    if since <= last.since or not kind or kind == line.cells["full_name"]:
        raise line.fault(_("a change gives a unit another type, later than the last one"))
    unit.versions.append(
        Version(since, kind, last.name, line.cells["full_name"], last.parent, line.cells["law"])
    )


def _add_link(found: Map, line: _Line) -> None:
    cells = line.cells
    tier = _tier(line, "old_tier")
    new_tier = Tier.PROVINCE if tier == Tier.PROVINCE else Tier.COMMUNE
    old = UnitKey(tier, cells["old_code"], OLD_ERA_BEGAN)
    new = UnitKey(new_tier, cells["new_code"], REFORM)
    if old not in found.units or new not in found.units:
        raise line.fault(_("a link joins an old unit and a new one; one of the codes is unknown"))
    if cells["kind"] not in Succession.Kind.values:
        raise line.fault(_('"%(kind)s" is no kind of succession') % {"kind": cells["kind"]})
    found.links.append((old, new, Succession.Kind(cells["kind"])))


def _check_succession(found: Map) -> None:
    """Every old province and commune goes on somewhere, by one whole link or only by parts."""
    kinds: dict[UnitKey, list[Succession.Kind]] = {}
    preceded = {new for _old, new, _kind in found.links}
    for old, _new, kind in found.links:
        kinds.setdefault(old, []).append(kind)
    whole = {Succession.Kind.SAME, Succession.Kind.WHOLE, Succession.Kind.PEOPLE_ALL}
    for key in found.units:
        if key.tier not in {Tier.PROVINCE, Tier.COMMUNE}:
            continue
        if key.since >= REFORM:
            if key not in preceded:
                raise UnitFileError(
                    _("%(file)s: %(code)s comes from no old unit.")
                    % {"file": LINKS, "code": key.code}
                )
            continue
        people = [kind for kind in kinds.get(key, []) if kind != Succession.Kind.LAND_ONLY]
        if not people or (whole.intersection(people) and len(people) > 1):
            raise UnitFileError(
                _("%(file)s: the people of %(code)s go nowhere, or to more than one unit whole.")
                % {"file": LINKS, "code": key.code}
            )
