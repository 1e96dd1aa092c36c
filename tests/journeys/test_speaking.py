"""Another language in the middle of a sheet: the answers stay, nothing is stored for it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from surveys.models import Comment, Response
from tests import make
from tests.answering import asked_at_a_counter
from tests.journeys.test_citizen_form import beyond
from tests.journeys.test_one_at_a_time import act, choose, given, opened
from tests.live import LiveSite
from tests.surveys.test_translations import with_sample

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

KEPT = "() => [document.cookie, localStorage.length, sessionStorage.length, history.state]"


def test_answers_stay_when_the_language_changes(live_site: LiveSite, page: Page) -> None:
    counter, campaign = asked_at_a_counter(edition=with_sample(make.EDITION))
    opened(live_site, page, counter)
    sheet_id = page.locator("[name=id]").get_attribute("value")
    act(page, "next")
    choose(page, 1)
    act(page, "next")
    choose(page, 4)
    for _question in range(4):
        act(page, "next" if page.locator("input:checked:visible").count() else "skip")
    act(page, "skip")
    page.locator("textarea").fill("Xin cảm ơn")
    page.locator(".languages summary").click()
    assert beyond(page) == []
    page.get_by_role("button", name="English").click()
    expect(page.locator("textarea")).to_have_value("Xin cảm ơn")
    expect(page.locator(".question:visible .stem")).to_have_text("Further comments")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-place]:visible")).to_have_text("Question 7 of 7")
    page.locator('[data-display="contrast"]').click()
    page.locator(".languages summary").click()
    page.get_by_role("button", name="Tiếng Tày").click()
    expect(page.locator(".question:visible .stem")).to_contain_text("[tày]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("data-contrast", "more")
    # The contrast of this tab and the place of the question, no answer.
    assert page.evaluate(KEPT) == ["", 0, 1, {"place": 6, "step": 7}]
    act(page, "next")
    expect(page.locator("[data-review] .answer").first).to_contain_text("[tày]")
    act(page, "next")

    page.wait_for_url("**/cam-on/")
    assert given(campaign) == {"c01": 1, "c02": 4}
    assert str(Response.objects.get().id) == sheet_id
    assert Comment.objects.get().text == "Xin cảm ơn"


def test_without_network_the_language_stays_and_so_do_the_answers(
    live_site: LiveSite, page: Page
) -> None:
    counter, _campaign = asked_at_a_counter()
    opened(live_site, page, counter)
    act(page, "next")
    choose(page, 2)
    page.context.set_offline(True)
    page.get_by_role("button", name="English").click()
    expect(page.locator("[data-unspoken]")).to_be_visible()
    expect(page.locator("#cau-c01-2")).to_be_checked()
    page.context.set_offline(False)
    page.get_by_role("button", name="English").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#cau-c01-2")).to_be_checked()
    expect(page.locator("[data-unspoken]")).to_be_hidden()
