"""A kiosk that asks the short part first, and one that speaks more languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from surveys.models import Campaign, Response
from tests import make
from tests.answering import asked_at_a_counter
from tests.browser import stop_clock
from tests.journeys.test_accessibility import faults_in_states
from tests.journeys.test_one_at_a_time import choose
from tests.journeys.test_short_first import with_short
from tests.kiosk.line import Line
from tests.kiosk.tablet import Tablet
from tests.kiosk.test_leaving import nothing_left
from tests.live import eventually
from tests.surveys.test_translations import SAMPLE, with_sample

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

STATES = ((820, ""), (1280, "contrast"), (1280, "text"))


def short_tablet(page: Page, base: str) -> Tablet:
    made = asked_at_a_counter(edition=with_short(make.EDITION, "c03", "f1"))
    Campaign.objects.update(short_first=True)
    at = Tablet(page, base, *made)
    at.open()
    at.pair()
    return at


def answer_short_part(at: Tablet) -> None:
    at.do("begin")
    for value in (1, 2):
        choose(at.page, value)
        at.act("next")
    expect(at.page.locator("[data-offer]")).to_be_visible()


def test_who_goes_after_the_short_part_has_answered(
    base: str, page: Page, size: Callable[[int, int], int]
) -> None:
    stop_clock(page)
    at = short_tablet(page, base)
    answer_short_part(at)
    at.act("more")
    choose(page, 4)
    page.clock.fast_forward(46_000)
    expect(page.locator("dialog.idle")).to_contain_text("20")
    expect(page.locator('dialog [data-if-counts="true"]')).to_be_visible()
    expect(page.locator('dialog [data-if-counts="false"]')).to_be_hidden()
    page.clock.run_for(21_000)
    at.screen("start")
    stored = ["4.12...."]
    arrived(at, *stored)
    nothing_left(at)
    at.leave()

    # The page goes away, or is loaded anew.
    for address in (f"{base}/healthz", at.address):
        answer_short_part(at)
        page.goto(address)
        page.goto(at.address)
        at.screen("start")
        stored.append("..12....")
        arrived(at, *stored)

    # Or it is sent alone.
    answer_short_part(at)
    found = faults_in_states(page, STATES[: size(1, len(STATES))])
    at.act("send")
    at.screen("thanks")
    arrived(at, *stored, "..12....")
    assert not found, "\n".join(found)


def arrived(at: Tablet, *answers: str) -> None:
    """Wait until these sheets are stored and nothing waits; there are no others."""

    def all_in() -> bool:
        at.quiet()
        if at.queue() or Response.objects.count() < len(answers):
            at.page.clock.run_for(30_000)  # when a kiosk looks again for what waits
            return False
        return True

    eventually(all_in)
    assert sorted(sheet.answers for sheet in Response.objects.all()) == sorted(answers)


def test_who_goes_before_its_end_or_says_stop_has_not(base: str, page: Page) -> None:
    stop_clock(page)
    at = short_tablet(page, base)
    at.do("begin")
    choose(page, 1)
    page.clock.fast_forward(46_000)
    expect(page.locator('dialog [data-if-counts="false"]')).to_be_visible()
    page.clock.run_for(21_000)
    at.screen("start")
    answer_short_part(at)
    page.clock.fast_forward(46_000)
    page.locator('dialog [data-do="end"]').click()
    at.screen("start")

    assert at.queue() == []
    nothing_left(at)
    assert not Response.objects.exists()


def test_a_kiosk_without_network_speaks_every_language_and_starts_in_vietnamese(
    line: Line, base: str, page: Page, size: Callable[[int, int], int]
) -> None:
    stop_clock(page)
    at = Tablet(page, base, *asked_at_a_counter(edition=with_sample(make.EDITION)))
    at.open()
    at.pair()
    line.cut()
    page.reload()
    at.screen("start")
    page.locator(".languages summary").click()
    found = faults_in_states(page, STATES[1 : 1 + size(1, len(STATES))])
    page.locator(f'[data-do="language"][value="{SAMPLE}"]').click()
    at.do("begin")
    expect(page.locator(".question:visible .stem")).to_contain_text("[tày]")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.locator(".question:visible")).to_have_attribute("lang", SAMPLE)
    choose(page, 3)
    page.locator(".languages summary").click()
    page.locator('[data-do="language"][value="en"]').click()
    expect(page.locator(".question:visible .stem")).to_have_text("There are enough seats")
    expect(page.locator("#cau-c01-3")).to_be_checked()
    page.clock.fast_forward(46_000)
    page.clock.run_for(21_000)
    at.screen("start")

    expect(page.locator("html")).to_have_attribute("lang", "vi")
    at.do("begin")
    expect(page.locator(".question:visible .stem")).to_have_text("Nơi ngồi chờ đủ chỗ")
    assert not found, "\n".join(found)
