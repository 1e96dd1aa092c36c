"""A campaign that asks its short part first: sent alone, gone on with, or simply left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from surveys.models import Campaign, Counter, Response
from tests import make
from tests.answering import asked_at_a_counter
from tests.browser import stop_clock
from tests.journeys.test_accessibility import faults, load_axe
from tests.journeys.test_citizen_form import beyond
from tests.journeys.test_one_at_a_time import act, choose, given, opened, skip
from tests.live import LiveSite, eventually

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]


def with_short(value: Any, *codes: str) -> Any:
    """Return a definition in which these questions are the short part."""
    if isinstance(value, Mapping):
        changed = {name: with_short(entry, *codes) for name, entry in value.items()}
        return {**changed, "short": True} if value.get("code") in codes else changed
    return [with_short(entry, *codes) for entry in value] if isinstance(value, list) else value


def short_campaign(*, auto_advance: bool = False) -> tuple[Counter, Campaign]:
    counter, campaign = asked_at_a_counter(edition=with_short(make.EDITION, "c03", "f1"))
    Campaign.objects.update(short_first=True, auto_advance=auto_advance)
    return counter, campaign


def answer_short_part(page: Page) -> None:
    act(page, "next")
    for value in (1, 2):
        choose(page, value)
        act(page, "next")
    expect(page.locator("[data-offer]")).to_be_focused()


def test_the_short_part_is_sent_alone(live_site: LiveSite, page: Page) -> None:
    counter, campaign = short_campaign()
    opened(live_site, page, counter)
    act(page, "next")
    expect(page.locator("[data-place]:visible")).to_have_text("Câu 1 trên 2")
    act(page, "back")
    answer_short_part(page)
    expect(page.locator("[data-offer] li")).to_have_count(2)
    act(page, "send")

    page.wait_for_url("**/cam-on/")
    # The order of the edition: c01 c02 c03 f1 m1 (three) p1. What was not asked is not a blank.
    assert Response.objects.get().answers == "..12...."
    assert given(campaign) == {"c03": 1, "f1": 2}


def test_the_rest_follows_and_one_request_brings_all(live_site: LiveSite, page: Page) -> None:
    counter, _campaign = short_campaign()
    opened(live_site, page, counter)
    answer_short_part(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    act(page, "more")
    expect(page.locator("#cau-c01")).to_be_visible()
    expect(page.locator("[data-place]:visible")).to_have_text("Câu 3 trên 7")
    act(page, "back")
    expect(page.locator("[data-offer]")).to_be_visible()
    act(page, "more")
    choose(page, 5)
    act(page, "next")
    skip(page, 4)
    expect(page.locator("[data-review] li")).to_have_count(7)
    act(page, "next")

    page.wait_for_url("**/cam-on/")
    assert asked.count("PUT") == 1
    assert Response.objects.get().answers == "5-12----"


@pytest.mark.parametrize(
    ("more", "expected"),
    [(0, "..12...."), pytest.param(1, "-.12....", marks=pytest.mark.long), (2, "5-12....")],
)
def test_who_leaves_after_the_short_part_has_answered(
    live_site: LiveSite, page: Page, more: int, expected: str
) -> None:
    counter, _campaign = short_campaign()
    opened(live_site, page, counter)
    answer_short_part(page)
    if more:
        act(page, "more")
    if more > 1:
        choose(page, 5)
        act(page, "next")
    page.goto(f"{live_site.url}/healthz")

    eventually(Response.objects.exists)
    assert Response.objects.get().answers == expected
    page.go_back()
    expect(page.locator("input:checked")).to_have_count(0)


def test_who_puts_the_phone_aside_after_the_short_part_has_answered(
    live_site: LiveSite, page: Page
) -> None:
    counter, _campaign = short_campaign()
    stop_clock(page)
    opened(live_site, page, counter)
    page.clock.run_for(200_000)
    expect(page.locator("dialog")).to_be_hidden()  # nothing counts yet
    answer_short_part(page)
    page.clock.run_for(161_000)
    page.locator('[data-idle="stay"]').click()
    expect(page.locator("dialog")).to_be_hidden()
    act(page, "more")
    page.clock.run_for(100_000)
    choose(page, 5)
    page.clock.run_for(100_000)
    expect(page.locator("dialog")).to_be_hidden()
    page.clock.run_for(61_000)
    expect(page.locator("dialog")).to_be_visible()
    assert not Response.objects.exists()
    page.clock.run_for(20_000)
    page.wait_for_url("**/cam-on/")

    assert Response.objects.get().answers == "5.12...."


def test_who_leaves_before_its_end_has_not(live_site: LiveSite, page: Page) -> None:
    counter, _campaign = short_campaign()
    opened(live_site, page, counter)
    act(page, "next")
    choose(page, 1)
    act(page, "next")
    with page.expect_request("**/healthz"):
        page.goto(f"{live_site.url}/healthz")
    opened(live_site, page, counter)
    answer_short_part(page)
    act(page, "send")
    page.wait_for_url("**/cam-on/")

    assert Response.objects.count() == 1


def test_a_choice_leads_on_by_itself_but_not_by_keyboard(live_site: LiveSite, page: Page) -> None:
    counter, campaign = short_campaign(auto_advance=True)
    stop_clock(page)
    opened(live_site, page, counter)
    act(page, "next")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _option in range(3):
        page.keyboard.press("ArrowDown")
    page.clock.run_for(5_000)
    expect(page.locator("#cau-c03")).to_be_visible()

    choose(page, 5)
    page.clock.run_for(600)
    choose(page, 2)  # thought again: the moment begins anew
    page.clock.run_for(600)
    expect(page.locator("#cau-c03")).to_be_visible()
    page.clock.run_for(150)
    expect(page.locator("#cau-f1")).to_be_visible()
    choose(page, 1)  # a second tap that was meant for the question before
    page.clock.run_for(400)
    expect(page.locator("#cau-f1")).not_to_be_checked()
    choose(page, 2)
    act(page, "back")
    page.clock.run_for(2_000)
    expect(page.locator("#cau-c03")).to_be_visible()
    choose(page, 1)
    page.clock.run_for(750)
    page.clock.run_for(400)
    choose(page, 1)
    page.clock.run_for(750)
    expect(page.locator("[data-offer]")).to_be_visible()
    page.clock.run_for(400)
    act(page, "send")

    page.wait_for_url("**/cam-on/")
    assert given(campaign) == {"c03": 1, "f1": 1}


def test_the_offer_has_no_fault_and_fits(
    live_site: LiveSite, page: Page, size: Callable[[int, int], int]
) -> None:
    counter, _campaign = short_campaign(auto_advance=True)
    opened(live_site, page, counter)
    load_axe(page)
    found = faults(page, 390, "text")
    answer_short_part(page)
    states = ((390, ""), (820, "text"), (1440, "contrast"))
    for seen_at, display in states[: size(1, len(states))]:
        found += faults(page, seen_at, display)
        assert beyond(page) == [], display
        boxes = [
            button.bounding_box() for button in page.locator("[data-offer] .actions button").all()
        ]
        assert len({(box["width"], box["height"]) for box in boxes if box}) == 1

    assert not found, "\n".join(found)
