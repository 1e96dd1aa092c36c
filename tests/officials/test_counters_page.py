"""Counters of a whole subtree: made, opened and closed at once, after being told how many."""

from __future__ import annotations

from functools import partial

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from surveys.counters import counter_codes
from surveys.counters.subtree_counters import Changed, Round, Subtree, carry_out
from surveys.models import AuditEntry, Campaign, Counter, Device, Unit, UnitVersion
from surveys.oversight.audit import COMMAND
from surveys.rights.acts import Role
from tests import make
from tests.officials.people import sign_in
from tests.races import at_once

pytestmark = pytest.mark.django_db

ADDRESS = "/quan-tri/quay/"


@pytest.fixture
def province() -> Unit:
    return make.province("Thái Nguyên", code="19")


@pytest.fixture
def communes(province: Unit) -> list[Unit]:
    return [make.commune(f"Xã {n}", code=f"0590{n}", parent=province) for n in range(4)]


@pytest.fixture
def campaign(communes: list[Unit]) -> Campaign:
    make.commune("Nơi khác", code="07777")
    return make.campaign(slug="dot")


@pytest.fixture
def manager(campaign: Campaign, province: Unit) -> Client:
    return sign_in(Client(), make.official(role=Role.MANAGER, at=province))


def form(round_: str, **more: object) -> dict[str, object]:
    return {"campaign": "dot", "unit": "19", "round": round_, "name": "Một cửa", **more}


def test_missing_counters_are_made_once_for_every_lowest_unit(
    manager: Client, communes: list[Unit]
) -> None:
    make.counter(communes[0])
    closed = make.counter(communes[1])
    Counter.objects.filter(pk=closed.pk).update(active=False)

    asked = manager.post(ADDRESS, form("create"))
    assert 'name="agreed" value="2"' in asked.content.decode()
    assert Counter.objects.count() == 2
    assert manager.post(ADDRESS, form("create", agreed=2)).status_code == 302
    made = Counter.objects.filter(unit__in=communes[2:])
    assert {c.name for c in made} == {"Một cửa, Xã Xã 2", "Một cửa, Xã Xã 3"}
    assert all(counter_codes.is_valid(c.code) and c.active for c in made)
    entry = AuditEntry.objects.get()
    after = entry.after or {}
    assert (entry.deed, after["counters"]) == ("counters.create", 2)
    assert set(after["codes"]) == {c.code for c in made}
    # A second click finds nothing left to do.
    for agreed in (2, 0):
        assert manager.post(ADDRESS, form("create", agreed=agreed)).status_code == 302
    assert (Counter.objects.count(), AuditEntry.objects.count()) == (4, 1)
    assert manager.post(ADDRESS, form("create")).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_above_each_other_make_one_counter(
    campaign: Campaign, province: Unit, communes: list[Unit]
) -> None:
    def make_one(top: Unit) -> int:
        units = frozenset({top.pk, communes[0].pk})
        version = UnitVersion.objects.select_related("unit").get(unit=top)
        tree = Subtree(campaign, version, units, {communes[0].pk: "Xã 0"})
        return carry_out(tree, Round.CREATE, agreed=1, name="Một cửa", by=COMMAND)

    outcomes = at_once(partial(make_one, province), partial(make_one, communes[0]))
    assert 1 in outcomes
    assert [type(o) for o in outcomes if o != 1] == [Changed]
    assert Counter.objects.count() == 1


def test_counters_are_closed_and_opened_and_elsewhere_left_alone(
    manager: Client, communes: list[Unit]
) -> None:
    mine = [make.counter(unit) for unit in communes]
    other = make.counter(Unit.objects.get(code="07777"))
    of_mine = User.objects.create(username="ghep-may")
    Device.objects.create(
        counter=mine[0],
        name="Máy 1",
        key_digest="k",
        paired_by=of_mine,
        paired_at=timezone.now(),
        queue_length=7,
    )

    warned = [
        "notice warning" in manager.post(ADDRESS, form("close", unit=code)).content.decode()
        for code in ("19", "05900", "05901")
    ]
    assert warned == [True, True, False]
    assert manager.post(ADDRESS, form("close", agreed=3)).status_code == 302
    assert Counter.objects.filter(active=True).count() == 5
    assert manager.post(ADDRESS, form("close", agreed=4)).status_code == 302
    assert list(Counter.objects.filter(active=True)) == [other]
    manager.post(ADDRESS, form("open", agreed=4))
    assert Counter.objects.filter(active=True).count() == 5
    assert [e.deed for e in AuditEntry.objects.order_by("number")] == [
        "counters.close",
        "counters.open",
    ]


def test_a_draft_counts_by_the_tree_it_would_have(province: Unit, communes: list[Unit]) -> None:
    draft = make.campaign(slug="dot", opened=False)
    Campaign.objects.filter(pk=draft.pk).update(scope=["19"])
    manager = sign_in(Client(), make.official(role=Role.MANAGER, at=province))

    html = manager.post(ADDRESS, form("create")).content.decode()

    assert 'name="agreed" value="4"' in html


@pytest.mark.parametrize("unit", ["07777", "vn", "khong-co"])
def test_other_units_are_not_found(manager: Client, unit: str) -> None:
    assert manager.post(ADDRESS, form("create", unit=unit)).status_code == 422
    assert manager.post(ADDRESS, form("create", unit=unit, agreed=1)).status_code == 422
    assert not Counter.objects.exists()
