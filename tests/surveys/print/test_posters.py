from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import segno

from surveys.print.posters import SIZES, Invitation, PosterPlace, poster_pdf
from surveys.print.typesetting import CannotPrint
from tests.surveys.print.pdf import codes, printed_codes, sizes, texts

INVITATION = Invitation(
    site="https://hailong.example.gov.vn",
    questions=34,
    minutes=5,
    closes_on=date(2026, 12, 15),
    printed_on=date(2026, 11, 22),
    simulated=False,
    other_language=True,
)
PLACE = PosterPlace(
    code="hu-3k7z",
    name="Bộ phận Một cửa",
    unit="Phường Thuận Hóa",
    above="Thành phố Huế",
    path="/k/hu-3k7z/",
)
ADDRESS = "https://hailong.example.gov.vn/k/hu-3k7z/"
# What typesetters, shells and JSON take for more than letters.
MARKUP = [
    '#panic("x") #sys.inputs',
    "$ x^2 $ *đậm* _nghiêng_ `mã`",
    "= Tiêu đề <nhãn> @nguồn // chú thích",
    r"\ \u{41} \n 'đơn' \"kép\" “cong”",
    "[a](b) {c} ~ -- --- ... /* d */ & < >",
]


@pytest.mark.parametrize(("size", "faces"), [("a4", 1), ("a5", 1), ("tent", 2)])
def test_the_code_on_the_picture_leads_to_the_counter(size: str, faces: int) -> None:
    pdf = poster_pdf([PLACE], INVITATION, size=size)

    assert codes(pdf) == [[ADDRESS] * faces]


@pytest.mark.parametrize(("size", "faces"), [("a4", 1), ("a5", 1), ("tent", 2)])
def test_a_code_has_four_white_modules_around_it_and_level_q(size: str, faces: int) -> None:
    modules = int(segno.make(ADDRESS, error="q", boost_error=False).symbol_size(border=0)[0])

    found = printed_codes(poster_pdf([PLACE], INVITATION, size=size), modules)

    assert [code.level for code in found] == ["Q"] * faces
    assert min(code.quiet for code in found) > 3.9  # a dot is a fraction of a module


@pytest.mark.parametrize("size", SIZES)
def test_the_text_can_be_read_as_vietnamese(size: str) -> None:
    (text,) = texts(poster_pdf([PLACE], INVITATION, size=size))

    assert "với sự phục vụ hôm nay?" in text
    assert "Bộ phận Một cửa · Phường Thuận Hóa, Thành phố Huế" in text
    assert "hailong.example.gov.vn/k/hu-3k7z" in text
    assert "22/11/2026" in text
    assert "15/12/2026" in text


def test_pages_have_the_size_of_the_paper() -> None:
    assert sizes(poster_pdf([PLACE], INVITATION, size="a4")) == [(210, 297)]
    assert sizes(poster_pdf([PLACE], INVITATION, size="a5")) == [(148, 210)]
    assert sizes(poster_pdf([PLACE], INVITATION, size="tent")) == [(210, 297)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", MARKUP)
def test_markup_in_a_name_is_printed_as_it_is(size: str, name: str) -> None:
    place = replace(PLACE, name=name, unit="Xã $#*\\\"'")

    (text,) = texts(poster_pdf([place], INVITATION, size=size))

    assert name.replace(" ", "") in text.replace(" ", "")
    assert "Xã $#*\\\"'" in text


@pytest.mark.parametrize("size", SIZES)
def test_a_page_for_each_counter_with_its_own_code(size: str) -> None:
    places = [replace(PLACE, code=f"c{i}", path=f"/k/c{i}/") for i in range(3)]
    steps: list[tuple[int, int]] = []

    pdf = poster_pdf(
        places, INVITATION, size=size, progress=lambda done, total: steps.append((done, total))
    )

    assert [set(found) for found in codes(pdf)] == [
        {f"https://hailong.example.gov.vn/k/c{i}/"} for i in range(3)
    ]
    assert steps == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("size", SIZES)
def test_long_names_stay_on_the_page(size: str) -> None:
    """The longest names there are; the code keeps its place and nothing runs to a second page."""
    place = replace(
        PLACE,
        name="Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính, cơ sở số 2,"
        " quầy tiếp nhận hồ sơ đất đai, xây dựng và môi trường",
        unit="Sở Nông nghiệp và Môi trường thành phố Hồ Chí Minh",
        above="Thành phố Hồ Chí Minh",
    )

    pdf = poster_pdf([place], replace(INVITATION, simulated=True), size=size)

    (text,) = texts(pdf)
    assert place.name in text
    assert "15/12/2026" in text
    assert set(codes(pdf)[0]) == {ADDRESS}


@pytest.mark.parametrize("size", SIZES)
def test_the_same_poster_is_the_same_file(size: str) -> None:
    first, second = (poster_pdf([PLACE], INVITATION, size=size) for _ in range(2))

    assert first == second


@pytest.mark.parametrize("size", SIZES)
def test_a_trial_says_so_and_a_real_campaign_does_not(size: str) -> None:
    (trial,) = texts(poster_pdf([PLACE], replace(INVITATION, simulated=True), size=size))
    (real,) = texts(poster_pdf([PLACE], INVITATION, size=size))

    assert "số liệu là mô phỏng" in trial
    assert "mô phỏng" not in real


def test_it_speaks_english() -> None:
    (text,) = texts(poster_pdf([PLACE], INVITATION, size="a4", language="en"))

    assert "with the service today?" in text
    assert "Quét mã để đánh giá sự phục vụ hôm nay" in text


def test_a_letter_without_a_shape_is_refused_and_not_printed_as_a_box() -> None:
    with pytest.raises(CannotPrint, match="could not be displayed"):
        poster_pdf([replace(PLACE, name="ភូមិ")], INVITATION, size="a4")
