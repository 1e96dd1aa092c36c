"""Takes changes of the map from a file into the database: all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from psycopg.types.range import Range

from surveys.bulk.response_file import FaultList, refusal
from surveys.models import CampaignUnit, Counter, RoleGrant, Succession, Tier, Unit, UnitVersion
from surveys.units.map_change_checks import PEOPLED, Ended, check_below, check_links
from surveys.units.map_change_rows import Row, read_rows
from surveys.units.search_keys import search_key, sort_key

Kind = Succession.Kind
# Parents before children.
ORDER = (Tier.PROVINCE, Tier.DISTRICT, Tier.COMMUNE, Tier.AGENCY)
MayChange = Callable[[Tier, Unit | None], bool]


@dataclass
class MapChanges:
    """What a file changes, and what stands on the units it ends.

    `units`: a line for each unit made, called or placed otherwise, or ended.
    """

    rows: int = 0
    new_units: int = 0
    new_versions: int = 0
    corrected: int = 0
    ended: int = 0
    links: int = 0
    counters: int = 0
    roles: int = 0
    units: list[str] = field(default_factory=list)

    def told(self) -> dict[str, int | list[str]]:
        return dict(vars(self))


def change_map(path: Path, *, may: MayChange, dry_run: bool) -> MapChanges:
    """Take the changes of a CSV, in one transaction.

    Args:
        may: whether a unit of a tier may be changed: the unit itself, or its parent if it is new.
        dry_run: try all against the rules of the database and store nothing.

    Raises:
        ImportRefused: names every row at fault; nothing was stored.
    """
    faults = FaultList()
    rows = read_rows(path, faults)
    with transaction.atomic():
        with connection.cursor() as cursor:
            # As imports of the whole map do: two at once would not see each other's rows.
            cursor.execute("LOCK TABLE surveys_unit IN SHARE ROW EXCLUSIVE MODE")
        taking = _Taking(may, faults)
        try:
            with transaction.atomic():
                found = taking.take(sorted(rows, key=lambda row: ORDER.index(row.tier)))
                faults.raise_if_any()
                connection.check_constraints()
        except IntegrityError as error:
            detail = getattr(getattr(error.__cause__, "diag", None), "message_primary", None)
            words = _("The database refuses it: %(detail)s") % {"detail": detail or error}
            raise refusal(1, words) from error
        if dry_run:
            transaction.set_rollback(True)
    found.rows = len(rows)
    return found


class _Taking:
    """One file on its way into the database."""

    def __init__(self, may: MayChange, faults: FaultList) -> None:
        self.may, self.faults = may, faults
        self.changes = MapChanges()
        # Units this file ends, with the row and the day.
        self.ended: dict[int, Ended] = {}
        self.links: list[tuple[Row, Succession]] = []

    def take(self, rows: Iterable[Row]) -> MapChanges:
        rows = list(rows)
        origins = {row: self._ended_by(row) for row in rows}
        for row in rows:
            self._change(row, origins[row])
        check_links(self.ended.values(), self.links, self.faults)
        check_below(self.ended.values(), self.faults)
        ended = list(self.ended)
        self.changes.counters = Counter.objects.filter(unit__in=ended, active=True).count()
        self.changes.roles = RoleGrant.objects.filter(unit__in=ended, ends_at=None).count()
        return self.changes

    # What ends.

    def _ended_by(self, row: Row) -> list[tuple[Unit, Kind]]:
        """End the units that went into a new one; return them with how."""
        found = []
        for part in row.made_of:
            unit = self._in_force(row.tier, part.code, row.since, ended_then=True)
            if unit is None:
                words = _("no unit with the code %(code)s ends that day")
                self.faults.add(row.line, "made_of", words % {"code": part.code})
            elif row.since is not None:
                self._end(row, unit, row.since)
                found.append((unit, part.kind))
        return found

    def _end(self, row: Row, unit: Unit, day: date) -> None:
        if unit.pk in self.ended:
            return
        if not self.may(Tier(unit.tier), unit):
            self.faults.add(row.line, "code", _("you may not change this unit"))
            return
        self.ended[unit.pk] = Ended(row, unit, day)
        # What the rows before wrote is looked at as it is now, before it changes again.
        connection.check_constraints()
        last = UnitVersion.objects.filter(unit=unit).order_by("-in_force").first()
        if unit.in_force.lower >= day or (last and last.in_force.lower >= day):
            words = _("the map knows of a later change of %(code)s")
            self.faults.add(row.line, "until", words % {"code": unit.code})
            return
        if last is not None:
            last.in_force = Range(last.in_force.lower, day)
            last.save(update_fields=["in_force"])
        unit.in_force, unit.closed_by = Range(unit.in_force.lower, day), row.law
        unit.save(update_fields=["in_force", "closed_by"])
        self.changes.ended += 1
        self.changes.units.append(f"{unit.code} {last.full_name if last else ''} → –")

    # What begins or changes.

    def _change(self, row: Row, origins: list[tuple[Unit, Kind]]) -> None:
        known = self._in_force(row.tier, row.code, row.since or row.until, ended_then=not row.since)
        if row.since is None:
            if known is None:
                self.faults.add(row.line, "code", _("there is no such unit then"))
            elif row.until is not None:
                self._end(row, known, row.until)
            return
        parent = self._parent(row)
        if row.parent_code and parent is None:
            self.faults.add(row.line, "parent_code", _("there is no such unit that day"))
        elif known is None:
            self._begin(row, parent, origins)
        elif origins:
            self.faults.add(row.line, "made_of", _("its code names another unit that day"))
        else:
            self._rename(row, known, parent)

    def _begin(self, row: Row, parent: Unit | None, origins: list[tuple[Unit, Kind]]) -> None:
        if parent is None:
            self.faults.add(row.line, "parent_code", _("a new unit needs the unit above"))
            return
        if not self.may(row.tier, parent):
            self.faults.add(row.line, "code", _("you may not change this unit"))
            return
        if row.tier in PEOPLED and not origins:
            self.faults.add(row.line, "made_of", _("the units it was made of are needed"))
            return
        days: Range[date] = Range(row.since, row.until)
        unit = Unit.objects.create(tier=row.tier, code=row.code, in_force=days, opened_by=row.law)
        self._version(row, unit, parent, days)
        self.changes.new_units += 1
        self.changes.units.append(f"{row.code} – → {row.full_name}")
        for old, kind in origins:
            link = Succession(old=old, new=unit, on=unit.in_force.lower, kind=kind, law=row.law)
            link.save()
            self.links.append((row, link))
            self.changes.links += 1

    def _rename(self, row: Row, unit: Unit, parent: Unit | None) -> None:
        if not self.may(row.tier, unit) or (parent and not self.may(row.tier, parent)):
            self.faults.add(row.line, "code", _("you may not change this unit"))
            return
        last = UnitVersion.objects.filter(unit=unit).order_by("-in_force").first()
        if last is None or row.since is None or last.in_force.lower > row.since:
            words = _("the map knows of a later change of %(code)s")
            self.faults.add(row.line, "from", words % {"code": unit.code})
            return
        until = last.in_force.upper
        above = parent or last.parent
        if last.in_force.lower == row.since:
            if CampaignUnit.objects.filter(version=last).exists():
                words = _("campaigns keep the name %(code)s has since that day: give a later day")
                self.faults.add(row.line, "from", words % {"code": unit.code})
                return
            last.delete()
            self.changes.corrected += 1
        else:
            last.in_force = Range(last.in_force.lower, row.since)
            last.save(update_fields=["in_force"])
            self.changes.new_versions += 1
        was, now = _named(last.full_name, last.parent), _named(row.full_name, above)
        self.changes.units.append(f"{unit.code} {was} → {now}")
        self._version(row, unit, above, Range(row.since, until))
        if row.until is not None:
            self._end(row, unit, row.until)

    @staticmethod
    def _version(row: Row, unit: Unit, parent: Unit | None, days: Range[date]) -> None:
        UnitVersion.objects.create(
            unit=unit,
            parent=parent,
            name=row.name,
            full_name=row.full_name,
            type=row.type,
            in_force=days,
            law=row.law,
            sort_key=sort_key(row.name),
            search_key=search_key(row.name, row.full_name),
        )

    def _in_force(
        self, tier: Tier, code: str, day: date | None, *, ended_then: bool
    ) -> Unit | None:
        """Return the unit of a code on a day; `ended_then`: also one that ends that very day."""
        rows = Unit.objects.filter(tier=tier, code=code)
        now = Q(in_force__contains=day)
        if ended_then:
            return rows.filter(now | Q(in_force__endswith=day)).order_by("in_force").first()
        return rows.filter(now).first()

    @staticmethod
    def _parent(row: Row) -> Unit | None:
        if row.tier == Tier.PROVINCE and not row.parent_code:
            return Unit.objects.filter(tier=Tier.NATION, in_force__contains=row.since).first()
        territories = Unit.objects.exclude(tier__in=[Tier.AGENCY, row.tier])
        return territories.filter(code=row.parent_code, in_force__contains=row.since).first()


def _named(name: str, parent: Unit | None) -> str:
    return f"{name} ({parent.code})" if parent else name
