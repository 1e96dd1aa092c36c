"""Officials' pages about signs: what is shown, who decides, and that few people stay unseen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from surveys.models import (
    AuditEntry,
    CounterDayFacts,
    DayDecision,
    QualitySign,
    Response,
    ServedCount,
    SetAside,
)
from surveys.quality import quality_days
from surveys.quality.counter_days import CounterDay, Rated
from surveys.rights.acts import Role
from tests import make
from tests.officials.people import sign_in
from tests.officials.world import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> World:
    return world()


def reviewer(there: World) -> User:
    return make.official("chi", role=Role.REVIEWER, at=there.above)


def day_address(there: World, page: str = "counter_day") -> str:
    return reverse(f"officials:{page}", args=[there.parts()["counter_day"]])


def read(client: Client, address: str) -> str:
    reply = client.get(address)
    assert reply.status_code == 200
    return reply.content.decode()


def sheets(there: World, *ratings: int) -> None:
    for rating in ratings:
        make.response(
            there.campaign,
            there.inside,
            dict.fromkeys(("c01", "c02", "c03"), rating),
            on=there.counter_day.day,
            at=there.counter,
        )


REASON = {"rule": "too_fast", "reason": "Chín phiếu trong hai phút, cán bộ xác nhận nhập hộ"}


def test_a_reviewer_above_sets_a_day_aside_and_takes_it_back(client: Client, there: World) -> None:
    sheets(there, 5, 5, 5, 4)
    sign_in(client, reviewer(there))

    assert "4" in read(client, day_address(there, "set_aside"))
    assert client.post(day_address(there, "set_aside"), REASON).status_code == 302
    assert SetAside.objects.filter(reversed_at=None).count() == 4

    decision = DayDecision.objects.get(day=there.counter_day.day)
    back = reverse("officials:take_back", args=[decision.pk])
    assert client.post(back, {"reason": "Đã xác minh lại"}).status_code == 302
    assert not SetAside.objects.filter(reversed_at=None).exists()
    deeds = AuditEntry.objects.order_by("number").values_list("deed", flat=True)
    assert list(deeds)[-2:] == ["day.set_aside", "day.count_again"]


def test_who_holds_any_role_at_the_unit_never_judges_it(client: Client, there: World) -> None:
    sheets(there, 5)
    both = reviewer(there)
    make.grant(both, Role.VIEWER, there.inside)
    sign_in(client, both)

    for address in (
        day_address(there, "set_aside"),
        reverse("officials:take_back", args=[there.decision.pk]),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, REASON).status_code == 403
    assert "de-rieng" not in read(client, day_address(there))
    assert not SetAside.objects.exists()


def test_nobody_sets_aside_without_a_reason_or_under_a_rule_without_a_sign(
    client: Client, there: World
) -> None:
    sheets(there, 5)
    sign_in(client, User.objects.create(username="tat-ca", is_superuser=True))

    for fields in ({**REASON, "reason": " "}, {**REASON, "rule": "jump"}, {"rule": ""}):
        assert client.post(day_address(there, "set_aside"), fields).status_code == 422
    assert not SetAside.objects.exists()


def test_a_day_without_signs_cannot_be_set_aside(client: Client, there: World) -> None:
    sheets(there, 5)
    QualitySign.objects.all().delete()
    sign_in(client, reviewer(there))

    assert client.post(day_address(there, "set_aside"), REASON).status_code == 422
    assert '<form class="card' not in read(client, day_address(there, "set_aside"))
    assert not SetAside.objects.exists()


def by_rule(there: World, rule: str = "too_fast") -> str:
    query = f"campaign={there.campaign.slug}&rule={rule}"
    return f"{reverse('officials:set_rule_aside')}?{query}"


def test_all_days_a_rule_found_are_set_aside_at_once(client: Client, there: World) -> None:
    sheets(there, 5, 5, 5, 4)
    sign_in(client, reviewer(there))
    listed = f"{reverse('officials:signs')}?campaign={there.campaign.slug}&rule=too_fast"

    assert escape(by_rule(there)) in read(client, listed)
    assert there.counter.code in read(client, by_rule(there))
    assert client.post(by_rule(there), {"reason": "ngắn"}).status_code == 422
    reply = client.post(by_rule(there), {"reason": REASON["reason"]})

    assert reply.status_code == 302
    assert reply["Location"] == listed
    decision = DayDecision.objects.get(day=there.counter_day.day, reversed_at=None)
    assert (decision.rule, decision.reason) == ("too_fast", REASON["reason"])
    assert decision.sheets.filter(reversed_at=None).count() == 4
    # A day is set aside once, and its sign alone sets nothing more aside.
    page = read(client, by_rule(there))
    assert there.counter.code not in page
    assert '<form class="card' not in page


def test_by_a_rule_nobody_judges_their_own_unit_or_days_without_its_sign(
    client: Client, there: World
) -> None:
    sheets(there, 5)
    both = reviewer(there)
    sign_in(client, both)
    page = reverse("officials:set_rule_aside")
    no_rule = f"{page}?campaign={there.campaign.slug}"

    def nothing_is_set_aside(address: str) -> None:
        assert '<form class="card' not in read(client, address)
        client.post(address, {"reason": REASON["reason"]})
        assert not SetAside.objects.exists()

    for address in (by_rule(there, "jump"), no_rule, page):
        nothing_is_set_aside(address)
    make.grant(both, Role.VIEWER, there.inside)
    nothing_is_set_aside(by_rule(there))


@pytest.mark.parametrize(("n", "told"), [(2, False), (3, True)])
def test_satisfaction_of_fewer_than_the_threshold_is_not_told(
    client: Client, there: World, n: int, told: bool
) -> None:
    rated = Rated(n=n, total=n * 0.62, squares=n * 0.5)
    CounterDayFacts.objects.update(facts=CounterDay(n=40, judged=40, all=rated).as_json())
    sign_in(client, reviewer(there))

    page = read(client, day_address(there))

    assert ("60 %" in page) is told  # to the nearest 5
    assert not re.search(r"(?<!\w)62(?!\w)", page)  # neither in a code nor in a token


def test_counters_of_few_sheets_are_not_in_what_is_told_of_others(there: World) -> None:
    """Five of one sheet, the best answer in all, beside one of four with none: 0 %, not 55."""
    for n in (1, 1, 1, 1, 1, 4):
        best = float(n == 1)
        CounterDayFacts.objects.create(
            campaign=there.campaign,
            unit=there.inside,
            counter=make.counter(there.inside, name=f"Quầy {CounterDayFacts.objects.count()}"),
            day=there.counter_day.day,
            facts=CounterDay(n=n, judged=n, all=Rated(n, best, best)).as_json(),
            counts=[],
        )

    told = {line.label: line.elsewhere for line in quality_days.fact_lines(there.counter_day)}

    assert (told["phiếu"], told["mức cao nhất, tất cả"]) == ("9", "khoảng 0 %")


def test_signs_are_found_by_what_is_asked(client: Client, there: World) -> None:
    sign_in(client, reviewer(there))
    found = {"rule": "too_fast", "strength": "strong", "unit": there.inside.code}
    others = [
        {"rule": "jump"},
        {"strength": "moderate"},
        {"unit": "05901"},
        {"since": timezone.localdate().isoformat()},
        {"until": (timezone.localdate() - timedelta(days=3)).isoformat()},
    ]

    def lines(asked: dict[str, str]) -> int:
        reply = client.get(reverse("officials:signs"), asked)
        assert reply.status_code == 200
        return len(reply.context["lines"])

    assert lines({}) == lines(found) == lines({"campaign": there.campaign.slug}) == 1
    assert [lines(asked) for asked in others] == [0] * len(others)


def test_a_long_list_costs_no_more_queries_than_a_short_one(client: Client, there: World) -> None:
    sign_in(client, reviewer(there))
    place = {"campaign": there.campaign, "unit": there.inside, "counter": there.counter}
    QualitySign.objects.bulk_create(
        QualitySign(
            **place,
            day=there.counter_day.day - timedelta(days=n),
            rule="jump",
            version=1,
            rarity=-5.0,
            figures={"day": 80.0, "before": 40.0},
        )
        for n in range(120)
    )

    with CaptureQueriesContext(connection) as queries:
        reply = client.get(reverse("officials:signs"))

    assert len(reply.context["lines"]) == 50
    assert len(queries) <= 12


def test_people_served_are_noted_and_corrected_on_record(client: Client, there: World) -> None:
    make.official("nhap", role=Role.DATA_ENTRY, at=there.inside)
    sign_in(client, User.objects.get(username="nhap"))
    address = reverse("officials:served")
    day = there.counter_day.day.isoformat()

    for n in ("31", "29"):
        fields = {"counter": there.counter.code, "day": day, "n": n}
        assert client.post(address, fields).status_code == 302
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    refused = client.post(address, {"counter": there.counter.code, "day": tomorrow, "n": "1"})

    assert refused.status_code == 422
    assert ServedCount.objects.get().n == 29
    last = AuditEntry.objects.order_by("-number")[0]
    assert last.before == {"n": 31}
    assert last.after == {"counter": there.counter.code, "day": day, "n": 29}


def test_no_sheet_stands_on_these_pages(client: Client, there: World) -> None:
    sheets(there, 5, 4, 3)
    sign_in(client, reviewer(there))

    page = read(client, day_address(there)) + read(client, reverse("officials:signs"))

    for sheet in Response.objects.all():
        assert str(sheet.pk) not in page
        assert sheet.answers not in page
