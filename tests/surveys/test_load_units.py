"""The shipped files in real PostgreSQL, by the command an operator types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker

from surveys.models import Succession, Tier, Unit, UnitVersion
from surveys.units.unit_files import SHIPPED
from tests.surveys.loaded import shipped_units
from tests.surveys.unit_files import AGENCIES, LINKS, NEW

pytestmark = pytest.mark.django_db

LAST_DAY, REFORM, TODAY = date(2025, 6, 30), date(2025, 7, 1), date(2026, 11, 1)
# INSERTs row by row, 50,000 of them, took four times as long; how many there are does not depend on
# who else is using the machine.
STATEMENTS = 1_000


@pytest.fixture(scope="module", autouse=True)
def statements(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """How many statements it took to load the shipped units."""
    said = 0

    def count(execute: Callable[..., Any], *given: Any) -> Any:
        nonlocal said
        said += 1
        return execute(*given)

    with connection.execute_wrapper(count), shipped_units(django_db_blocker):
        yield said


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A copy of the shipped files for an official to edit."""
    for file in SHIPPED.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def edit(directory: Path, file: str, find: str, put: str) -> None:
    path = directory / file
    text = path.read_text(encoding="utf-8")
    assert text.count(find) == 1
    path.write_text(text.replace(find, put), encoding="utf-8")


def load(directory: Path = SHIPPED, *, dry_run: bool = False) -> str:
    said = StringIO()
    call_command("load_units", "--from", str(directory), dry_run=dry_run, stdout=said)
    return said.getvalue()


def on(day: date, tier: Tier) -> Counter[str]:
    """Return how many units of a tier there are on a day, by type."""
    versions = UnitVersion.objects.in_force_on(day).filter(unit__tier=tier)
    return Counter(versions.values_list("type", flat=True))


def commune(code: str, day: date = REFORM) -> Unit:
    return Unit.objects.get(tier=Tier.COMMUNE, code=code, in_force__contains=day)


def test_loading_takes_few_statements(statements: int) -> None:
    assert statements < STATEMENTS, statements


def test_the_old_era_is_whole_on_its_last_day() -> None:
    assert on(LAST_DAY, Tier.PROVINCE).total() == 63
    assert on(LAST_DAY, Tier.DISTRICT).total() == 696
    assert on(LAST_DAY, Tier.COMMUNE).total() == 10_035


def test_two_tiers_since_the_reform_with_the_changes_of_2026() -> None:
    assert on(REFORM, Tier.DISTRICT).total() == 0
    assert on(REFORM, Tier.PROVINCE) == {"Tỉnh": 28, "Thành phố": 6}
    assert on(REFORM, Tier.COMMUNE) == {"Xã": 2621, "Phường": 687, "Đặc khu": 13}
    assert on(TODAY, Tier.PROVINCE) == {"Tỉnh": 25, "Thành phố": 9}
    assert on(TODAY, Tier.COMMUNE) == {"Xã": 2599, "Phường": 709, "Đặc khu": 13}


@pytest.mark.parametrize(
    ("code", "day", "province"),
    [
        ("75", date(2026, 4, 30), "Thành phố Đồng Nai"),
        ("22", date(2026, 9, 1), "Thành phố Quảng Ninh"),
        ("24", date(2026, 9, 20), "Thành phố Bắc Ninh"),
    ],
)
def test_a_province_is_a_city_from_the_day_of_its_law(code: str, day: date, province: str) -> None:
    versions = UnitVersion.objects.filter(unit__tier=Tier.PROVINCE, unit__code=code)

    assert versions.in_force_on(day).get().full_name == province
    before = versions.in_force_on(day - timedelta(days=1)).get()
    assert before.full_name == province.replace("Thành phố", "Tỉnh")
    assert before.unit == versions.in_force_on(day).get().unit


def test_every_kind_of_succession_is_there_as_often_as_officially() -> None:
    kinds = Counter(Succession.objects.values_list("kind", flat=True))

    assert kinds == {"whole": 9514, "part": 830, "same": 148, "land_only": 85, "people_all": 58}


def test_thai_nguyen_has_92_communes_of_two_old_provinces() -> None:
    province = Unit.objects.get(tier=Tier.PROVINCE, code="19", in_force__contains=TODAY)
    below = UnitVersion.objects.in_force_on(TODAY).filter(parent=province)
    communes = below.filter(unit__tier=Tier.COMMUNE)

    assert Counter(communes.values_list("type", flat=True)) == {"Xã": 77, "Phường": 15}
    assert set(province.predecessions.values_list("old__code", "kind")) == {
        ("06", "whole"),
        ("19", "whole"),
    }
    old = Succession.objects.filter(new__versions__in=communes, old__tier=Tier.COMMUNE)
    assert old.values("old").distinct().count() == 280


