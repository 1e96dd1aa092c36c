"""Files of units: the shipped ones are complete, and a broken one says where it is broken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from surveys.models import Succession, Tier
from surveys.units.unit_files import SHIPPED, read_map
from surveys.units.unit_map import OLD_ERA_BEGAN, REFORM, UnitFileError, UnitKey, UnitMap, Version
from tests.surveys.unit_files import AGENCIES, CHANGES, LINKS, NEW, OLD, UnitFiles

TODAY = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def files(tmp_path: Path) -> UnitFiles:
    return UnitFiles(tmp_path)


@pytest.fixture(scope="module")
def shipped() -> UnitMap:
    return read_map()


def read(files: UnitFiles) -> UnitMap:
    return read_map(files.directory, counts={})


def fault(files: UnitFiles) -> str:
    with pytest.raises(UnitFileError) as refused:
        read(files)
    return str(refused.value)


def on(found: UnitMap, day: date) -> list[tuple[Tier, Version]]:
    """Return tier and version of every unit there is on a day."""
    units = [
        unit
        for unit in found.units.values()
        if unit.key.since <= day and (unit.until is None or day < unit.until)
    ]
    return [
        (unit.key.tier, [version for version in unit.versions if version.since <= day][-1])
        for unit in units
    ]


def types(found: UnitMap, tier: Tier, day: date) -> dict[str, int]:
    return dict(Counter(version.type for its, version in on(found, day) if its == tier))


# The shipped files.


def test_both_eras_are_complete(shipped: UnitMap) -> None:
    before, after = (
        Counter(tier for tier, _ in on(shipped, day)) for day in (date(2025, 6, 30), REFORM)
    )

    assert (before[Tier.PROVINCE], before[Tier.DISTRICT], before[Tier.COMMUNE]) == (63, 696, 10_035)
    assert (after[Tier.PROVINCE], after[Tier.DISTRICT], after[Tier.COMMUNE]) == (34, 0, 3_321)


def test_types_on_the_first_day_and_today(shipped: UnitMap) -> None:
    assert types(shipped, Tier.COMMUNE, REFORM) == {"Xã": 2621, "Phường": 687, "Đặc khu": 13}
    assert types(shipped, Tier.PROVINCE, REFORM) == {"Tỉnh": 28, "Thành phố": 6}
    assert types(shipped, Tier.COMMUNE, TODAY) == {"Xã": 2599, "Phường": 709, "Đặc khu": 13}
    assert types(shipped, Tier.PROVINCE, TODAY) == {"Tỉnh": 25, "Thành phố": 9}


def test_every_name_is_in_one_spelling(shipped: UnitMap) -> None:
    names = [version.full_name for unit in shipped.units.values() for version in unit.versions]

    # Hòa and Thủy, not Hoà and Thuỷ, though Quỳ; one apostrophe; no space too many.
    other = re.compile(r"o[àáảãạèéẻẽẹ]\b|(?<!q)u[ỳýỷỹỵ]\b|’", re.IGNORECASE)
    assert not [name for name in names if other.search(name)]
    assert not [name for name in names if " ".join(name.split()) != name]


def test_an_agency_is_named_so_that_it_can_stand_alone(shipped: UnitMap) -> None:
    agencies = [unit for key, unit in shipped.units.items() if key.tier == Tier.AGENCY]

    assert len(agencies) > 100
    for unit in agencies:
        last = unit.versions[-1]
        assert last.parent is not None
        above = shipped.units[last.parent].versions[0].full_name
        assert last.name.startswith(last.type)
        assert last.full_name.startswith(last.name.removesuffix(" tỉnh"))
        assert last.full_name.lower().endswith(above.lower())


def test_a_dropped_line_of_a_shipped_file_is_missed(tmp_path: Path) -> None:
    for file in SHIPPED.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    path = tmp_path / NEW
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")

    with pytest.raises(UnitFileError, match="3320 units of the tier commune instead of 3321"):
        read_map(tmp_path)


# Small files as they should be.


def test_small_files_are_read(files: UnitFiles) -> None:
    found = read(files)

    commune = found.units[UnitKey(Tier.COMMUNE, "00001", REFORM)]
    assert [version.full_name for version in commune.versions] == ["Xã Phúc Xá", "Phường Phúc Xá"]
    assert commune.versions[1].since == date(2026, 4, 30)
    assert commune.versions[1].parent == UnitKey(Tier.PROVINCE, "01", REFORM)
    assert commune.opened_by == "1656/NQ-UBTVQH15"
    before = found.units[UnitKey(Tier.COMMUNE, "00001", OLD_ERA_BEGAN)]
    assert before.until == REFORM
    assert before.versions[0].parent == UnitKey(Tier.DISTRICT, "001", OLD_ERA_BEGAN)
    assert Counter(link.kind for link in found.links)[Succession.Kind.PART] == 2


def test_an_agency_hangs_under_the_unit_of_its_days_and_may_be_renamed(files: UnitFiles) -> None:
    found = read(files)

    early = found.units[UnitKey(Tier.AGENCY, "19-snv", OLD_ERA_BEGAN)]
    late = found.units[UnitKey(Tier.AGENCY, "19-snv", REFORM)]
    assert early.until == REFORM
    assert early.versions[0].parent == UnitKey(Tier.PROVINCE, "19", OLD_ERA_BEGAN)
    assert late.versions[0].parent == UnitKey(Tier.PROVINCE, "19", REFORM)
    assert [version.name for version in late.versions] == ["Sở Nội vụ", "Sở Nội vụ và Lao động"]


@pytest.mark.parametrize("parent", ["vn", "05443", "19-snv"])
def test_an_agency_may_hang_under_the_nation_a_commune_or_an_agency(
    files: UnitFiles, parent: str
) -> None:
    files.append(AGENCIES, f"x-moi,Ban,Ban Mới,Ban Mới,{parent},2026-01-01,2026-06-01")

    agency = read(files).units[UnitKey(Tier.AGENCY, "x-moi", date(2026, 1, 1))]

    assert agency.versions[0].parent is not None
    assert agency.versions[0].parent.code == parent
    assert agency.until == date(2026, 6, 1)


def test_a_file_saved_by_a_spreadsheet_is_read_as_before(files: UnitFiles) -> None:
    plain = read(files).units
    for path in files.directory.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        text = "\r\n".join([f"{lines[0]},note", "", *(f"{line}, " for line in lines[1:]), ""])
        path.write_text(text, encoding="utf-8-sig", newline="")
    files.edit(NEW, "province,19,Tỉnh,Thái Nguyên", 'province,19,Tỉnh," Tha\u0301i Nguye\u0302n "')

    assert read(files).units == plain


# Broken files.


@pytest.mark.parametrize("file", [OLD, NEW, LINKS, AGENCIES, CHANGES])
def test_a_missing_file_is_named(files: UnitFiles, file: str) -> None:
    (files.directory / file).unlink()

    assert file in fault(files)
    assert "cannot be read" in fault(files)


@pytest.mark.parametrize(
    ("file", "column"),
    [(OLD, "full_name"), (NEW, "law"), (LINKS, "kind"), (AGENCIES, "until"), (CHANGES, "from")],
)
def test_a_missing_column_is_named(files: UnitFiles, file: str, column: str) -> None:
    files.edit(file, f",{column}", ",other")

    assert fault(files).startswith(f"{file}, line 1: the column {column} is missing")


def test_an_empty_file_and_a_column_there_twice_are_refused(files: UnitFiles) -> None:
    files.edit(NEW, "parent_code,law", "parent_code,law,law")
    assert fault(files).startswith(f"{NEW}, line 1: the column law is missing, or there twice")

    (files.directory / OLD).write_text("", encoding="utf-8")
    assert fault(files).startswith(f"{OLD}, line 1: the column tier, code")


# file, what is put in the place of what, the line named, a word of the reason
BROKEN = {
    "extra cell": (OLD, "Bắc Kạn,vn", "Bắc Kạn,vn,", 3, "7 cells, and the header has 6"),
    "cell too few": (OLD, "Tỉnh Bắc Kạn,vn", "Tỉnh Bắc Kạn", 3, "5 cells"),
    "quote left open": (OLD, "Tỉnh,Bắc Kạn", 'Tỉnh,"Bắc Kạn', 3, "cannot be told apart"),
    "quote too many": (OLD, "Tỉnh,Bắc Kạn", 'Tỉnh,"Bắc" Kạn', 3, "cannot be told apart"),
    "line break": (OLD, "Tỉnh,Bắc Kạn", 'Tỉnh,"Bắc\nKạn"', 3, "nobody can see"),
    "NUL": (OLD, "Tỉnh,Bắc Kạn", "Tỉnh,Bắc\0Kạn", 3, "nobody can see"),
    "long name": (OLD, "Tỉnh,Bắc Kạn", f"Tỉnh,{'a' * 201}", 3, "name is longer than 200"),
    "lost zero": (OLD, "province,06", "province,6", 3, '2 digits, not "6"'),
    "letter in a code": (OLD, "commune,01834", "commune,0183a", 10, "5 digits"),
    "foreign digits": (OLD, "commune,01834", "commune,0183٤", 10, "5 digits"),
    "unknown tier": (OLD, "district,058", "khu,058", 6, '"khu" is no tier'),
    "agency among units": (NEW, "commune,26732", "agency,26732", 7, '"agency" is no tier'),
    "district today": (NEW, "commune,26732", "district,267", 7, "no districts since"),
    "unknown type": (OLD, "Phường,Phúc Xá,Phường", "Phố,Phúc Xá,Phố", 9, '"Phố" is no type'),
    "type of another tier": (OLD, "Tỉnh,Bắc Kạn,Tỉnh", "Xã,Bắc Kạn,Xã", 3, '"Xã" is no type'),
    "no name": (OLD, "Tỉnh,Bắc Kạn,", "Tỉnh,,", 3, "the full name is not"),
    "other full name": (OLD, "Bắc Kạn,Tỉnh Bắc", "Bắc Kạn,Tỉnh Bác", 3, "the full name is not"),
    "code twice": (OLD, "commune,01840", "commune,01834", 11, '"01834" stands twice'),
    "unknown parent": (OLD, "Trưng Vương,164", "Trưng Vương,165", 12, 'parent with the code "165"'),
    "parent of another tier": (OLD, "Trưng Vương,164", "Trưng Vương,19", 12, 'the code "19"'),
    "parent of the old era": (NEW, "Đức Xuân,19", "Đức Xuân,06", 5, 'the code "06"'),
    "province under itself": (NEW, "Thái Nguyên,vn", "Thái Nguyên,19", 3, 'the code "19"'),
    "unknown old unit": (LINKS, "05461,05443", "05462,05443", 10, 'unit with the code "05462"'),
    "unknown new unit": (LINKS, "05461,05443", "05461,05461", 10, 'unit with the code "05461"'),
    "unknown kind": (LINKS, "05443,people_all", "05443,all", 8, '"all" is no kind of succession'),
    "tier of a link": (LINKS, "district,755", "agency,755", 12, '"agency" is no tier'),
    "link twice": (LINKS, "05461,01840", "05461,05443", 11, "stands twice"),
    "whole and a part": (LINKS, "05461,05443,part", "05461,05443,whole", 11, "no other link"),
    "all people and a part": (LINKS, "01840,land_only", "01840,part", 9, "not both"),
    "people nowhere": (LINKS, "05443,people_all", "05443,land_only", 9, "go nowhere"),
    "same with others": (LINKS, "01834,01840,whole", "01834,01840,same", 6, '"same" is'),
    "whole alone": (LINKS, "00001,00001,same", "00001,00001,whole", 5, '"whole" one'),
    "into another province": (NEW, "Đức Xuân,19", "Đức Xuân,01", 6, "provinces of the two"),
    "a part of a province": (LINKS, "06,19,whole", "06,19,part", 3, "the rest goes to another"),
    "agency code like a unit's": (AGENCIES, "164-ptp", "164", 4, "looks like 19-snv"),
    "agency code in capitals": (AGENCIES, "164-ptp", "164-PTP", 4, "looks like 19-snv"),
    "agency without a name": (AGENCIES, "Phòng Tư pháp,Ph", ",Ph", 4, "a type, a name"),
    "agency's parent ends first": (AGENCIES, "164,,2025-07-01", "164,,", 4, "in those days"),
    "agency's parent not yet": (AGENCIES, "19,2025-07-01,", "19,2025-06-30,", 3, "stands twice"),
    "agency without a parent": (AGENCIES, "164,,", "165,,", 4, 'no parent with the code "165"'),
    "agency twice": (AGENCIES, "164-ptp", "19-snv", 4, 'the code "19-snv" stands twice'),
    "agency of no day": (AGENCIES, "164,,", "164,2025-07-01,", 4, "first day without it"),
    "no day": (AGENCIES, "164,,2025-07-01", "164,,1/7/2025", 4, '"1/7/2025" is no day'),
    "change without a day": (CHANGES, "2026-04-30", "", 2, "needs a day"),
    "change of nothing": (CHANGES, "Phường,Phúc Xá,Phường", "Xã,Phúc Xá,Xã", 2, "nothing changes"),
    "change of no unit": (CHANGES, "commune,00001", "commune,00002", 2, 'has the code "00002"'),
    "change of another tier": (CHANGES, "commune,00001", "province,00001", 2, 'code "00001"'),
    "change on the first day": (CHANGES, "2026-04-30", "2025-07-01", 2, "before and on 2025-07-01"),
    "change to no type": (CHANGES, "Phường,Phúc Xá,Ph", "Tỉnh,Phúc Xá,Ph", 2, '"Tỉnh" is no type'),
}


@pytest.mark.parametrize(
    ("file", "find", "put", "line", "reason"), BROKEN.values(), ids=BROKEN.keys()
)
def test_a_broken_line_is_named_with_its_reason(
    files: UnitFiles, file: str, find: str, put: str, line: int, reason: str
) -> None:
    files.edit(file, find, put)

    said = fault(files)

    # A link may be wrong for what a file of units says.
    named = LINKS if reason == "provinces of the two" else file
    assert said.startswith(f"{named}, line {line}: ")
    assert reason in said


def test_a_file_that_is_not_utf8_is_named_with_its_line(files: UnitFiles) -> None:
    path = files.directory / OLD
    content = path.read_bytes()
    path.write_bytes(content.replace("Tỉnh,Bắc Kạn".encode(), b"T\xecnh,B\xe1c K\xe1n"))

    assert fault(files) == f"{OLD}, line 3: the file is not in UTF-8"


def test_changes_stand_in_the_order_of_their_days(files: UnitFiles) -> None:
    files.append(CHANGES, "commune,00001,2026-04-29,Xã,Phúc Tân,Xã Phúc Tân,")

    assert fault(files) == f"{CHANGES}, line 4: a change must be later than the one before"


def test_an_old_commune_without_a_successor_is_named(files: UnitFiles) -> None:
    files.edit(LINKS, "commune,01834,01840,whole\n", "")

    assert fault(files) == (
        f"{OLD}, line 10: Phường Nguyễn Thị Minh Khai (01834) has no successor among the links"
    )


def test_a_new_commune_without_a_predecessor_is_named(files: UnitFiles) -> None:
    files.edit(LINKS, "district,755,26732,same\n", "")

    assert fault(files) == (
        f"{NEW}, line 7: Đặc khu Côn Đảo (26732) has no predecessor among the links"
    )


def test_a_whole_unit_with_another_link_is_named(files: UnitFiles) -> None:
    files.append(LINKS, "commune,01834,05443,land_only")

    assert fault(files) == f"{LINKS}, line 13: a unit that went whole into one has no other link"
