"""Loading units: new, changed, unchanged, unknown; and what the database holds against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from psycopg.types.range import Range

from surveys.models import Succession, Tier, Unit, UnitVersion
from surveys.units.unit_import import UnitImportError, import_units
from surveys.units.unit_map import (
    OLD_ERA_BEGAN,
    REFORM,
    Link,
    Place,
    UnitKey,
    UnitMap,
    UnitRow,
    Version,
)
from surveys.units.unit_rows import Changes
from tests import make
from tests.races import at_once

pytestmark = pytest.mark.django_db

NATION = UnitKey(Tier.NATION, "vn", OLD_ERA_BEGAN)
OLD = UnitKey(Tier.PROVINCE, "06", OLD_ERA_BEGAN)
NEW = UnitKey(Tier.PROVINCE, "19", REFORM)
CITY = date(2026, 4, 30)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def small_map() -> UnitMap:
    """Return a nation, a province that ended, and one that began and became a city."""
    rows = [
        UnitRow(NATION, None, "", [Version(OLD_ERA_BEGAN, "", "Việt Nam", "Việt Nam", None)]),
        UnitRow(
            OLD, REFORM, "", [Version(OLD_ERA_BEGAN, "Tỉnh", "Bắc Kạn", "Tỉnh Bắc Kạn", NATION)]
        ),
        UnitRow(
            NEW,
            None,
            "202/2025/QH15",
            [
                Version(REFORM, "Tỉnh", "Thái Nguyên", "Tỉnh Thái Nguyên", NATION, "x"),
                Version(CITY, "Thành phố", "Thái Nguyên", "Thành phố Thái Nguyên", NATION, "y"),
            ],
        ),
    ]
    link = Link(OLD, NEW, Succession.Kind.WHOLE, Place("links", 2))
    return UnitMap({row.key: row for row in rows}, [link])


def load(wanted: UnitMap | None = None) -> Changes:
    return import_units(wanted or small_map(), dry_run=False)


def with_version(wanted: UnitMap, place: int, **values: Any) -> UnitMap:
    versions = wanted.units[NEW].versions
    versions[place] = replace(versions[place], **values)
    return wanted


def days(key: UnitKey) -> list[tuple[str, Range[date]]]:
    versions = UnitVersion.objects.filter(unit__code=key.code).order_by("in_force")
    return [(version.full_name, version.in_force) for version in versions]


def test_a_unit_that_was_ended_since_is_not_opened_again() -> None:
    import_units(small_map(), dry_run=False)
    connection.check_constraints()
    ended = Range(REFORM, date(2026, 9, 1))
    UnitVersion.objects.filter(unit__code="19", law="y").update(in_force=Range(CITY, ended.upper))
    Unit.objects.filter(code="19").update(in_force=ended)

    changes = import_units(small_map(), dry_run=False)

    assert changes.changed == []
    assert Unit.objects.get(code="19").in_force == ended


def test_units_are_stored_with_days_names_laws_and_links() -> None:
    changes = load()

    assert (changes.new_units, changes.new_versions, changes.new_links) == (3, 4, 1)
    old, new = Unit.objects.get(code="06"), Unit.objects.get(code="19")
    assert (old.in_force, old.closed_by) == (Range(OLD_ERA_BEGAN, REFORM), "202/2025/QH15")
    assert (new.in_force, new.opened_by) == (Range(REFORM, None), "202/2025/QH15")
    assert days(NEW) == [
        ("Tỉnh Thái Nguyên", Range(REFORM, CITY)),
        ("Thành phố Thái Nguyên", Range(CITY, None)),
    ]
    link = Succession.objects.get()
    assert (link.old, link.new, link.on, link.kind) == (old, new, REFORM, "whole")
    version = UnitVersion.objects.in_force_on(date(2026, 1, 1)).get(unit=new)
    assert version.parent == Unit.objects.get(code="vn")
    assert " thai nguyen " in version.search_key


def test_loading_again_changes_nothing() -> None:
    load()
    before = sorted(UnitVersion.objects.values_list())

    changes = load()

    assert changes == Changes(unchanged=8)
    assert sorted(UnitVersion.objects.values_list()) == before


def test_a_dry_run_tells_all_and_stores_nothing() -> None:
    dry = import_units(small_map(), dry_run=True)
    assert not Unit.objects.exists()
    assert dry == load()

    renamed = with_version(small_map(), 0, name="Thái", full_name="Tỉnh Thái")
    assert len(import_units(renamed, dry_run=True).changed) == 1
    assert days(NEW)[0][0] == "Tỉnh Thái Nguyên"


def test_a_name_corrected_in_the_files_is_corrected_in_place() -> None:
    load()
    stored = UnitVersion.objects.get(full_name="Tỉnh Thái Nguyên")

    changes = load(with_version(small_map(), 0, name="Thái", full_name="Tỉnh Thái"))

    stored.refresh_from_db()
    assert stored.full_name == "Tỉnh Thái"
    assert " thai " in stored.search_key
    assert changes.changed == [
        "19: full_name Tỉnh Thái Nguyên → Tỉnh Thái, name Thái Nguyên → Thái"
    ]


def test_keys_made_another_way_are_made_anew() -> None:
    load()
    UnitVersion.objects.update(sort_key="", search_key="")

    assert len(load().changed) == 4
    assert not UnitVersion.objects.filter(search_key="").exists()


@pytest.mark.parametrize("day", [date(2026, 4, 1), date(2026, 9, 20)])
def test_a_day_corrected_in_the_files_moves_the_border_of_two_versions(day: date) -> None:
    load()
    ids = set(UnitVersion.objects.values_list("pk", flat=True))

    changes = load(with_version(small_map(), 1, since=day))

    assert days(NEW) == [
        ("Tỉnh Thái Nguyên", Range(REFORM, day)),
        ("Thành phố Thái Nguyên", Range(day, None)),
    ]
    # The same rows: campaigns may stand on them.
    assert set(UnitVersion.objects.values_list("pk", flat=True)) == ids
    assert len(changes.changed) == 2
    assert not changes.unknown


def test_a_new_change_ends_the_version_before() -> None:
    wanted = small_map()
    change = wanted.units[NEW].versions.pop()
    load(wanted)
    wanted.units[NEW].versions.append(change)

    changes = load(wanted)

    assert changes.new_versions == 1
    assert [name for name, _days in days(NEW)] == ["Tỉnh Thái Nguyên", "Thành phố Thái Nguyên"]


def test_what_no_file_has_is_kept_and_told() -> None:
    load()
    make.unit("Sở Nội vụ", tier=Tier.AGENCY, code="19-snv", parent=Unit.objects.get(code="19"))
    wanted = small_map()
    wanted.links.clear()

    changes = load(wanted)

    assert changes.unknown == ["19-snv (agency)", "06 → 19"]
    assert Unit.objects.filter(code="19-snv").exists()
    assert Succession.objects.exists()


def test_a_unit_made_by_hand_in_the_way_refuses_all() -> None:
    make.unit("Thái Nguyên", code="19", since=date(2025, 9, 1))

    with pytest.raises(UnitImportError, match=r"contradict the files.*19"):
        load()

    assert Unit.objects.count() == 1


def test_a_change_taken_out_of_the_files_or_made_by_hand_is_kept_and_told() -> None:
    load()
    wanted = small_map()
    del wanted.units[NEW].versions[1]

    changes = load(wanted)

    assert changes.unknown == ["19 Thành phố Thái Nguyên"]
    assert not changes.changed
    assert days(NEW) == [
        ("Tỉnh Thái Nguyên", Range(REFORM, CITY)),
        ("Thành phố Thái Nguyên", Range(CITY, None)),
    ]


def test_a_closed_agency_and_its_version_end_and_another_may_take_its_code() -> None:
    wanted = small_map()
    agency = UnitKey(Tier.AGENCY, "19-snv", REFORM)
    version = Version(REFORM, "Sở", "Sở Nội vụ", "Sở Nội vụ tỉnh Thái Nguyên", NEW)
    wanted.units[agency] = UnitRow(agency, None, "", [version])
    load(wanted)
    wanted.units[agency] = replace(wanted.units[agency], until=CITY)
    after = UnitKey(Tier.AGENCY, "19-snv", CITY)
    wanted.units[after] = UnitRow(after, None, "", [replace(version, since=CITY)])

    changes = load(wanted)

    assert (changes.new_units, changes.new_versions, len(changes.changed)) == (1, 1, 2)
    units = Unit.objects.filter(code="19-snv").order_by("in_force")
    assert [unit.in_force for unit in units] == [Range(REFORM, CITY), Range(CITY, None)]
    assert [in_force for _name, in_force in days(agency)] == [unit.in_force for unit in units]


def test_a_type_corrected_in_the_files_shows_in_campaigns_that_stand_on_it() -> None:
    load()
    place = make.campaign(tree_day=date(2026, 1, 1)).units.get(code="19")

    changes = load(with_version(small_map(), 0, type="Vùng", full_name="Vùng Thái Nguyên"))

    place.refresh_from_db()
    assert (place.version.type, place.version.full_name) == ("Vùng", "Vùng Thái Nguyên")
    assert (changes.new_versions, len(changes.changed)) == (0, 1)


def test_a_law_written_by_hand_stays_where_the_files_say_nothing() -> None:
    load()
    Unit.objects.filter(code="06").update(opened_by="Nghị quyết cũ")
    Unit.objects.filter(code="19").update(opened_by="sai")
    UnitVersion.objects.filter(unit__code="06").update(law="Nghị quyết cũ")

    changes = load()

    assert Unit.objects.get(code="06").opened_by == "Nghị quyết cũ"
    assert UnitVersion.objects.get(unit__code="06").law == "Nghị quyết cũ"
    assert Unit.objects.get(code="19").opened_by == "202/2025/QH15"
    assert changes.changed == ["19: opened_by sai → 202/2025/QH15"]


def test_a_share_of_people_goes_with_the_kind_it_was_known_for() -> None:
    load()
    Succession.objects.update(people_share=1, share_source="Nghị quyết")
    load()
    assert Succession.objects.get().people_share == 1
    wanted = small_map()
    wanted.links[0] = wanted.links[0]._replace(kind=Succession.Kind.PART)

    load(wanted)

    link = Succession.objects.get()
    assert (link.kind, link.people_share, link.share_source) == ("part", None, "")


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_a_commit_would_refuse_a_dry_run_refuses_too(dry_run: bool) -> None:
    load()
    # Added by hand, and the files end the unit before it begins.
    unit = Unit.objects.get(code="19")
    unit.versions.filter(in_force__contains=CITY).update(in_force=Range(CITY, date(2026, 9, 1)))
    make.unit_version(unit, "Mới", in_force=Range(date(2026, 9, 1), None))
    wanted = small_map()
    wanted.units[NEW] = replace(wanted.units[NEW], until=date(2026, 6, 1))

    with pytest.raises(UnitImportError, match="reaches beyond the days of its unit"):
        import_units(wanted, dry_run=dry_run)

    unit.refresh_from_db()
    assert unit.in_force.upper is None


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_finds_nothing_to_do() -> None:
    outcomes = at_once(load, load)

    assert Changes(unchanged=8) in outcomes
    assert UnitVersion.objects.count() == 4


@pytest.mark.parametrize("again", [False, True])
def test_progress_ends_when_all_rows_are_done(again: bool) -> None:
    if again:
        load()
    seen: list[tuple[int, int]] = []

    import_units(small_map(), dry_run=False, report=lambda done, total: seen.append((done, total)))

    assert seen == sorted(seen)
    assert seen[-1] == (8, 8)
