"""The form without a script: a page for each part, looked over, and only then sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Browser, Page, expect

from surveys.models import Campaign, Comment, Counter, Response
from tests import make
from tests.answering import asked_at_a_counter, shipped
from tests.journeys.test_citizen_form import WIDTHS, beyond, press
from tests.journeys.test_one_at_a_time import given
from tests.journeys.test_short_first import with_short
from tests.live import LiveSite

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]


def opened(site: LiveSite, plain: Page, counter: Counter) -> None:
    plain.goto(f"{site.url}/k/{counter.code}/")


def to_review(plain: Page) -> None:
    """Go from a page of the tiny edition to its last, past those between."""
    on = plain.locator("#phieu button[name=sang-trang]:visible").last
    on.evaluate("button => { button.value = 7 }")
    press(plain, "sang-trang")
    expect(plain.locator(".review")).to_be_visible()


def send(plain: Page) -> None:
    plain.locator(".send button").click()
    plain.wait_for_url("**/cam-on/")


def test_each_page_asks_one_part_and_one_request_stores(
    live_site: LiveSite, plain: Page, size: Callable[[int, int], int]
) -> None:
    edition = shipped("sipas-22")
    counter, campaign = asked_at_a_counter(edition=edition)
    opened(live_site, plain, counter)
    sheet_id = plain.locator("input[name=id]").get_attribute("value")
    expect(plain.locator(".purpose")).to_be_visible()
    for place, section in enumerate(edition["sections"]):
        assert beyond(plain, widths(size, place)) == [], section["code"]
        questions = len(section["questions"])
        expect(plain.locator(".question:visible")).to_have_count(questions)
        expect(plain.locator(".how-far progress")).to_be_visible()
        if section["kind"] != "comment":
            plain.locator(".option:visible").first.click()
        press(plain, "sang-trang")
        assert not Response.objects.exists()
    assert beyond(plain) == [], "review"
    expect(plain.locator(".review .answer:not(.blank)")).to_have_count(
        sum(section["questions"][0]["kind"] != "text" for section in edition["sections"])
    )
    send(plain)

    assert str(Response.objects.get().id) == sheet_id
    answers = given(campaign)
    assert answers.pop("c01") == 1
    assert len(answers) > 5


def test_the_keyboard_alone_is_enough(live_site: LiveSite, plain: Page) -> None:
    counter, campaign = asked_at_a_counter()
    opened(live_site, plain, counter)
    keys = plain.keyboard
    plain.locator("#cau-c01").focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "Tab", "Space"):  # c01: 3, c02: 1
        keys.press(key)
    with plain.expect_navigation():
        keys.press("Enter")  # goes on, and sends nothing
    expect(plain.locator("#cau-c03")).to_be_visible()
    plain.locator("#cau-c03").focus()
    keys.press("ArrowUp")  # round to the last, 5
    for key in ("Tab", "Tab", "Tab"):  # past back and skip
        keys.press(key)
    for _page in ("f1", "m1"):
        with plain.expect_navigation():
            keys.press("Enter")
        plain.locator(".option input").first.focus()
    for key in ("Space", "Tab", "Tab", "Space"):  # m1: 1 and 3
        keys.press(key)
    for _page in ("p1", "y_kien"):
        with plain.expect_navigation():
            keys.press("Enter")
        plain.locator(".question :is(input, textarea)").first.focus()
    keys.type("Xin cảm ơn")
    for key in ("Tab", "Tab", "Tab"):
        keys.press(key)
    with plain.expect_navigation():
        keys.press("Enter")
    plain.locator(".review button").last.focus()
    keys.press("Tab")
    keys.press("Enter")

    plain.wait_for_url("**/cam-on/")
    assert given(campaign) == {"c01": 3, "c02": 1, "c03": 5, "m1": [1, 3]}
    assert Comment.objects.get().text == "Xin cảm ơn"


def test_back_skip_another_language_an_error_and_a_change_keep_what_was_answered(
    live_site: LiveSite, plain: Page
) -> None:
    counter, campaign = asked_at_a_counter()
    back = plain.locator("#phieu button[name=sang-trang]:visible").first
    opened(live_site, plain, counter)
    plain.locator("#cau-c01-4").check()
    press(plain, "sang-trang")
    plain.locator("#cau-c03-2").check()
    plain.locator("button[name=bo-qua-trang]").click()
    plain.locator("#cau-f1-2").check()
    back.click()
    expect(plain.locator("#cau-c03-2")).not_to_be_checked()  # skipped
    back.click()
    expect(plain.locator("#cau-c01-4")).to_be_checked()

    plain.locator("#cau-c02-5").check()
    plain.get_by_role("button", name="English").click()
    expect(plain.locator("html")).to_have_attribute("lang", "en")
    expect(plain.locator("h1")).not_to_be_empty()
    expect(plain.locator("#cau-c02-5")).to_be_checked()
    assert not Response.objects.exists()

    for _page in range(3):
        press(plain, "sang-trang")
    for option in ("#cau-m1", "#cau-m1-2", "#cau-m1-3"):  # of which two are allowed
        plain.locator(option).check()
    press(plain, "sang-trang")
    expect(plain.locator(".error-summary")).to_be_focused()
    plain.locator(".error-summary a").click()
    expect(plain.locator("#cau-m1")).to_be_focused()
    back.click()  # as it is
    expect(plain.locator("#cau-f1-2")).to_be_checked()
    press(plain, "sang-trang")
    plain.locator("#cau-m1").uncheck()

    to_review(plain)
    expect(plain.locator(".review .answer:not(.blank)")).to_have_count(4)
    expect(plain.locator(".review .answer").first).to_have_text("Satisfied")
    plain.locator(".review button").first.click()
    plain.locator("#cau-c01").check()
    press(plain, "sang-trang")  # back to the review at once
    send(plain)

    assert given(campaign) == {"c01": 1, "c02": 5, "f1": 2, "m1": [2, 3]}


def test_a_sheet_changed_after_it_was_sent_asks_before_it_is_sent_again(
    live_site: LiveSite, plain: Page
) -> None:
    counter, _campaign = asked_at_a_counter()
    opened(live_site, plain, counter)
    sheet_id = plain.locator("input[name=id]").get_attribute("value")
    for choice in ("#cau-c01-4", "#cau-c01-2"):
        opened(live_site, plain, counter)
        plain.locator(choice).check()
        to_review(plain)
        plain.locator("input[name=id]").evaluate("(field, id) => { field.value = id }", sheet_id)
        plain.locator(".send button").click()

    expect(plain.locator(".error-summary")).to_be_focused()
    expect(plain.locator(".review .answer").first).to_have_text("Không hài lòng")
    expect(plain.locator(".send button")).to_be_in_viewport()
    send(plain)
    assert Response.objects.count() == 2


def test_a_page_of_a_sheet_that_was_sent_is_not_shown_again(
    live_site: LiveSite, plain: Page
) -> None:
    counter, _campaign = asked_at_a_counter()
    opened(live_site, plain, counter)
    first = plain.locator("input[name=id]").get_attribute("value")
    plain.locator("#cau-c01-2").check()
    press(plain, "sang-trang")
    pages = plain.context.request
    fields = {
        name: plain.locator(f"input[name={name}]").get_attribute("value") or ""
        for name in ("id", "campaign", "questionnaire", "o-trang", "c01")
    }
    to_review(plain)
    send(plain)
    # As a browser posts a page of its history once more.
    reply = pages.post(
        f"{live_site.url}/k/{counter.code}/", form={**fields, "sang-trang": "3"}, max_redirects=0
    )

    assert (reply.status, reply.headers["location"]) == (303, f"/k/{counter.code}/cam-on/")
    opened(live_site, plain, counter)
    expect(plain.locator("input:checked")).to_have_count(0)
    assert plain.locator("input[name=id]").get_attribute("value") != first


@pytest.mark.parametrize(("rest", "expected"), [(False, "..2-...."), (True, "--2----1")])
def test_the_short_part_is_sent_alone_or_the_rest_follows(
    live_site: LiveSite, plain: Page, rest: bool, expected: str
) -> None:
    counter, _campaign = asked_at_a_counter(edition=with_short(make.EDITION, "c03", "f1"))
    Campaign.objects.update(short_first=True)
    opened(live_site, plain, counter)
    plain.locator("#cau-c03-2").check()
    press(plain, "sang-trang")
    if not rest:
        plain.locator("button[name=gui-phan-ngan]").click()
        plain.wait_for_url("**/cam-on/")
    else:
        for _part in range(3):
            press(plain, "sang-trang")
        plain.locator("#cau-p1").check()
        for _part in range(2):
            press(plain, "sang-trang")
        send(plain)

    assert Response.objects.get().answers == expected


@pytest.mark.parametrize("name", ["quay-3-muc", pytest.param("sipas-22", marks=pytest.mark.long)])
def test_no_page_reaches_beyond_the_window(
    live_site: LiveSite, plain: Page, name: str, size: Callable[[int, int], int]
) -> None:
    edition = shipped(name)
    counter, _campaign = asked_at_a_counter(edition=edition, simulated=True)
    opened(live_site, plain, counter)
    for place, section in enumerate(edition["sections"]):
        assert beyond(plain, widths(size, place)) == [], section["code"]
        press(plain, "sang-trang")
    expect(plain.locator(".review")).to_be_visible()
    assert beyond(plain, widths(size, 0)) == [], "review"


def widths(size: Callable[[int, int], int], place: int) -> Sequence[int]:
    """Return the widths to look at a page in: the narrowest and another in its turn, or all."""
    narrowest, *others = WIDTHS
    return WIDTHS if size(0, 1) else (narrowest, others[place % len(others)])


def test_a_whole_form_whose_script_fails_can_still_be_sent(
    live_site: LiveSite, browser: Browser
) -> None:
    counter, campaign = asked_at_a_counter()
    context = browser.new_context()
    page = context.new_page()
    page.route("**/respond*.js", lambda route: route.abort())
    opened(live_site, page, counter)
    page.locator("#cau-c01-2").check()
    page.locator("#cau-p1").check()
    send(page)
    context.close()

    assert given(campaign) == {"c01": 2, "p1": 1}
