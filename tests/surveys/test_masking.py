"""What names a person does not reach a comment; what does not, stays as it was written."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.free_text.masking import DOSSIER, EMAIL, NUMBER, PHONE, masked

PHONES = [
    "0912345678",
    "0912 345 678",
    "0912.345.678",
    "0912-345-678",
    "091 234 5678",
    "091.2345.678",
    "09 12 34 56 78",
    "09.12.34.56.78",
    "0 9 1 2 3 4 5 6 7 8",
    "0912\u00a0345\u00a0678",  # no-break spaces
    "0912–345–678",
    "0912\u200b345\u200b678",  # with invisible characters between
    "0912 - 345 - 678",
    "(0912) 345 678",
    "(0912)345678",
    "0912_345_678",
    "+84912345678",
    "+84 912 345 678",
    "+84 (0)912 345 678",
    "(+84) 912 345 678",
    "(+84)912.345.678",
    "+84.912.345.678",
    "84912345678",
    "84 912 345 678",
    "0084912345678",
    "+840912345678",
    "+ 84 912345678",
    "0351234567",
    "0561234567",
    "0781234567",
    "0881234567",
    "02438251234",
    "024 3825 1234",
    "(024) 3825 1234",
    "(024)38251234",
    "024.3825.1234",
    "0208 3855 123",
    "02083.855.123",
    "+84 24 3825 1234",
    "+84 208 3855 123",
    "01234567890",  # eleven digits, until 2018
    "0168 123 4567",
    "O912345678",
    "o912 345 678",
    "0912 345 67O",
    "\uff10\uff19\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",  # full width
]


@pytest.mark.parametrize("written", PHONES)
@pytest.mark.parametrize("around", ["{}", "Gọi tôi theo số {}.", "SĐT:{}, cảm ơn", "a ({}) b"])
def test_a_phone_number_is_hidden(written: str, around: str) -> None:
    left = masked(around.format(written))

    assert PHONE in left
    assert not any(letter.isdigit() for letter in left)


@pytest.mark.parametrize(
    "written",
    [
        "001204012345",
        "001 204 012 345",
        "0012 0401 2345",
        "001.204.012.345",
        "001204 012345",
        "0 0 1 2 0 4 0 1 2 3 4 5",
        "012345678",
        "012 345 678",
        "091.234.567",
        "123456789",
        "123 456 789",
        "123.456.789",
        "C1234567",
        "C 1234567",
        "19034567890123",  # an account
        "8012345678",  # a tax number
    ],
)
@pytest.mark.parametrize("around", ["{}", "CCCD {} cấp ngày 01/02/2021", "số:{}."])
def test_the_number_of_a_paper_is_hidden(written: str, around: str) -> None:
    assert masked(around.format(written)) == around.format(NUMBER)


@pytest.mark.parametrize(
    "written",
    [
        "a@example.vn",
        "nguyen.van.a@gmail.com",
        "Nguyen_Van-A+viec@thanh-pho.gov.vn",
        "nguyenvana @ gmail . com",
        "nguyenvana@gmail. com",
        "nguyenvana (at) gmail.com",
        "nguyenvana[at]gmail[dot]com",
        "nguyenvana a còng gmail chấm com",
        "nguyenvana＠gmail.com",
        "nguyễn.vănă@thư.vn",
    ],
)
@pytest.mark.parametrize("around", ["{}", "Thư về {}, cảm ơn", "<{}>"])
def test_an_e_mail_address_is_hidden(written: str, around: str) -> None:
    assert masked(around.format(written)) == around.format(EMAIL)


@pytest.mark.parametrize("written", ["000.00.08.H56-261103-0042", "H56.12-261103-0042"])
def test_the_code_of_a_dossier_is_hidden(written: str) -> None:
    assert masked(f"Hồ sơ {written} bị trễ") == f"Hồ sơ {DOSSIER} bị trễ"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Cán bộ nhiệt tình, chu đáo.",
        "Lệ phí 150.000 đồng",
        "Lệ phí 150 000 đồng, thu 200.000đ",
        "Đóng 1.500.000 đồng",
        "Nộp 150.000.000 đồng tiền đất",
        "Nộp 150.000.000 tiền đất",
        "Nộp 12 500 000 000 đồng",
        "Thuế 150000000 đồng",
        "Thu 123.456.789đ",
        "Thu 123 456 789 VNĐ",
        "ngày 03/11/2026",
        "ngày 03-11-2026",
        "ngày 03.11.2026",
        "ngày 03.11.2026 15 hồ sơ",
        "ngày 01.11.2026 100 hồ sơ",
        "từ 03.11.2026 đến 05.11.2026",
        "từ 03.11.2026 - 05.11.2026",
        "từ 1-11-2026 09.30",
        "lúc 07.30-11.30 và 13.30-17.00",
        "giờ 07.30-11.30 13.30-17.00",
        "lúc 8h30, quầy 3, số 045",
        "12 hồ sơ, 3 lần, 45 phút",
        "có 1.234 hồ sơ trong năm 2026",
        "các năm 2024 2025 2026",
        "năm 2024-2025-2026",
        "Nghị định 61/2018/NĐ-CP, Điều 5 khoản 2",
        "Quyết định 1234/QĐ-UBND ngày 5/6/2026",
        "chấm 9.5/10, tôi hẹn at 9.30",
        "số nhà 123, ngõ 45, tổ 6",
        "Biển 20A-123.45",
        "tăng 12,5% so với 2025",
        "1 2 3 4 5",
        "@ quầy. Cảm ơn",
    ],
)
def test_innocent_numbers_stay(text: str) -> None:
    assert masked(text) == text


def test_only_the_number_goes_from_among_other_words() -> None:
    text = "Ngày 03/11/2026 nộp 200.000 0912345678 hoặc 0987.654.321/a@b.vn (CCCD 001204012345)"

    assert masked(text) == (
        f"Ngày 03/11/2026 nộp 200.000 {PHONE} hoặc {PHONE}/{EMAIL} (CCCD {NUMBER})"
    )


def test_two_numbers_side_by_side_are_both_hidden() -> None:
    assert masked("0912345678 0987654321") == f"{PHONE} {PHONE}"
    assert masked("0912345678-0987654321") == f"{PHONE}-{PHONE}"
    assert masked("0912 345 678, 0987 654 321") == f"{PHONE}, {PHONE}"


@given(st.text(alphabet="0123456789oO .-()+@avn\n\u200b/,đ", max_size=80))
def test_masking_ends_and_what_is_masked_stays_so(text: str) -> None:
    once = masked(text)

    assert masked(once) == once
    assert "0912345678" not in once


@pytest.mark.parametrize("piece", ["1 ", "1", "1.", "a", "a.", "a@", "a at ", "a+", "(", "0 9."])
def test_no_comment_keeps_the_server_busy(piece: str) -> None:
    begun = process_time()

    masked((piece * 2000)[:2000])

    # It takes 0.04 s; patterns that look back from each place to the beginning take minutes.
    assert process_time() - begun < 3
