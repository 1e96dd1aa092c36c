"""Ranks, movement, trend and what to improve, as pages and API show them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from psycopg.types.range import Range

from results.counting import refresh
from results.showing import pages
from surveys.campaigns.campaign_tree import open_campaign
from surveys.models import Campaign, Succession, Tier, Unit
from tests import make

BANDS = [{"code": "A", "from": 80}, {"code": "B", "from": 50}]
METHOD = {
    **make.METHOD,
    "code": "co-nhom",
    "bands": BANDS,
    "target": 90,
    "par_index_maximum": 12,
}


def count(campaign: Campaign) -> None:
    refresh.refresh(campaign, clock=timezone.now)


def satisfied(campaign: Campaign, unit: Unit, yes: int, of: int) -> None:
    make.responses(campaign, unit, [5] * yes + [1] * (of - yes))


@pytest.fixture
def province(db: None) -> Unit:
    return make.province("Thái Nguyên", code="19")


@pytest.fixture
def communes(province: Unit) -> list[Unit]:
    return [make.commune(name, parent=province, code=name) for name in ("A", "B", "C", "D")]


def standings(page: pages.UnitPage) -> dict[str, tuple[int, int] | None]:
    return {
        child.unit.code: (child.standing.position, child.standing.of) if child.standing else None
        for child in page.children
    }


def test_published_units_of_a_tier_are_ranked_and_equals_share(
    province: Unit, communes: list[Unit]
) -> None:
    agency = make.unit("Sở Y tế", tier=Tier.AGENCY, parent=province, code="19-syt")
    campaign = make.campaign(threshold=3, by=METHOD)
    for unit, yes, of in zip((*communes, agency), (2, 4, 4, 0, 0), (4, 8, 4, 2, 4), strict=True):
        satisfied(campaign, unit, yes, of)
    count(campaign)

    page = pages.unit_page(campaign, "19")

    # D has too few sheets; the agency is no commune.
    assert standings(page) == {"A": (2, 3), "B": (2, 3), "C": (1, 3), "D": None, "19-syt": None}
    assert [child.band for child in page.children] == ["B", "B", "A", None, None]
    for child in page.children:
        own = pages.unit_page(campaign, child.unit.code).summary
        assert (own.standing, own.band) == (child.standing, child.band)


def test_a_few_sheets_leave_every_rank_possible(communes: list[Unit]) -> None:
    campaign = make.campaign(threshold=3)
    satisfied(campaign, communes[0], 3, 4)
    satisfied(campaign, communes[1], 1, 4)
    count(campaign)

    first = pages.unit_page(campaign, "A").summary.standing

    assert first is not None
    assert (first.position, first.best, first.worst) == (1, 1, 2)


def test_many_sheets_tell_two_units_apart(communes: list[Unit]) -> None:
    campaign = make.campaign(threshold=3)
    satisfied(campaign, communes[0], 60, 60)
    satisfied(campaign, communes[1], 6, 60)
    count(campaign)

    first, second = (pages.unit_page(campaign, code).summary.standing for code in "AB")

    assert first is not None
    assert second is not None
    assert (first.worst, second.best) == (1, 2)


def test_tiers_are_summed_up_by_band_and_plain_mean(province: Unit, communes: list[Unit]) -> None:
    make.unit("Sở Y tế", tier=Tier.AGENCY, parent=province, code="19-syt")
    campaign = make.campaign(threshold=3, by=METHOD)
    for unit, yes in zip(communes, (4, 3, 1, 0), strict=True):
        satisfied(campaign, unit, yes, 4)
    count(campaign)

    first, second = pages.unit_page(campaign, "19").tiers

    assert (first.tier, first.units, first.published) == ("commune", 4, 4)
    assert first.bands == (("A", 1), ("B", 1), (None, 2))
    assert first.mean == Decimal("50.00")
    assert (second.tier, second.units, second.published, second.mean) == ("agency", 1, 0, None)


def test_an_index_is_told_in_points_and_beside_the_target(communes: list[Unit]) -> None:
    campaign = make.campaign(threshold=3, by=METHOD)
    satisfied(campaign, communes[0], 3, 4)
    count(campaign)

    figures = pages.unit_page(campaign, "A").figures

    assert figures is not None
    assert figures.goals == pages.Goals(
        Decimal("90.00"), Decimal("15.00"), Decimal("9.00"), Decimal("12.00")
    )


@pytest.fixture
def two_years(communes: list[Unit]) -> Campaign:
    old = make.campaign(slug="cu", threshold=3, opens_on=date(2025, 9, 1))
    for unit, yes in zip(communes, (30, 20, 10, 0), strict=True):
        satisfied(old, unit, yes, 40)
    count(old)
    new = make.campaign(slug="moi", threshold=3, previous=old)
    for unit, yes in zip(communes[:3], (10, 20, 30), strict=True):
        satisfied(new, unit, yes, 40)
    count(new)
    return new


def test_movement_is_in_points_and_in_places(two_years: Campaign) -> None:
    changes = [pages.unit_page(two_years, code).summary.change for code in "ABCD"]

    assert changes[3] is None
    assert [c.n_before for c in changes if c] == [40, 40, 40]
    found = [(c.points, c.places, c.among, c.distinguishable) for c in changes if c]
    assert found == [
        (Decimal("-50.00"), -2, 3, True),
        (Decimal("0.00"), 0, 3, False),
        (Decimal("50.00"), 2, 3, True),
    ]
    children = {
        child.unit.code: child.change for child in pages.unit_page(two_years, "19").children
    }
    assert children == dict(zip("ABCD", changes, strict=True))


def test_factors_are_compared_with_the_previous_campaign(two_years: Campaign) -> None:
    figures = pages.unit_page(two_years, "A").figures

    assert figures is not None
    (first, _) = figures.factors
    assert first.previous is not None
    assert (first.previous.percent, first.points) == (Decimal("75.00"), Decimal("-50.00"))
    assert first.distinguishable is True


def test_the_api_says_rank_and_previous(client: Client, two_years: Campaign) -> None:
    reply = client.get("/api/v1/campaigns/moi/units/C").json()

    assert reply["rank"] == {"position": 1, "of": 3, "best": 1, "worst": 2, "band": None}
    assert reply["previous"] == {
        "campaign": "cu",
        "percent": "25.00",
        "change_points": "50.00",
        "change_ranks": 2,
        "distinguishable": True,
    }
    root = client.get("/api/v1/campaigns/moi/units/vn").json()
    assert root["rank"] is None
    assert (root["previous"]["percent"], root["previous"]["change_ranks"]) == ("37.50", None)


def test_the_trend_has_a_point_per_campaign(two_years: Campaign) -> None:
    then, now = pages.unit_page(two_years, "A").trend

    assert (then.campaign.slug, then.label, now.label) == ("cu", "2025", "2026")
    assert then.index is not None
    assert now.index is not None
    assert (then.index.percent, now.index.percent) == (Decimal("75.00"), Decimal("25.00"))
    assert (then.breaks, now.breaks) == ((), ())
    assert then.above is not None


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"by": {**make.METHOD, "code": "khac", "item_rule": "MEAN5"}}, "method"),
        ({"edition": {**make.EDITION, "edition": 2}}, "edition"),
    ],
)
def test_other_rules_or_questions_break_the_trend_and_allow_no_movement(
    communes: list[Unit], more: dict[str, Any], why: str
) -> None:
    old = make.campaign(threshold=3, opens_on=date(2025, 9, 1), **more)
    new = make.campaign(threshold=3, previous=old)
    for campaign in (old, new):
        satisfied(campaign, communes[0], 3, 4)
        count(campaign)

    page = pages.unit_page(new, "A")

    assert (page.summary.change, page.is_comparable) == (None, False)
    assert page.trend[-1].breaks == (why,)
    assert page.figures is not None
    assert page.figures.factors[0].previous is None


def test_a_merged_unit_is_compared_with_all_it_is_made_of(province: Unit) -> None:
    day, before = date(2025, 7, 1), date(2024, 1, 1)
    old_top = make.unit("Bắc Kạn", code="06", parent=make.nation(), since=before, until=day)
    old = [
        make.unit(name, tier=Tier.COMMUNE, code=name, parent=old_top, since=before, until=day)
        for name in ("X", "Y")
    ]
    new, other = (make.commune(name, parent=province, code=name) for name in ("M", "N"))
    for unit in old:
        Succession.objects.create(old=unit, new=new, on=day, kind="whole")
    Succession.objects.create(old=old[1], new=other, on=day, kind="part")
    make.nation().versions.update(in_force=Range(before, None))
    Unit.objects.filter(tier=Tier.NATION).update(in_force=Range(before, None))
    last = make.campaign(
        threshold=3,
        tree_day=date(2024, 12, 1),
        opens_on=date(2024, 11, 1),
        closes_on=date(2024, 12, 1),
    )
    satisfied(last, old[0], 10, 10)
    satisfied(last, old[1], 0, 30)
    count(last)
    today = make.campaign(threshold=3, previous=last)
    for unit in (new, other):
        satisfied(today, unit, 5, 10)
    count(today)

    page = pages.unit_page(today, "M")

    assert page.summary.change is not None
    assert (page.summary.change.before, page.summary.change.points) == (Decimal(25), Decimal(25))
    assert page.trend[-1].breaks == ("map",)
    assert pages.unit_page(today, "N").summary.change is None


def test_a_unit_partly_outside_the_scope_is_compared_with_the_same_parts_only(
    province: Unit, communes: list[Unit]
) -> None:
    make.province("Phú Thọ", code="25")
    wide = make.campaign(threshold=3, opens_on=date(2025, 9, 1))
    narrow = scoped(["19"], previous=wide)
    again = scoped(["19"], previous=narrow)
    for campaign in (wide, narrow, again):
        satisfied(campaign, communes[0], 3, 4)
        count(campaign)

    assert pages.unit_page(narrow, "vn").summary.change is None
    assert pages.unit_page(narrow, "19").summary.change is not None
    assert pages.unit_page(again, "vn").summary.change is not None


def scoped(codes: list[str], previous: Campaign) -> Campaign:
    made = make.campaign(threshold=3, previous=previous, opened=False)
    made.scope = codes
    made.save()
    open_campaign(made)
    made.refresh_from_db()
    return made


def test_what_to_improve_names_the_criterion_furthest_behind(communes: list[Unit]) -> None:
    campaign = make.campaign(threshold=3)
    # Of fewer it would not be told that all agreed.
    for _ in range(9):
        make.response(campaign, communes[0], {"c01": 5, "c02": 1, "c03": 5})
        make.response(campaign, communes[1], {"c01": 5, "c02": 5, "c03": 1})
    count(campaign)

    page = pages.unit_page(campaign, "A")

    assert page.figures is not None
    (first,) = page.figures.improvements
    assert (first.code, first.beside) == ("c02", "similar")
    assert (first.percent, first.reference) == (Decimal(0), Decimal(100))
    # One third of the index, from 0 to 100 %.
    assert (first.gain, first.n_valid, first.n_reference) == (Decimal("33.33"), 9, 9)
