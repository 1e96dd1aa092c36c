from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from surveys.models import KeyedSheet, Response
from tests.live import LiveSite
from tests.paper.piles import official, pile

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, live_site: LiveSite, client: Client) -> None:
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_site.url}]
    )


@pytest.mark.parametrize("width", [820, 1440])
def test_a_pile_is_keyed_by_keyboard_alone(
    page: Page, live_site: LiveSite, client: Client, width: int
) -> None:
    lan = official()
    batch = pile(lan, collected=2)
    client.force_login(lan)
    sign_in(page, live_site, client)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_site.url}/quan-tri/giay/{batch.pk}/")
    expect(page.locator("h1")).to_contain_text("1")

    expect(page.locator("#q-c01")).to_be_focused()

    # A slip and two ways back: 4 for c01 becomes 5, and c02 stays blank.
    page.keyboard.press("4")
    page.keyboard.press("Backspace")
    page.keyboard.type("5 39")
    expect(page.locator("#q-f1")).to_be_focused()
    page.keyboard.type("1113")
    expect(page.locator("#q-m1")).to_have_value("3")
    page.keyboard.press("Enter")
    page.keyboard.type("2")
    expect(page.locator("#q-comment")).to_be_focused()
    expect(page.locator("li", has=page.locator("#q-c01")).locator("output")).to_have_text(
        "Rất hài lòng"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.type("Tốt")
    page.keyboard.press("Enter")
    page.wait_for_url("**/2/")
    expect(page.locator("#q-c01")).to_be_focused()
    page.keyboard.type("?4400")
    expect(page.locator("#q-p1")).to_be_focused()
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tinh-hinh/")

    sheets = KeyedSheet.objects.order_by("position").values_list("answers", "comment")
    assert list(sheets) == [("5-3" + "1" + "001" + "2", "Tốt"), ("?44" + "-" + "---" + "-", "")]


def test_a_pile_is_keyed_and_closed_without_javascript(
    browser: Browser, live_site: LiveSite, client: Client
) -> None:
    lan = official()
    batch = pile(lan, collected=1)
    client.force_login(lan)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_site, client)
    page.goto(f"{live_site.url}/quan-tri/giay/{batch.pk}/")
    page.fill("#q-c01", "7")
    page.keyboard.press("Enter")
    expect(page.locator("#q-c01")).to_have_attribute("aria-invalid", "true")
    for code, keys in {"c01": "2", "c03": "5", "m1": "12"}.items():
        page.fill(f"#q-{code}", keys)
    page.locator("form[data-keying] button").first.click()
    page.wait_for_url("**/tinh-hinh/")
    page.locator("form[action$='/dong/'] button").click()
    page.wait_for_url("**/giay/")
    context.close()
    assert Response.objects.get().answers == "2-5" + "-" + "110" + "-"
