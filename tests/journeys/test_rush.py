"""In a rush a phone works for a moment and its sheet is taken; so is a form without a script."""

from __future__ import annotations

from time import time

import pytest
import redis
from django.conf import settings
from playwright.sync_api import Browser, Page

from surveys.answering.throttle import WINDOW
from surveys.models import Counter, Response
from tests.answering import asked_at_a_counter
from tests.journeys.test_citizen_form import press
from tests.journeys.test_one_at_a_time import act, choose, opened, skip
from tests.live import SHEETS_A_MINUTE, Broker, LiveSite

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]


def rush_at(counter: Counter) -> None:
    """Let as many sheets have come this minute, and in those to come, as are taken."""
    now = int(time()) // WINDOW
    with redis.Redis.from_url(settings.REDIS_URL) as store:
        for window in range(now, now + 5):
            store.set(f"throttle:counter:{counter.pk}:{window}", SHEETS_A_MINUTE, ex=600)


def test_a_phone_works_and_its_sheet_arrives(
    live_site: LiveSite, broker: Broker, page: Page
) -> None:
    counter, _campaign = asked_at_a_counter()
    rush_at(counter)
    opened(live_site, page, counter)
    act(page, "next")
    choose(page, 1)
    act(page, "next")
    skip(page, 6)
    replies: list[int] = []
    page.on(
        "response",
        lambda reply: replies.append(reply.status) if reply.request.method == "PUT" else None,
    )

    act(page, "next")

    page.wait_for_url("**/cam-on/")
    assert replies == [429, 201]
    assert Response.objects.get().answers[0] == "1"


def test_without_a_script_the_answers_wait_in_the_page(
    live_site: LiveSite, broker: Broker, browser: Browser
) -> None:
    counter, _campaign = asked_at_a_counter()
    rush_at(counter)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_site.url}/k/{counter.code}/")
    page.locator('[name=c01][value="1"]').check()
    while not page.locator(".review").count():
        press(page, "sang-trang")
    with page.expect_response(lambda reply: reply.request.method == "POST") as asked:
        page.locator(".send button").click()
    page.wait_for_load_state()

    assert asked.value.status == 429
    assert int(asked.value.headers["retry-after"]) == 5
    assert page.locator("[name=c01]").get_attribute("value") == "1"
    assert page.locator("[role=alert] li").count() == 1
    assert not Response.objects.exists()
    context.close()
