"""Counters: of a whole subtree at once, after being told how many; and one by one."""

from __future__ import annotations

from functools import partial

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from surveys.counters import counter_codes
from surveys.counters.subtree_counters import Changed, Round, Subtree, carry_out
from surveys.models import AuditEntry, Campaign, Counter, Device, Unit, UnitVersion
from surveys.oversight.audit import COMMAND
from surveys.rights.acts import Role
from tests import make
from tests.officials.people import sign_in
from tests.races import at_once

pytestmark = pytest.mark.django_db

ADDRESS = "/quan-tri/quay/nhieu/"
ONE = "/quan-tri/quay/"


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


def test_a_counter_is_made_found_named_closed_and_opened_again(
    manager: Client, communes: list[Unit]
) -> None:
    made = {"unit": "05901", "name": "Cửa 2", "kind": "desk"}
    page = manager.post(f"{ONE}moi/", made)["Location"]
    counter = Counter.objects.get()
    assert (page, counter.unit, counter_codes.is_valid(counter.code)) == (
        *(f"{ONE}{counter.code}/", communes[1]),
        True,
    )
    # A second click makes no second counter.
    assert manager.post(f"{ONE}moi/", made).status_code == 422

    for asked in (counter.code.upper(), "cửa 2", "05901", "xa 1"):
        assert [row.pk for row in manager.get(ONE, {"q": asked}).context["page"]] == [counter.pk]
    assert not manager.get(ONE, {"q": "xa 2"}).context["page"].object_list
    manager.post(page, {"name": "Cửa 3"})
    for act, active in (("close", False), ("close", False), ("open", True)):
        manager.post(f"{page}dung/", {"act": act})
        counter.refresh_from_db()
        assert counter.active is active

    assert counter.name == "Cửa 3"
    told = AuditEntry.objects.order_by("number").values_list("deed", "before", "after__name")
    assert list(told) == [
        ("counters.create", None, "Cửa 2"),
        ("counter.change", {"name": "Cửa 2"}, "Cửa 3"),
        ("counters.close", None, None),
        ("counters.open", None, None),
    ]


def test_a_counters_page_has_its_code_and_its_own_poster(
    manager: Client, communes: list[Unit]
) -> None:
    counter, other = make.counter(communes[0]), make.counter(communes[0], name="Quầy 2")

    page = manager.get(f"{ONE}{counter.code}/")

    assert page.context["address"].endswith(f"/k/{counter.code}/")
    assert "<svg" in page.content.decode()
    form = page.context["poster_form"]
    asked = {"campaign": "dot", "size": "a4", "language": "vi"}
    asked |= {name: form.initial[name] for name in ("unit", "counter")}
    assert manager.get("/quan-tri/ap-phich/", asked)["Content-Type"] == "application/pdf"
    assert (AuditEntry.objects.get().after or {})["posters"] == 1
    Counter.objects.filter(pk=other.pk).update(active=False)
    closed = manager.get(f"{ONE}{other.code}/")
    assert closed.context["poster_form"] is None


def test_who_only_sees_units_changes_no_counter(communes: list[Unit], campaign: Campaign) -> None:
    counter = make.counter(communes[0])
    viewer = sign_in(Client(), make.official("xem", role=Role.VIEWER, at=communes[0]))
    page = f"{ONE}{counter.code}/"

    shown = viewer.get(page).context
    assert not any(shown[name] for name in ("may_manage", "may_pair", "poster_form"))
    for address in (page, f"{page}dung/", f"{ONE}moi/"):
        assert viewer.post(address, {"name": "Khác", "act": "close"}).status_code == 403
    assert viewer.get(ONE).context["page"].paginator.count == 1


def test_a_counter_is_not_made_where_one_has_no_role(manager: Client) -> None:
    made = {"unit": "07777", "name": "Cửa 2", "kind": "desk"}

    assert manager.post(f"{ONE}moi/", made).status_code == 422
    assert not Counter.objects.exists()


def test_the_list_of_counters_costs_a_fixed_number_of_queries(
    manager: Client, communes: list[Unit], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        make.counter(communes[number % 4], name=f"Cửa {number}")

    manager.get(ONE)
    with django_assert_max_num_queries(12):
        assert len(manager.get(ONE).context["page"]) == 50
