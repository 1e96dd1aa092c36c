"""Roles at units that a change of the map abolished: listed, and given anew where these went."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from psycopg.types.range import Range
from pytest_django import DjangoAssertNumQueries

from surveys.campaigns.campaign_tree import open_campaign
from surveys.models import (
    AuditEntry,
    Campaign,
    RoleGrant,
    Succession,
    Tier,
    Unit,
    UnitVersion,
)
from surveys.oversight.deeds import Deed
from surveys.rights.acts import Role
from tests import make
from tests.officials.people import sign_in

pytestmark = pytest.mark.django_db

PAGE = "/quan-tri/nguoi-dung/chuyen/"


@pytest.fixture
def province() -> Unit:
    return make.province("Thái Nguyên", code="19")


@pytest.fixture
def communes(province: Unit) -> list[Unit]:
    return [make.commune(f"Mới {n}", code=f"0590{n}", parent=province) for n in range(2)]


@pytest.fixture
def thu(province: Unit) -> Client:
    """Thu manages the accounts of the province."""
    return sign_in(Client(), make.official("thu", at=province))


def before(code: str, *after: Unit, kind: str = Succession.Kind.WHOLE) -> Unit:
    """Return a commune of a district of before, which went into others."""
    district = Unit.objects.filter(code="164").first() or make.unit(
        "Cũ", tier=Tier.DISTRICT, code="164", since=date(2020, 1, 1), until=make.MAP_BEGAN
    )
    old = make.unit(
        f"Cũ {code}",
        tier=Tier.COMMUNE,
        code=code,
        since=date(2020, 1, 1),
        until=make.MAP_BEGAN,
        parent=district,
    )
    for new in after:
        Succession.objects.create(old=old, new=new, on=make.MAP_BEGAN, kind=kind)
    return old


def listed(client: Client) -> dict[str, tuple[list[str], bool]]:
    """Return by account the codes of the units that follow, and whether the role may be moved."""
    lines = client.get(PAGE).context["lines"]
    return {
        line.grant.user.username: ([heir.code for heir in line.heirs], may_move)
        for line, may_move in lines
    }


def grant_of(name: str) -> RoleGrant:
    return RoleGrant.objects.get(user__username=name)


def held(name: str) -> list[tuple[str, str]]:
    rows = RoleGrant.objects.filter(user__username=name).in_force_at(timezone.now())
    return list(rows.values_list("role", "unit__code"))


def test_a_role_moves_with_its_unit_for_as_long_as_it_was_given(
    thu: Client, communes: list[Unit]
) -> None:
    make.official("lan", role=Role.DATA_ENTRY, at=communes[0])
    make.official("mai", role=Role.MANAGER, at=before("05401", communes[0]))
    ends_at = timezone.now() + timedelta(days=9)
    RoleGrant.objects.filter(user__username="mai").update(ends_at=ends_at)
    assert thu.get("/quan-tri/nguoi-dung/").context["stranded"] == 1
    assert listed(thu) == {"mai": (["05900"], True)}
    old = grant_of("mai")

    thu.post(PAGE, {"role": old.pk, f"unit-{old.pk}": communes[0].pk})

    assert held("mai") == [("manager", "05900")]
    assert RoleGrant.objects.get(user__username="mai", unit=communes[0]).ends_at == ends_at
    assert listed(thu) == {}
    entry = AuditEntry.objects.get()
    assert (entry.deed, entry.unit) == (Deed.MOVE_ROLE, communes[0])
    assert (entry.before or {})["unit"] == old.unit_id


def test_a_unit_parted_within_the_province_asks_which_part(
    thu: Client, communes: list[Unit]
) -> None:
    make.official("mai", role=Role.VIEWER, at=before("05401", *communes, kind="part"))
    old = grant_of("mai")
    assert listed(thu) == {"mai": (["05900", "05901"], True)}

    thu.post(PAGE, {"role": old.pk})
    assert held("mai") == [("viewer", "05401")]
    thu.post(PAGE, {"role": old.pk, f"unit-{old.pk}": communes[1].pk})

    assert held("mai") == [("viewer", "05901")]


def test_a_unit_parted_between_provinces_is_the_nations(thu: Client, communes: list[Unit]) -> None:
    other = make.commune("Khác", code="07777", parent=make.province("Khác", code="20"))
    make.official("mai", role=Role.VIEWER, at=before("05401", communes[0], other, kind="part"))
    old = grant_of("mai")
    sent = {"role": old.pk, f"unit-{old.pk}": communes[0].pk}

    assert listed(thu) == {}
    thu.post(PAGE, sent)
    assert held("mai") == [("viewer", "05401")]

    nation = sign_in(Client(), make.official("toan-quoc"))
    assert listed(nation) == {"mai": (["05900", "07777"], True)}
    nation.post(PAGE, sent)
    assert held("mai") == [("viewer", "05900")]


def test_a_role_moves_nowhere_else(thu: Client, communes: list[Unit]) -> None:
    other = make.commune("Khác", code="07777", parent=make.province("Khác", code="20"))
    make.official("mai", role=Role.VIEWER, at=before("05401", communes[0]))
    old = grant_of("mai")

    for to in (other.pk, make.nation().pk, communes[1].pk, old.unit_id, "x"):
        thu.post(PAGE, {"role": [old.pk, "9" * 8, "x"], f"unit-{old.pk}": to})

    assert held("mai") == [("viewer", "05401")]


def test_nobody_gives_anew_what_they_could_not_have_given(communes: list[Unit]) -> None:
    """An administrator for some days moves no role that would outlast them."""
    thu = make.official("thu", at=communes[0])
    RoleGrant.objects.update(ends_at=timezone.now() + timedelta(days=5))
    make.official("mai", role=Role.VIEWER, at=before("05401", communes[0]))
    client, old = sign_in(Client(), thu), grant_of("mai")

    assert listed(client) == {"mai": (["05900"], False)}
    client.post(PAGE, {"role": old.pk, f"unit-{old.pk}": communes[0].pk})

    assert held("mai") == [("viewer", "05401")]


def test_a_role_for_a_campaign_on_the_map_of_before_is_not_stranded(
    thu: Client, communes: list[Unit]
) -> None:
    always = Range(date(2020, 1, 1), None)
    Unit.objects.filter(tier=Tier.NATION).update(in_force=always)
    UnitVersion.objects.filter(unit__tier=Tier.NATION).update(in_force=always)
    old, day = before("05401", communes[0]), date(2024, 11, 1)
    UnitVersion.objects.filter(unit__code="164").update(parent=make.nation())
    campaign = make.campaign(tree_day=day, opens_on=day, closes_on=day, opened=False)
    Campaign.objects.filter(pk=campaign.pk).update(scope=["05401"])
    make.official("mai", role=Role.VIEWER, at=old, campaign=campaign)
    assert set(listed(thu)) == {"mai"}

    open_campaign(campaign)

    assert listed(thu) == {}


def test_a_role_held_already_is_not_given_twice(thu: Client, communes: list[Unit]) -> None:
    mai = make.official("mai", role=Role.VIEWER, at=communes[0])
    olds = [make.grant(mai, Role.VIEWER, before(f"0540{n}", communes[0])) for n in (1, 2)]
    chosen = {f"unit-{old.pk}": communes[0].pk for old in olds}

    thu.post(PAGE, {"role": [old.pk for old in olds], **chosen})

    assert held("mai") == [("viewer", "05900")]


def test_the_list_costs_a_fixed_number_of_queries(
    thu: Client, communes: list[Unit], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    olds = [before(f"0540{n}", *communes[: 1 + n % 2], kind="part") for n in range(4)]
    for number in range(20):
        user = User.objects.create(username=f"can-bo-{number:02}")
        make.grant(user, Role.VIEWER, olds[number % 4])

    thu.get(PAGE)
    with django_assert_max_num_queries(16):
        assert len(thu.get(PAGE).context["lines"]) == 20
