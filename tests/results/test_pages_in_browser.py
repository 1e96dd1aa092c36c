"""The public pages in Chromium: the keyboard, the fonts, larger text, no script.

Widths, foreign hosts, cookies and axe: tests/journeys/test_accessibility.py.
"""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from results.counting import refresh
from tests import make

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

FONTS = """document.fonts.ready.then(
  fonts => [...fonts].filter(font => font.status === "loaded").map(font => font.family))"""


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """A site with a published province."""
    top = make.province("Thái Nguyên", code="19")
    commune = make.commune("Phú Bình", parent=top, code="05500")
    campaign = make.campaign(slug="dot", threshold=3, simulated=True)
    for rating in (5, 4, 3, 2, 5, 5):
        answers = dict.fromkeys(("c01", "c02", "c03"), rating)
        make.response(campaign, commune, {**answers, "f1": 1, "m1": [1]})
    refresh.refresh(campaign, clock=timezone.now)
    return str(live_server.url)


def test_the_keyboard_reaches_the_content_and_shows_where_it_is(site: str, page: Page) -> None:
    page.goto(f"{site}/ket-qua/dot/19/")
    assert {family.strip('"') for family in page.evaluate(FONTS)} == {
        "Be Vietnam Pro",
        "Tabular Digits",
    }
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("search select").first).to_be_focused()
    search = page.locator("#q")
    for _ in range(page.locator("search select").count()):
        page.keyboard.press("Tab")
    expect(search).to_be_focused()
    expect(search).to_have_css(
        "box-shadow", "rgb(255, 255, 255) 0px 0px 0px 3px, rgb(29, 78, 137) 0px 0px 0px 6px"
    )
    page.keyboard.type("phu binh")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Xã Phú Bình").click()
    expect(page.locator("h1")).to_contain_text("Xã Phú Bình")

    # Larger text and contrast last for the tab.
    page.locator("[data-display=text]").click()
    page.locator("[data-display=contrast]").click()
    page.goto(f"{site}/ket-qua/")
    root = page.locator("html")
    expect(root).to_have_attribute("data-text", "l")
    expect(root).to_have_attribute("data-contrast", "more")
    expect(page.locator("[data-display=contrast]")).to_have_attribute("aria-pressed", "true")


def test_without_script_everything_but_the_two_buttons_is_there(
    site: str, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{site}/ket-qua/dot/19/")

    expect(page.locator("[data-display=text]")).to_be_hidden()
    expect(page.locator(".big")).to_have_text("66,67%")
    page.locator("details summary").last.click()
    expect(page.locator("table.counts")).to_be_visible()
    page.locator("a[hreflang=en]").click()
    expect(page.locator(".big")).to_have_text("66.67%")
    assert page.url == f"{site}/en/ket-qua/dot/19/"
    context.close()
