"""The map of tiles: every province of today once, the islands beside their provinces."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

from results.arithmetic.tiles import ISLANDS, PLACES, ROWS, SHADES_FROM, shade

UNITS = Path(__file__).parents[2] / "surveys/data/units/units_since_2025-07-01.csv"


def test_every_province_has_one_tile_of_its_own() -> None:
    with UNITS.open(encoding="utf-8", newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file) if row["tier"] == "province"}
    places = [*PLACES.values(), *(islands.place for islands in ISLANDS)]

    assert set(PLACES) == codes
    assert len(set(places)) == len(places)
    assert all(1 <= place.column <= 6 and 1 <= place.row <= ROWS for place in places)


def test_hoang_sa_and_truong_sa_are_on_the_map_of_the_nation() -> None:
    assert {(islands.name, islands.of) for islands in ISLANDS} == {
        ("Quần đảo Hoàng Sa", "48"),
        ("Quần đảo Trường Sa", "56"),
    }


def test_tiles_stand_in_reading_order() -> None:
    places = list(PLACES.values())

    assert places == sorted(places, key=lambda place: (place.row, place.column))


def test_a_shade_begins_at_its_percent() -> None:
    assert [shade(Decimal(start)) for start in SHADES_FROM] == [2, 3, 4, 5, 6, 7]
    assert shade(Decimal("59.99")) == 1
    assert shade(Decimal("89.99")) == 6
