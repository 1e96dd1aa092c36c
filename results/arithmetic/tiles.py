"""The map as tiles: each province one tile of equal size near its place. Pure.

Hoàng Sa (of Đà Nẵng) and Trường Sa (of Khánh Hòa) belong on every map of the nation. The
shades change at the same percents in every year, so that maps can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

ROWS = 17


class Place(NamedTuple):
    """A place on the grid, from 1 at the top left."""

    column: int
    row: int


@dataclass(frozen=True)
class Islands:
    """Islands with a tile of their own; `of` is the code of the province they belong to."""

    name: str
    of: str
    place: Place


# Codes of the 34 provinces since 1 July 2025, in reading order.
PLACES = {
    "12": Place(1, 1),  # Lai Châu
    "15": Place(2, 1),  # Lào Cai
    "08": Place(3, 1),  # Tuyên Quang
    "04": Place(4, 1),  # Cao Bằng
    "11": Place(1, 2),  # Điện Biên
    "25": Place(2, 2),  # Phú Thọ
    "19": Place(3, 2),  # Thái Nguyên
    "20": Place(4, 2),  # Lạng Sơn
    "14": Place(1, 3),  # Sơn La
    "01": Place(2, 3),  # Hà Nội
    "24": Place(3, 3),  # Bắc Ninh
    "22": Place(4, 3),  # Quảng Ninh
    "37": Place(2, 4),  # Ninh Bình
    "33": Place(3, 4),  # Hưng Yên
    "31": Place(4, 4),  # Hải Phòng
    "38": Place(2, 5),  # Thanh Hóa
    "40": Place(2, 6),  # Nghệ An
    "42": Place(3, 7),  # Hà Tĩnh
    "44": Place(3, 8),  # Quảng Trị
    "46": Place(4, 9),  # Huế
    "48": Place(4, 10),  # Đà Nẵng
    "51": Place(5, 11),  # Quảng Ngãi
    "52": Place(5, 12),  # Gia Lai
    "66": Place(5, 13),  # Đắk Lắk
    "80": Place(2, 14),  # Tây Ninh
    "75": Place(3, 14),  # Đồng Nai
    "68": Place(4, 14),  # Lâm Đồng
    "56": Place(5, 14),  # Khánh Hòa
    "91": Place(1, 15),  # An Giang
    "82": Place(2, 15),  # Đồng Tháp
    "79": Place(3, 15),  # Thành phố Hồ Chí Minh
    "92": Place(1, 16),  # Cần Thơ
    "86": Place(2, 16),  # Vĩnh Long
    "96": Place(1, 17),  # Cà Mau
}

ISLANDS = (
    Islands("Quần đảo Hoàng Sa", "48", Place(6, 9)),
    Islands("Quần đảo Trường Sa", "56", Place(6, 15)),
)

SHADES_FROM = (60, 70, 75, 80, 85, 90)
"""Where each shade after the first begins, in percent."""


def shade(percent: Decimal) -> int:
    """Return the shade of a percent, from 1 for the lowest to 7."""
    return 1 + sum(percent >= start for start in SHADES_FROM)