def test_a_reused_code_names_its_units_apart() -> None:
    assert commune("05443", LAST_DAY).versions.get().full_name == "Phường Trưng Vương"
    assert commune("05443").versions.get().full_name == "Phường Phan Đình Phùng"


@pytest.mark.parametrize(
    ("code", "predecessors"),
    [
        (
            "05443",
            {
                "Phường Túc Duyên": "whole",
                "Phường Hoàng Văn Thụ": "whole",
                "Phường Trưng Vương": "whole",
                "Phường Quang Trung": "whole",
                "Phường Phan Đình Phùng": "whole",
                "Phường Tân Thịnh": "whole",
                "Phường Đồng Quang": "whole",
                "Phường Gia Sàng": "part",
            },
        ),
        (
            "01840",
            {
                "Phường Nguyễn Thị Minh Khai": "whole",
                "Phường Đức Xuân": "whole",
                "Xã Huyền Tụng": "whole",
            },
        ),
        ("26732", {"Huyện Côn Đảo": "same"}),
    ],
)
def test_a_unit_of_today_knows_its_predecessors(code: str, predecessors: dict[str, str]) -> None:
    links = commune(code).predecessions.values_list("old__versions__full_name", "kind")

    assert {name.replace("Phường Huyền", "Xã Huyền"): kind for name, kind in links} == predecessors


def test_each_unit_names_the_law_that_ended_it() -> None:
    ended = Unit.objects.filter(in_force__endswith=REFORM)

    assert set(ended.filter(tier=Tier.PROVINCE).values_list("closed_by", flat=True)) == {
        "202/2025/QH15"
    }
    assert set(
        ended.filter(tier=Tier.COMMUNE, successions__new__code="05443").values_list(
            "closed_by", flat=True
        )
    ) == {commune("05443").opened_by}
    assert not ended.exclude(tier=Tier.AGENCY).filter(closed_by="").exists()


def test_loading_again_changes_nothing_and_adds_an_official_s_agencies(directory: Path) -> None:
    rows = set(UnitVersion.objects.values_list())
    with (directory / AGENCIES).open("a", encoding="utf-8") as stream:
        stream.write("01-snv,Sở,Sở Nội vụ,Sở Nội vụ thành phố Hà Nội,01,2025-07-01,\n")
        stream.write("05443-hc,Bộ phận,Bộ phận Một cửa,Bộ phận Một cửa,05443,2025-07-01,\n")

    said = load(directory)

    assert "New: 2 units, 2 versions, 0 links. Changed rows: 0." in said
    assert len(set(UnitVersion.objects.values_list()) ^ rows) == 2
    agency = UnitVersion.objects.get(unit__code="01-snv")
    assert agency.parent == Unit.objects.get(
        tier=Tier.PROVINCE, code="01", in_force__contains=TODAY
    )


@pytest.mark.parametrize(
    ("file", "find", "put", "said"),
    [
        (NEW, "commune,05443,Phường,", "commune,5443,Phường,", f"{NEW}, line "),
        (LINKS, "commune,01834,01840,whole\n", "", "Nguyễn Thị Minh Khai (01834)"),
    ],
)
def test_a_broken_file_loads_nothing_and_says_why(
    directory: Path, file: str, find: str, put: str, said: str
) -> None:
    edit(directory, file, find, put)
    rows = UnitVersion.objects.count()

    with pytest.raises(CommandError) as refused:
        load(directory)

    assert str(refused.value).startswith("Nothing was loaded. ")
    assert said in str(refused.value)
    assert UnitVersion.objects.count() == rows


def test_a_row_in_the_way_loads_nothing_and_is_named() -> None:
    # Made by hand a day later than in the files, so there would be two on all other days.
    agency = Unit.objects.get(code="19-snv", in_force__contains=TODAY)
    UnitVersion.objects.filter(unit=agency).update(in_force=(date(2025, 7, 2), None))
    Unit.objects.filter(pk=agency.pk).update(in_force=(date(2025, 7, 2), None))

    with pytest.raises(CommandError, match=r"Nothing was loaded.*19-snv"):
        load()
