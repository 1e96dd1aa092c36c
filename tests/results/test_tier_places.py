"""The place of a commune among all of the nation: that of exact ranks and of possible ranks."""

from __future__ import annotations

import csv
import io
import struct
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from results.arithmetic.indices import Figure
from results.arithmetic.possible_ranks import joint_interval, overlaps
from results.arithmetic.ranks import ranks
from results.counting import refresh
from results.models import ReleasedIndex
from results.reading.tier_places import place_in_tier
from results.showing.pages import unit_page
from tests import make


def sent(figures: dict[int, Figure]) -> bytes:
    """Return what PostgreSQL sends for an array of double precision (array_send)."""
    numbers = [
        float(value or 0)
        for unit, one in figures.items()
        for value in (unit, one.ratio, one.variance, one.n, one.freedom)
    ]
    head = struct.pack(">iiiii", 1, 0, 701, len(numbers), 1)
    return head + b"".join(struct.pack(">id", 8, number) for number in numbers)


def test_many_units_at_once_stand_where_one_by_one_they_would() -> None:
    chance = Random(7)  # noqa: S311 - made-up figures
    figures = {}
    for unit in range(60):
        n = chance.choice([10, 12, 30, 99, 100, 400])
        ratio = Fraction(chance.choice([0, 5, 7, 8, 9, 10]), 10)
        variance = ratio * (1 - ratio) / n * Fraction(chance.randint(5, 10), 10)
        freedom = 0 if variance * n >= ratio * (1 - ratio) else n - 1
        ends = 0.0, 100.0
        figures[unit] = Figure(100 * ratio, *ends, n, 0, ratio, variance, None, freedom)
    places = ranks({unit: figure.ratio or Fraction(0) for unit, figure in figures.items()})
    # Of 60 units the quantile of 64: none of them is surer.
    coverage = 0.95 ** (1 / 64)
    possible = overlaps({unit: joint_interval(one, coverage) for unit, one in figures.items()})

    wire = sent(figures)
    for unit in figures:
        found = place_in_tier(wire, unit)
        assert found is not None
        assert (found.position, found.of) == (places[unit].position, 60)
        assert (found.best, found.worst) == (possible[unit].best, possible[unit].worst)
    assert place_in_tier(wire, 99) is None
    assert place_in_tier(None, 1) is None


@pytest.mark.django_db
def test_a_commune_has_its_place_in_the_nation_on_page_reply_and_file(client: Client) -> None:
    one, other = make.province(code="19"), make.province("Phú Thọ", code="25")
    # Satisfied: all, two thirds, a third, a third; of the last too few answered.
    levels = ((one, [5] * 22), (one, [5, 5, 1] * 8), (other, [5, 1, 1] * 8), (other, [5, 1, 1] * 8))
    asked = [
        (make.commune(f"Xã {number}", parent=parent, code=f"0540{number}"), ratings)
        for number, (parent, ratings) in enumerate((*levels, (other, [5, 5, 5])))
    ]
    campaign = make.campaign(slug="dot", threshold=4)
    for commune, ratings in asked:
        make.responses(campaign, commune, ratings)
    refresh.refresh(campaign, clock=timezone.now)

    def reply(code: str) -> dict[str, int] | None:
        told = client.get(f"/api/v1/campaigns/dot/units/{code}").json()
        return told["rank_among_all"]  # type: ignore[no-any-return]  # JSON of our own

    places = [reply(f"0540{number}") for number in range(5)]
    assert [place and (place["position"], place["of"]) for place in places] == [
        (1, 4),
        (2, 4),
        # Equal indexes share the better place.
        (3, 4),
        (3, 4),
        None,
    ]
    assert reply("19") is None
    page = client.get("/en/ket-qua/dot/05402/").content.decode()
    assert "<dt>Rank in the nation</dt>" in page
    assert "3 / 4<span>" in page.partition("Rank in the nation")[2]
    file = client.get(
        reverse("results:unit_file", args=["dot", "05402", "so-lieu.csv"])
    ).content.decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(file)))
    assert (row["all_rank"], row["all_rank_of"]) == ("3", "4")
    assert ReleasedIndex.objects.filter(campaign=campaign).count() == 4
    # The nation tells of them, though they are not directly below it: 100 + 2/3 + 1/3 + 1/3.
    provinces, communes = unit_page(campaign).tiers
    assert (provinces.tier, provinces.units, provinces.published) == ("province", 2, 2)
    assert (communes.tier, communes.units, communes.published) == ("commune", 5, 4)
    assert communes.bands == (("A", 1), ("B", 0), (None, 3))
    assert communes.mean == Decimal("58.33")
    assert [tier.tier for tier in unit_page(campaign, "19").tiers] == ["commune"]
