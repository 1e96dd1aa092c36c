"""Who may do what where: units of today and of before, campaigns' frozen trees, giving roles."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.utils import timezone
from psycopg.types.range import Range

from surveys.campaigns.campaign_tree import open_campaign
from surveys.models import Campaign, RoleGrant, Succession, Tier, Unit, UnitVersion
from surveys.rights.acts import ACTS, Act, Role
from surveys.rights.roles import Rights, may, scope
from tests import make

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def rights(user: User) -> Rights:
    return Rights(user, now=timezone.now())


def merged() -> tuple[Unit, Unit, Unit, Unit]:
    """Return two provinces of before, a province that got one whole and a part of the other,
    and a commune of today's province.
    """
    nation = make.unit("Việt Nam", tier=Tier.NATION, code="vn", since=date(2020, 1, 1))
    before = {"since": date(2020, 1, 1), "until": make.MAP_BEGAN, "parent": nation}
    whole = make.unit("Bắc Kạn", code="06", **before)  # type: ignore[arg-type]
    part = make.unit("Lạng Sơn", code="20", **before)  # type: ignore[arg-type]
    today = make.unit("Thái Nguyên", code="19", parent=nation)
    kinds = Succession.Kind
    for old, kind in ((whole, kinds.WHOLE), (part, kinds.PART)):
        Succession.objects.create(old=old, new=today, on=make.MAP_BEGAN, kind=kind)
    return whole, part, today, make.commune("Phú Bình", parent=today)


def test_nothing_is_allowed_that_was_not_granted() -> None:
    commune = make.commune()
    for user in (AnonymousUser(), User.objects.create(username="dan")):
        for act in Act:
            assert not may(user, act, commune, now=NOW)
            assert not scope(user, act, now=NOW)


def test_a_role_holds_at_its_unit_and_below_and_not_above_or_beside() -> None:
    province = make.province("Thái Nguyên")
    commune, other = make.commune(parent=province), make.commune("Khác")
    mai = make.official("mai", role=Role.VIEWER, at=province)

    reach = rights(mai).reach(Act.SEE_UNITS)

    assert {unit.pk for unit in reach.units()} == {province.pk, commune.pk}
    assert not reach.covers(make.nation().pk)
    assert not reach.covers(other.pk)
    assert not rights(mai).reach(Act.MANAGE_COUNTERS)


@pytest.mark.parametrize(
    ("begins", "ends", "holds"), [(-2, -1, False), (-1, 1, True), (1, 2, False)]
)
def test_a_role_holds_from_its_start_until_its_end(begins: int, ends: int, holds: bool) -> None:
    commune = make.commune()
    mai = make.official("mai", role=Role.VIEWER, at=commune)
    now = timezone.now()
    RoleGrant.objects.update(
        starts_at=now + timedelta(hours=begins), ends_at=now + timedelta(hours=ends)
    )

    assert rights(mai).may(Act.SEE_UNITS, commune) is holds


def test_a_closed_account_may_nothing() -> None:
    commune = make.commune()
    mai = make.official("mai", at=commune)
    mai.is_active = False

    assert not rights(mai).may(Act.SEE_UNITS, commune)


def test_a_unit_has_what_went_into_it_whole_and_not_what_it_got_in_part() -> None:
    whole, part, today, commune = merged()
    mai = make.official("mai", role=Role.VIEWER, at=today)

    reach = rights(mai).reach(Act.SEE_UNITS)

    assert reach.unit_ids == {whole.pk, today.pk, commune.pk}
    assert not reach.covers(part.pk)


def test_a_role_at_an_abolished_unit_reaches_nothing_of_today() -> None:
    whole, _part, today, commune = merged()
    mai = make.official("mai", role=Role.VIEWER, at=whole)

    reach = rights(mai).reach(Act.SEE_UNITS)

    assert not reach.covers(today.pk)
    assert not reach.covers(commune.pk)


def test_sheets_are_placed_in_the_tree_their_campaign_froze() -> None:
    """A commune moves to another province after the campaign: its old sheets stay behind."""
    first, second = make.province("Một"), make.province("Hai")
    commune = make.commune(parent=first)
    campaign = make.campaign(opens_on=date(2026, 10, 1), tree_day=date(2026, 10, 1))
    make.response(campaign, commune, on=date(2026, 10, 2))
    moved = timezone.localdate()
    UnitVersion.objects.filter(unit=commune).update(in_force=Range(make.MAP_BEGAN, moved))
    make.unit_version(commune, "Phú Bình", parent=second, in_force=Range(moved, None))
    old = rights(make.official("mot", role=Role.ANALYST, at=first)).reach(Act.EXPORT)
    new = rights(make.official("hai", role=Role.ANALYST, at=second)).reach(Act.EXPORT)

    assert old.responses().count() == 1
    assert new.responses().count() == 0
    assert old.covers(commune.pk, campaign)
    assert not new.covers(commune.pk, campaign)
    assert not old.covers(commune.pk)
    assert new.covers(commune.pk)


def test_a_campaign_of_before_is_open_to_who_has_its_units_today() -> None:
    whole, part, today, _commune = merged()
    campaign = make.campaign(
        tree_day=date(2024, 11, 1), opens_on=date(2024, 11, 1), closes_on=date(2024, 12, 1)
    )
    for unit in (whole, part):
        make.response(campaign, unit, on=date(2024, 11, 2))
    reach = rights(make.official("mai", role=Role.ANALYST, at=today)).reach(Act.EXPORT)

    assert [sheet.unit for sheet in reach.responses()] == [whole]
    assert list(reach.campaigns()) == [campaign]
    assert not reach.covers_whole(campaign)


def test_a_role_for_one_campaign_opens_no_other_and_nothing_without_a_campaign() -> None:
    commune = make.commune()
    counter = make.counter(commune)
    one, other = make.campaign(), make.campaign()
    for campaign in (one, other):
        make.response(campaign, commune)
    mai = make.official("mai", role=Role.MANAGER, at=commune, campaign=one)

    reach = rights(mai).reach(Act.EXPORT)

    assert {sheet.campaign_id for sheet in reach.responses()} == {one.pk}
    assert list(reach.campaigns()) == [one]
    assert list(reach.counters(one)) == [counter]
    assert not reach.counters(other).exists()
    assert not reach.counters().exists()
    assert not reach.covers(commune.pk)


def test_a_draft_belongs_to_who_has_all_it_asks_about() -> None:
    province, other = make.province("Một", code="01"), make.province("Hai", code="02")
    campaigns = {}
    for name, codes in {"own": ["01"], "both": ["01", "02"], "nation": []}.items():
        campaigns[name] = make.campaign(slug=name, opened=False)
        Campaign.objects.filter(pk=campaigns[name].pk).update(scope=codes)
    mai = make.official("mai", role=Role.MANAGER, at=province)
    reach = rights(mai).reach(Act.MANAGE_CAMPAIGNS)

    assert {c.slug for c in reach.campaigns()} == {"own"}
    for made in campaigns.values():
        open_campaign(made)
    assert {c.slug for c in reach.campaigns()} == {"own", "both", "nation"}
    assert {c.slug for c in reach.whole_campaigns()} == {"own"}
    assert not reach.covers(other.pk)
    at_the_top = rights(make.official("toan-quoc", role=Role.MANAGER)).reach(Act.MANAGE_CAMPAIGNS)
    assert at_the_top.whole_campaigns().count() == 3


@pytest.mark.parametrize("role", Role)
def test_nobody_gives_more_than_they_have(role: Role) -> None:
    """Only administrators give roles at all, so each role is tried by one of each."""
    province = make.province()
    commune, nation = make.commune(parent=province), make.nation()
    mai = rights(make.official("mai", role=role, at=province))

    for given in Role:
        below = mai.may_grant(given, commune, None, None)
        assert below is (role == Role.ADMINISTRATOR and ACTS[given] <= ACTS[role])
        assert not mai.may_grant(given, nation, None, None)


def test_a_role_is_not_given_for_longer_or_for_more_campaigns_than_held() -> None:
    commune = make.commune()
    one, other = make.campaign(), make.campaign()
    soon = timezone.now() + timedelta(days=10)
    mai = make.official("mai", at=commune, campaign=one)
    RoleGrant.objects.update(ends_at=soon)

    assert rights(mai).may_grant(Role.VIEWER, commune, one, soon)
    assert not rights(mai).may_grant(Role.VIEWER, commune, one, soon + timedelta(seconds=1))
    assert not rights(mai).may_grant(Role.VIEWER, commune, one, None)
    assert not rights(mai).may_grant(Role.VIEWER, commune, other, soon)
    assert not rights(mai).may_grant(Role.VIEWER, commune, None, soon)


def test_two_roles_held_apart_do_not_add_up_elsewhere() -> None:
    """Administrator of one commune, manager of another: no administrator of the second."""
    one, other = make.commune("Một"), make.commune("Hai")
    mai = make.official("mai", role=Role.ADMINISTRATOR, at=one)
    make.grant(mai, Role.MANAGER, other)

    assert rights(mai).may_grant(Role.VIEWER, one, None, None)
    assert not rights(mai).may_grant(Role.VIEWER, other, None, None)
