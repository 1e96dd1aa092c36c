"""The tree a campaign freezes when it opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from django.utils import translation
from psycopg.types.range import Range

from surveys.campaigns.campaign_tree import TreeError, open_campaign
from surveys.models import Campaign, CampaignUnit, Tier, Unit, UnitVersion
from tests import make
from tests.races import at_once

pytestmark = pytest.mark.django_db

OLD_DAY = date(2024, 11, 1)
LONG_AGO = date(2020, 1, 1)


def opened(*scope: str, tree_day: date = date(2026, 11, 1)) -> Campaign:
    campaign = make.campaign(tree_day=tree_day, opened=False)
    campaign.scope = list(scope)
    campaign.save()
    open_campaign(campaign)
    campaign.refresh_from_db()
    return campaign


def tree(campaign: Campaign) -> dict[str, tuple[str | None, str]]:
    """Return {code: (code of the parent, code of the chunk)}."""
    code_of = dict(Unit.objects.values_list("pk", "code"))
    return {
        place.code: (code_of.get(place.parent_id or 0), code_of[place.chunk_id])
        for place in CampaignUnit.objects.filter(campaign=campaign)
    }


def paths(campaign: Campaign) -> dict[str, list[str]]:
    code_of = dict(Unit.objects.values_list("pk", "code"))
    return {place.code: [code_of[pk] for pk in place.path] for place in campaign.units.all()}


def test_todays_tree_has_two_tiers_below_the_nation() -> None:
    make.commune("Phú Bình", code="05965", parent=make.province("Thái Nguyên", code="19"))
    make.commune("Việt Trì", code="07900", parent=make.province("Phú Thọ", code="25"))

    campaign = opened()

    assert tree(campaign) == {
        "vn": (None, "vn"),
        "19": ("vn", "19"),
        "05965": ("19", "19"),
        "25": ("vn", "25"),
        "07900": ("25", "25"),
    }
    assert paths(campaign)["05965"] == ["vn", "19", "05965"]
    assert {u.code: u.tier for u in campaign.units.all()}["05965"] == Tier.COMMUNE


def test_the_tree_of_2024_has_districts_and_is_read_as_of_its_day() -> None:
    nation = make.unit("Việt Nam", tier=Tier.NATION, code="vn", since=LONG_AGO)
    province = make.unit("Thái Nguyên", code="19", parent=nation, since=LONG_AGO)
    end = make.MAP_BEGAN
    district = make.unit(
        "Phú Bình", tier=Tier.DISTRICT, code="173", parent=province, since=LONG_AGO, until=end
    )
    make.unit(
        "Hương Sơn", tier=Tier.COMMUNE, code="05965", parent=district, since=LONG_AGO, until=end
    )
    make.unit("Phú Bình", tier=Tier.COMMUNE, code="05965", parent=province)

    before, after = opened(tree_day=OLD_DAY), opened()

    assert paths(before)["05965"] == ["vn", "19", "173", "05965"]
    assert tree(before)["05965"] == ("173", "19")
    assert tree(before)["173"] == ("19", "19")
    assert paths(after)["05965"] == ["vn", "19", "05965"]
    assert "173" not in tree(after)
    names = {
        place.campaign_id: place.version.full_name
        for place in CampaignUnit.objects.filter(code="05965").select_related("version")
    }
    assert names == {before.pk: "Xã Hương Sơn", after.pk: "Xã Phú Bình"}


def test_the_last_day_of_the_old_map_and_the_first_of_the_new() -> None:
    make.unit("Việt Nam", tier=Tier.NATION, code="vn", since=LONG_AGO)
    nation = make.nation()
    make.unit("Hà Giang", code="02", parent=nation, since=LONG_AGO, until=make.MAP_BEGAN)
    make.unit("Tuyên Quang", code="08", parent=nation)

    assert set(tree(opened(tree_day=date(2025, 6, 30)))) == {"vn", "02"}
    assert set(tree(opened(tree_day=date(2025, 7, 1)))) == {"vn", "08"}


def test_an_agency_is_counted_with_its_province_or_with_the_nation() -> None:
    province = make.province(code="19")
    make.unit("Nội vụ", tier=Tier.AGENCY, code="19-snv", parent=province)
    ministry = make.unit("Bộ Nội vụ", tier=Tier.AGENCY, code="bnv", parent=make.nation(), type="")
    make.unit("Cục A", tier=Tier.AGENCY, code="bnv-a", parent=ministry, type="")

    assert tree(opened()) == {
        "vn": (None, "vn"),
        "19": ("vn", "19"),
        "19-snv": ("19", "19"),
        "bnv": ("vn", "vn"),
        "bnv-a": ("bnv", "vn"),
    }


def test_a_scope_holds_the_units_named_all_below_and_the_way_up() -> None:
    province = make.province(code="19")
    make.commune(code="05965", parent=province)
    make.commune("Phổ Yên", code="05860", parent=province)
    make.commune(code="07900", parent=make.province("Phú Thọ", code="25"))
    make.province("Hưng Yên", code="33")

    assert set(tree(opened("19"))) == {"vn", "19", "05965", "05860"}
    assert set(tree(opened("05860", "25"))) == {"vn", "19", "05860", "25", "07900"}
    assert set(tree(opened("vn"))) == set(tree(opened()))


def test_the_tree_stays_as_it_was_when_the_map_changes() -> None:
    commune = make.commune(code="05965", parent=make.province(code="19"))
    campaign = opened()
    before = tree(campaign)

    other = make.province("Phú Thọ", code="25")
    UnitVersion.objects.filter(unit=commune).update(parent=other)

    assert open_campaign(campaign) == 3
    assert tree(campaign) == before


def test_opening_tells_how_many_units_there_are_and_twice_is_once() -> None:
    make.commune()
    campaign = make.campaign(opened=False)
    make.nation()

    assert open_campaign(campaign) == 3
    assert open_campaign(campaign) == 3
    assert CampaignUnit.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_open_at_once_open_one_tree(size: Callable[[int, int], int]) -> None:
    make.commune()
    for _ in range(size(10, 100)):
        campaign = make.campaign(opened=False)

        outcomes = at_once(*[partial(open_campaign, campaign)] * 2)

        assert outcomes == [3, 3]
        assert campaign.units.count() == 3


def test_opening_writes_the_code_book_of_the_edition() -> None:
    campaign = make.campaign(opened=False)
    make.nation()
    assert campaign.answers_pattern is None

    open_campaign(campaign)

    campaign.refresh_from_db()
    assert campaign.answers_pattern == campaign.questionnaire.parsed().answers_pattern


# What cannot be opened


def refused(*scope: str, because: str) -> None:
    with translation.override("en"), pytest.raises(TreeError, match=because):
        opened(*scope)
    assert not CampaignUnit.objects.exists()
    assert Campaign.objects.get().answers_pattern is None


def test_a_scope_of_an_unknown_code_is_refused() -> None:
    make.province(code="19")

    refused("19", "99", "98", because="no unit with the code 99, 98 on 2026-11-01")


def test_a_code_of_another_day_is_unknown() -> None:
    nation = make.unit("Việt Nam", tier=Tier.NATION, code="vn", since=LONG_AGO)
    make.unit("Hà Giang", code="02", parent=nation, since=LONG_AGO, until=make.MAP_BEGAN)

    refused("02", because="no unit with the code 02")


def test_a_map_without_a_nation_is_refused() -> None:
    make.unit("Thái Nguyên", code="19")

    refused(because="under one nation")


def test_an_empty_map_is_refused() -> None:
    refused(because="under one nation")


def test_two_tops_are_refused() -> None:
    make.nation()
    make.unit("Thái Nguyên", code="19")

    refused(because="under one nation")


def test_a_parent_that_ended_before_the_tree_day_is_refused() -> None:
    province = make.province(code="19")
    commune = make.commune(parent=province)
    UnitVersion.objects.filter(unit=province).update(
        in_force=Range(make.MAP_BEGAN, date(2026, 1, 1))
    )

    refused(because="parent is not on the map")
    assert UnitVersion.objects.filter(unit=commune).exists()


def test_two_units_with_one_code_are_refused() -> None:
    make.unit("Nội vụ", tier=Tier.AGENCY, code="19", parent=make.province(code="19"))

    refused(because="share a code: 19")


def test_a_scope_that_names_two_units_is_refused() -> None:
    # Else one of the two would be taken, and nobody would know which.
    make.province(code="19")
    make.unit("Nội vụ", tier=Tier.AGENCY, code="19", parent=make.province("Phú Thọ", code="25"))

    refused("19", because="share a code: 19")


def test_units_above_each_other_in_a_ring_are_refused() -> None:
    make.nation()
    one = make.commune("A", code="00001")
    two = make.commune("B", code="00002", parent=one)
    UnitVersion.objects.filter(unit=one).update(parent=two)

    refused(because="above itself")
