"""The form with a script: one question at a time, looked over, sent by one request."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from surveys.answering.answers import decode
from surveys.models import Campaign, Comment, Counter, Response
from tests.answering import asked_at_a_counter
from tests.browser import stop_clock
from tests.live import LiveSite, eventually

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]


def opened(site: LiveSite, page: Page, counter: Counter, prefix: str = "") -> None:
    page.goto(f"{site.url}{prefix}/k/{counter.code}/")
    expect(page.locator(".question:visible")).to_have_count(0)


def act(page: Page, name: str) -> None:
    page.locator(f'[data-act="{name}"]').click()


def skip(page: Page, questions: int) -> None:
    """Skip questions, within one act of the test."""
    page.locator('[data-act="skip"]').evaluate(
        "(button, times) => { for (let n = 0; n < times; n += 1) button.click(); }", questions
    )


def choose(page: Page, value: object) -> None:
    page.locator(f'.question:visible .option:has([value="{value}"])').click()


def given(campaign: Campaign) -> dict[str, object]:
    sheet = Response.objects.get()
    return {
        code: value
        for code, value in decode(campaign.questionnaire.parsed(), sheet.answers).items()
        if value is not None
    }


def test_every_question_is_met_and_the_sheet_arrives(live_site: LiveSite, page: Page) -> None:
    counter, campaign = asked_at_a_counter()
    opened(live_site, page, counter)
    expect(page.locator(".purpose")).to_be_visible()
    act(page, "next")
    places = []
    for value in (1, 5, "-", 2, 3, 1):
        places.append(page.locator("[data-place]:visible").inner_text())
        if value == "-":
            act(page, "skip")
        else:
            choose(page, value)
            act(page, "next")
    page.locator("textarea").fill("Xin cảm ơn")
    act(page, "next")
    assert places == [f"Câu {n} trên 7" for n in range(1, 7)]
    expect(page.locator("[data-review] li")).to_have_count(7)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    act(page, "next")

    page.wait_for_url("**/cam-on/")
    assert asked.count("PUT") == 1
    assert "POST" not in asked
    assert given(campaign) == {"c01": 1, "c02": 5, "f1": 2, "m1": [3], "p1": 1}
    assert Comment.objects.get().text == "Xin cảm ơn"


def test_a_question_left_open_is_pointed_out_once_and_more_than_allowed_is_not_taken(
    live_site: LiveSite, page: Page
) -> None:
    counter, campaign = asked_at_a_counter()
    opened(live_site, page, counter)
    act(page, "next")
    act(page, "next")
    expect(page.locator("[data-error]")).to_be_visible()
    expect(page.locator("#cau-c01")).to_be_focused()
    act(page, "next")
    expect(page.locator("#cau-c02")).to_be_visible()
    expect(page.locator("[data-error]")).to_be_hidden()
    act(page, "back")
    expect(page.locator("#cau-c01")).to_be_visible()

    skip(page, 4)
    for value in (1, 2, 3):
        choose(page, value)
    act(page, "next")
    expect(page.locator("[data-error]")).to_contain_text("2")
    choose(page, 1)
    expect(page.locator("[data-error]")).to_be_hidden()
    act(page, "next")
    skip(page, 2)
    act(page, "next")

    page.wait_for_url("**/cam-on/")
    assert given(campaign) == {"m1": [2, 3]}


def test_the_keyboard_alone_is_enough(live_site: LiveSite, page: Page) -> None:
    counter, campaign = asked_at_a_counter()
    opened(live_site, page, counter)
    keys = page.keyboard
    page.locator('[data-act="next"]').focus()
    keys.press("Enter")
    for downs in (2, 0, 4):  # c01: 3, c02: 1, c03: 5
        keys.press("Tab")
        keys.press("Space")
        for _down in range(downs):
            keys.press("ArrowDown")
        keys.press("Enter")
    for key in ("Tab", "Enter", "Enter"):  # f1: pointed out, and left open
        keys.press(key)
    for key in ("Tab", "Space", "Tab", "Tab", "Space", "Enter"):  # m1: 1 and 3
        keys.press(key)
    for key in ("Tab", "ArrowUp", "Enter"):  # p1: round to the last, 2
        keys.press(key)
    keys.press("Tab")
    keys.type("Tốt")
    for key in ("Tab", "Tab", "Tab", "Enter"):  # past back and skip
        keys.press(key)
    expect(page.locator("[data-review]")).to_be_focused()
    for _button in range(9):  # seven to change an answer, back, send
        keys.press("Tab")
    keys.press("Enter")

    page.wait_for_url("**/cam-on/")
    assert given(campaign) == {"c01": 3, "c02": 1, "c03": 5, "m1": [1, 3], "p1": 2}


def test_without_network_answers_stay_are_changed_and_can_be_sent_again(
    live_site: LiveSite, page: Page
) -> None:
    counter, campaign = asked_at_a_counter()
    opened(live_site, page, counter)
    page.context.set_offline(True)
    act(page, "next")
    choose(page, 4)
    act(page, "next")
    skip(page, 6)
    page.locator('[data-question="0"]').click()
    choose(page, 1)
    act(page, "next")
    expect(page.locator("[data-review] .answer").first).to_have_text("Rất không hài lòng")
    act(page, "next")
    expect(page.locator("[data-unsent]")).to_be_visible()
    page.context.set_offline(False)
    act(page, "next")

    page.wait_for_url("**/cam-on/")
    assert given(campaign) == {"c01": 1}


def test_what_the_server_refuses_is_shown_beside_the_answers(
    live_site: LiveSite, page: Page
) -> None:
    counter, _campaign = asked_at_a_counter()
    opened(live_site, page, counter)
    page.locator("form").evaluate("form => { form.dataset.questionnaire = 'tiny@9'; }")
    page.locator("[name=questionnaire]").evaluate("field => { field.value = 'tiny@9'; }")
    act(page, "next")
    choose(page, 2)
    act(page, "next")
    skip(page, 6)
    act(page, "next")

    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator(".review .answer").first).to_have_text("Không hài lòng")
    assert not Response.objects.exists()


def test_going_back_after_sending_finds_no_answers(live_site: LiveSite, page: Page) -> None:
    counter, _campaign = asked_at_a_counter()
    stop_clock(page)  # a browser that is slow to go back is not waited for long
    page.goto(f"{live_site.url}/healthz")
    opened(live_site, page, counter)
    act(page, "next")
    choose(page, 2)
    act(page, "next")
    skip(page, 6)
    act(page, "next")
    page.wait_for_url("**/cam-on/")
    page.go_back()

    page.wait_for_url("**/healthz")
    eventually(lambda: Response.objects.count() == 1)


def test_the_back_key_goes_back_a_question_and_leaves_from_the_first(
    live_site: LiveSite, page: Page
) -> None:
    counter, _campaign = asked_at_a_counter()
    page.goto(f"{live_site.url}/healthz")
    opened(live_site, page, counter)
    act(page, "next")
    choose(page, 2)
    act(page, "next")
    act(page, "skip")
    page.go_back()
    expect(page.locator("#cau-c02")).to_be_visible()
    page.go_back()
    expect(page.locator("#cau-c01-2")).to_be_checked()
    assert page.evaluate("history.state") == {"place": 0, "step": 1}
    page.go_forward()
    expect(page.locator("#cau-c02")).to_be_visible()
    for _step in range(3):
        page.go_back()

    page.wait_for_url("**/healthz")
