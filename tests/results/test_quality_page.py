"""The public page of the rules and of the days set aside under them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from surveys.campaigns.campaign_tree import open_campaign
from surveys.models import Campaign, CounterDayFacts, DayDecision
from surveys.oversight.audit import Actor
from surveys.quality import decisions
from surveys.quality.counter_days import CounterDay
from surveys.quality.limits import LIMITS
from surveys.quality.reasons import WORDS
from surveys.quality.rules import RULES
from tests import make

pytestmark = pytest.mark.django_db


def set_aside(campaign: Campaign, n: int, reason: str) -> DayDecision:
    commune = make.commune("Phú Bình", code="05908")
    counter = make.counter(commune)
    open_campaign(campaign)
    campaign.refresh_from_db()
    for _sheet in range(n):
        make.response(campaign, commune, {"c01": 5}, at=counter)
    of_day = CounterDayFacts.objects.create(
        campaign=campaign,
        unit=commune,
        counter=counter,
        day=make.DAY,
        facts=CounterDay(n=n).as_json(),
        counts=[],
    )
    user = User.objects.create(username="tham-dinh")
    return decisions.set_aside(of_day, "too_fast", reason, by=user, actor=Actor(user, "x"))


def page(client: Client, campaign: Campaign) -> str:
    reply = client.get(f"/ket-qua/{campaign.slug}/chat-luong/")
    assert reply.status_code == 200
    return reply.content.decode()


def test_every_rule_that_is_applied_is_published() -> None:
    assert list(WORDS) == list(LIMITS) == list(RULES)


@pytest.mark.parametrize(("n", "told"), [(2, False), (17, True)])
def test_a_day_set_aside_is_public_with_its_reason_and_few_sheets_are_not_numbered(
    client: Client, n: int, told: bool
) -> None:
    campaign = make.campaign(opened=False)
    decision = set_aside(campaign, n, "Mười bảy phút không có ai đến")

    said = page(client, campaign)

    assert "Xã Phú Bình" in said
    assert decision.reason in said
    assert "phiên bản 1)" in said  # of the rules it was decided by
    assert "1.000.000" in said  # and all that makes a sign strong
    assert "15 điểm phần trăm" in said
    assert ('<td class="right">17</td>' in said) is told
    assert "tham-dinh" not in said
