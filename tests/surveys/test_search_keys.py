"""Vietnamese order and finding without help of the database."""

from __future__ import annotations

import unicodedata

import pytest

from surveys.units.search_keys import search_key, search_text, sort_key


def found(typed: str, name: str, full_name: str) -> bool:
    """Whether a search for what was typed finds the unit, as surveys.units.unit_search looks."""
    return f" {search_text(typed)}" in search_key(name, full_name)


@pytest.mark.parametrize(
    "names",
    [
        ["Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Nai"],
        ["Hà Nội", "Hà Tĩnh", "Hải Phòng", "Huế", "Hưng Yên"],
        # A letter of its own stands after the letter it looks like, before any tone counts.
        ["Dương", "Đại", "Gia"],
        ["Lai Châu", "Lạng Sơn", "Lâm Đồng"],
        ["An", "Ăn", "Ân", "Ba"],
        ["Tan", "Tăn", "Tân", "Te", "Tê", "To", "Tô", "Tơ", "Tu", "Tư"],
        # Level, huyền, hỏi, ngã, sắc, nặng.
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        # Tones decide only between names of the same letters.
        ["Hoà An", "Hoa Ân"],
        ["Hoa Lư", "Hòa Lư", "Hoa Lưu"],
        # A shorter name before a longer one that begins with it; words before letters.
        ["Tân", "Tân An", "Tân Yên", "Tâng"],
        ["Phường 4", "Phường 10", "Phường 10 Bến Tre", "Phường An Hội"],
        ["Xã 1", "Xã 2", "Xã 10", "Xã 21", "Xã 100"],
        ["", "An"],
    ],
)
def test_names_stand_in_vietnamese_order(names: list[str]) -> None:
    mixed = names[::-1]
    assert sorted(mixed, key=lambda name: sort_key(name).encode()) == names


@pytest.mark.parametrize("name", ["Đắk Lắk", "Huế", "Phường 4", "Thừa Thiên - Huế", "Ea H'Leo"])
def test_composed_and_decomposed_letters_and_cases_have_one_key(name: str) -> None:
    for other in (unicodedata.normalize("NFD", name), name.upper(), f"  {name} "):
        assert sort_key(other) == sort_key(name)
        assert search_key(other, other) == search_key(name, name)


def test_only_the_same_words_have_the_same_order() -> None:
    names = ["Hòa", "Hoa", "Hỏa", "Đa", "Da", "4", "40", "4a"]

    assert len({sort_key(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("typed", "name", "full_name"),
    [
        ("ha noi", "Hà Nội", "Thành phố Hà Nội"),
        ("  HÀ   nội ", "Hà Nội", "Thành phố Hà Nội"),
        ("ha n", "Hà Nội", "Thành phố Hà Nội"),
        ("noi", "Hà Nội", "Thành phố Hà Nội"),
        ("thanh pho ha noi", "Hà Nội", "Thành phố Hà Nội"),
        ("hanoi", "Hà Nội", "Thành phố Hà Nội"),
        ("HN", "Hà Nội", "Thành phố Hà Nội"),
        ("tphn", "Hà Nội", "Thành phố Hà Nội"),
        ("dn", "Đà Nẵng", "Thành phố Đà Nẵng"),
        ("DN", "Đồng Nai", "Tỉnh Đồng Nai"),
        ("Đn", "Đồng Nai", "Tỉnh Đồng Nai"),
        ("tphcm", "Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("hcm", "Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("ho chi minh", "Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("dak lak", "Đắk Lắk", "Tỉnh Đắk Lắk"),
        ("\u00d0ak", "Đắk Lắk", "Tỉnh Đắk Lắk"),
        ("phuong 4", "Phường 4", "Phường 4"),
        ("p4", "Phường 4", "Phường 4"),
        ("thua thien hue", "Thừa Thiên - Huế", "Tỉnh Thừa Thiên - Huế"),
        ("ea h leo", "Ea H'Leo", "Xã Ea H'Leo"),
    ],
)
def test_a_name_is_found_by_what_people_type(typed: str, name: str, full_name: str) -> None:
    assert found(typed, name, full_name)


@pytest.mark.parametrize(
    ("typed", "name", "full_name"),
    [
        ("oi", "Hà Nội", "Thành phố Hà Nội"),
        ("noi ha", "Hà Nội", "Thành phố Hà Nội"),
        ("noi thanh pho", "Hà Nội", "Thành phố Hà Nội"),
        ("hn", "Hải Phòng", "Thành phố Hải Phòng"),
        ("phuong 4", "Phường 14", "Phường 14"),
    ],
)
def test_only_beginnings_of_words_are_found(typed: str, name: str, full_name: str) -> None:
    assert not found(typed, name, full_name)


def test_whole_names_can_be_told_from_words_and_initials() -> None:
    key = search_key("Hà Nội", "Thành phố Hà Nội")

    assert all(f"| {name} |" in key for name in ("ha noi", "hanoi", "thanh pho ha noi"))
    assert all(f" {word} " in key and f"| {word} |" not in key for word in ("ha", "noi", "hn"))
    assert search_key("Phường 4", "Phường 4") == "| phuong 4 | phuong4 | p4 ."


def test_both_styles_of_tone_marks_find_each_other() -> None:
    assert search_text("Hoà Bình") == search_text("Hòa Bình") == "hoa binh"
    assert found("Hoà", "Hòa Bình", "Phường Hòa Bình")
    assert found("Hòa", "Hoà Bình", "Phường Hoà Bình")


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'", "\\", "-", "\0", "☃"])
def test_marks_alone_are_no_words(typed: str) -> None:
    assert search_text(typed) == ""
