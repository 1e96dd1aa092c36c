"""Units of a campaign found by what citizens type, on the real map of the nation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from surveys.models import Campaign, Tier, Unit
from surveys.units.unit_search import search_campaign_units
from tests import make
from tests.surveys.loaded import shipped_units

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def campaign(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Campaign]:
    """A campaign of 2026 over the whole nation."""
    with shipped_units(django_db_blocker):
        made = make.campaign()
        connection.check_constraints()
        yield made


def found(campaign: Campaign, text: str, limit: int = 20) -> list[str]:
    return [unit.version.full_name for unit in search_campaign_units(campaign, text, limit)]


@pytest.mark.parametrize(
    "text",
    [
        *("Hà Nội", "ha noi", "  HA   NOI ", "Ha\u0300 No\u0323\u0302i", "ha n", "hanoi"),
        *("HN", "tphn", "TP Hà Nội", "tp. ha noi", "thanh pho ha noi", "01"),
    ],
)
def test_a_city_is_found_however_it_is_typed(campaign: Campaign, text: str) -> None:
    assert found(campaign, text)[0] == "Thành phố Hà Nội"


@pytest.mark.parametrize("text", ["TP. HCM", "tp hcm", "TPHCM", "hcm", "hochiminh", "79"])
def test_the_largest_city_is_found_by_its_usual_names(campaign: Campaign, text: str) -> None:
    assert found(campaign, text)[0] == "Thành phố Hồ Chí Minh"


@pytest.mark.parametrize("text", ["thai nguyen", "Thái Nguyên", "tinh thai nguyen", "19"])
def test_a_province_comes_before_what_is_called_like_it(campaign: Campaign, text: str) -> None:
    names = found(campaign, text)

    assert names[0] == "Tỉnh Thái Nguyên"
    # Its agencies hold its name: found, after the province.
    assert text == "19" or "Sở Nội vụ tỉnh Thái Nguyên" in names


@pytest.mark.parametrize(
    "text", ["Phan Dinh Phung", "phan đình phùng", "P. Phan Đình Phùng", "phuong phan", "pdp"]
)
def test_a_ward_is_found(campaign: Campaign, text: str) -> None:
    assert "Phường Phan Đình Phùng" in found(campaign, text)


def test_a_code_finds_its_unit_before_all_others(campaign: Campaign) -> None:
    assert found(campaign, "05443") == ["Phường Phan Đình Phùng"]
    assert found(campaign, " 19-SNV ") == ["Sở Nội vụ tỉnh Thái Nguyên"]
    # Communes are called by numbers too, but no number of today is a province's whole name.
    assert found(campaign, "04")[0] == "Tỉnh Cao Bằng"


def test_both_styles_of_tone_marks_find_the_same(campaign: Campaign) -> None:
    assert found(campaign, "Hoà Bình") == found(campaign, "Hòa Bình")
    assert "Phường Hòa Bình" in found(campaign, "Hoà Bình")


def test_whole_names_then_whole_words_then_beginnings(campaign: Campaign) -> None:
    units = search_campaign_units(campaign, "tân", 500)
    keys = [unit.version.search_key for unit in units]
    ranks = [0 if "| tan |" in key else 1 if " tan " in key else 2 for key in keys]

    assert ranks == sorted(ranks)
    assert set(ranks) == {1, 2}
    assert found(campaign, "láng")[:2] == ["Phường Láng", "Tỉnh Lạng Sơn"]
    # Some communes have these initials.
    assert found(campaign, "an")[0] == "Tỉnh An Giang"


def test_higher_tiers_first_and_vietnamese_order_among_equals(campaign: Campaign) -> None:
    units = search_campaign_units(campaign, "dn", 200)

    assert [unit.version.full_name for unit in units[:2]] == [
        "Thành phố Đà Nẵng",
        "Thành phố Đồng Nai",
    ]
    communes = [
        unit.version
        for unit in units
        if unit.tier == Tier.COMMUNE and " dn " in unit.version.search_key
    ]
    assert len(communes) > 3
    keys = [version.sort_key.encode() for version in communes]
    assert keys == sorted(keys)


@pytest.mark.parametrize("limit", [1, 7])
def test_no_more_are_found_than_asked_for(campaign: Campaign, limit: int) -> None:
    assert len(found(campaign, "an", limit)) == limit
    # With one found by its code among them.
    assert len(found(campaign, "19", limit)) <= limit
    assert found(campaign, "19", limit)[0] == "Tỉnh Thái Nguyên"


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "%", "_", "%%", "__", "'", '"', "\\", "\0", "☃", "-", "|"),
        *("noi ha", "oi", "'; DROP TABLE surveys_unit; --", "a" * 100_000),
    ],
)
def test_what_is_no_name_finds_nothing_and_does_no_harm(campaign: Campaign, text: str) -> None:
    assert found(campaign, text) == []
    assert Unit.objects.exists()


@pytest.mark.parametrize("text", ["ha%noi", "ha_noi", "ha'noi", 'ha"noi"', "ha\0noi", "hà\\nội"])
def test_marks_between_words_only_part_them(campaign: Campaign, text: str) -> None:
    assert found(campaign, text)[0] == "Thành phố Hà Nội"


def test_only_units_of_the_campaign_are_found(campaign: Campaign) -> None:
    # A unit of the old map, and one made after the tree was frozen.
    assert "Quận Hoàn Kiếm" not in found(campaign, "hoan kiem")
    assert "Phường Hoàn Kiếm" in found(campaign, "hoan kiem")
    top = Unit.objects.filter(code="01").last()
    make.unit("Rất Mới", tier=Tier.COMMUNE, code="99999", parent=top)
    assert found(campaign, "rất mới") == []


def test_a_search_takes_two_queries(
    campaign: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        found(campaign, "19")
