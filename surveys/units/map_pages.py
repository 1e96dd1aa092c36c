"""What the panel shows of the map of a day: a unit, what lies above and below it, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When

from surveys.models import Counter, Succession, Tier, Unit, UnitVersion
from surveys.rights.reach import Reach
from surveys.units.search_keys import search_text

MOST_FOUND = 50

ABOVE = """
WITH RECURSIVE above (unit_id, parent_id, full_name, height) AS (
    SELECT unit_id, parent_id, full_name, 0
      FROM surveys_unitversion WHERE unit_id = %(unit)s AND in_force @> %(day)s::date
  UNION ALL
    SELECT version.unit_id, version.parent_id, version.full_name, height + 1
      FROM surveys_unitversion AS version JOIN above ON version.unit_id = above.parent_id
     WHERE version.in_force @> %(day)s::date
)
SELECT unit_id, full_name FROM above WHERE height > 0 ORDER BY height DESC
"""


@dataclass(frozen=True)
class Link:
    """A unit that went into another, or came from it; `name` as it was called that day."""

    succession: Succession
    unit: Unit
    name: str


@dataclass(frozen=True)
class UnitOnDay:
    """A unit on the map of a day; `version` None where it is not on it.

    `above`: ids and names from the nation down. `versions` the earliest first.
    """

    unit: Unit
    day: date
    version: UnitVersion | None
    above: Sequence[tuple[int, str]]
    versions: Sequence[UnitVersion]
    before: Sequence[Link]
    after: Sequence[Link]
    counters: Sequence[Counter]

    @property
    def name(self) -> str:
        """The name on that day, else the last one."""
        return (self.version or self.versions[-1]).full_name


def day_of(unit: Unit, today: date) -> date:
    """Return today, or the nearest day on which a unit existed."""
    since, until = unit.in_force.lower, unit.in_force.upper
    if until is not None and today >= until:
        last: date = until - timedelta(days=1)
        return last
    nearest: date = max(today, since)
    return nearest


def unit_on(unit: Unit, day: date) -> UnitOnDay:
    parent = UnitVersion.objects.filter(
        unit=OuterRef("parent"), in_force__overlap=OuterRef("in_force")
    )
    versions = UnitVersion.objects.filter(unit=unit).order_by("in_force")
    versions = versions.annotate(
        parent_name=Subquery(parent.order_by("in_force").values("full_name")[:1])
    )
    found = list(versions)
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, {"unit": unit.pk, "day": day})
        above = [(row[0], row[1]) for row in cursor.fetchall()]
    return UnitOnDay(
        unit=unit,
        day=day,
        version=next((row for row in found if day in row.in_force), None),
        above=above,
        versions=found,
        before=_links(Succession.objects.filter(new=unit), "old", "-in_force"),
        after=_links(Succession.objects.filter(old=unit), "new", "in_force"),
        counters=list(Counter.objects.filter(unit=unit).order_by("code")),
    )


def _links(rows: QuerySet[Succession], end: str, order: str) -> list[Link]:
    """Return links with the last name of the old unit, or the first of the new one."""
    names = UnitVersion.objects.filter(unit=OuterRef(f"{end}_id")).order_by(order)
    rows = rows.select_related(end).annotate(name=Subquery(names.values("full_name")[:1]))
    return [
        Link(row, getattr(row, end), row.__dict__["name"]) for row in rows.order_by("on", "name")
    ]


def units_below(reach: Reach, unit: Unit, day: date) -> QuerySet[UnitVersion]:
    """Return the units directly below one on a day, each with how many are below it (`n_below`)."""
    rows = reach.on_map(day).filter(parent=unit)
    return _counted(rows, day)


def tops(reach: Reach, day: date) -> QuerySet[UnitVersion]:
    """Return the highest units of a day that lie within reach."""
    rows = reach.on_map(day)
    inside = rows.values("unit")
    return _counted(rows.filter(Q(parent=None) | ~Q(parent__in=inside)), day)


def found_on(reach: Reach, text: str, day: date) -> QuerySet[UnitVersion]:
    """Return the units of a day with this code, or with words beginning so, marks or not."""
    words = search_text(text)
    named = Q(search_key__contains=f" {words}") if words else Q(pk__in=[])
    rows = reach.on_map(day).filter(named | Q(unit__code=text.lower()))
    return _counted(rows, day)


def _counted(rows: QuerySet[UnitVersion], day: date) -> QuerySet[UnitVersion]:
    below = UnitVersion.objects.in_force_on(day).filter(parent=OuterRef("unit"))
    number = below.order_by().values("parent").annotate(n=Count("pk")).values("n")
    return (
        rows.select_related("unit")
        .annotate(n_below=Subquery(number))
        # Territories before agencies.
        .order_by(Case(When(unit__tier=Tier.AGENCY, then=1), default=0), "sort_key", "unit__code")
    )
