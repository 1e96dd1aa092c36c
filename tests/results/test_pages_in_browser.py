"""The public pages in Chromium: every width, the keyboard, no script, nothing foreign."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from results.counting import refresh
from results.models import PublishedIndex
from tests import make

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

WIDTHS = (320, 390, 820, 1280, 1440)
ADDRESSES = (
    "/",
    "/ket-qua/dot/19/",
    "/ket-qua/dot/05501/",
    "/ket-qua/dot/?q=phu",
    "/ket-qua/dot/19/noi-dung/c01/",
    "/ket-qua/dot/so-sanh/?don-vi=19&don-vi=05500&don-vi=05501&don-vi=vn",
    "/ket-qua/dot/phuong-phap/",
    "/ket-qua/",
    "/chi-so-da-cong-bo/",
    "/khong-co/",
)


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """A site with a published province whose communes have long names, and one without figures."""
    top = make.province("Thái Nguyên", code="19")
    commune = make.commune("Phú Bình – Nghĩa trang Nước ngoài", parent=top, code="05500")
    make.commune("Đại Từ", parent=top, code="05501")
    campaign = make.campaign(slug="dot", threshold=3, simulated=True)
    for rating in (5, 4, 3, 2, 5, 5):
        answers = dict.fromkeys(("c01", "c02", "c03"), rating)
        make.response(campaign, commune, {**answers, "f1": 1, "m1": [1]})
    refresh.refresh(campaign, clock=timezone.now)
    PublishedIndex.objects.create(
        year=2024,
        index_name="SIPAS - xây dựng, tổ chức thực hiện chính sách",
        unit_level="tỉnh/thành phố",
        unit_name="Bà Rịa - Vũng Tàu",
        value="83.94",
        unit_of_value="% (làm tròn)",
        rank="nhóm 5 thấp nhất",
        of="63",
        source="https://a-very-long-name-of-a-host.example.vn/tin-tuc",
        quote="đạt 83,94%, " * 8,
    )
    return str(live_server.url)


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_runs_over_the_edge_at_any_width(site: str, page: Page, address: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(site + address)
        over = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert over == 0, f"{address} at {width} px is {over} px too wide"


def test_everything_comes_from_here_and_the_fonts_load(site: str, page: Page) -> None:
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(f"{site}/ket-qua/dot/19/", wait_until="networkidle")

    assert hosts == {urlsplit(site).netloc}
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert {family.strip('"') for family in loaded} == {"Be Vietnam Pro", "Tabular Digits"}
    assert page.context.cookies() == []


def test_the_keyboard_reaches_the_content_and_shows_where_it_is(site: str, page: Page) -> None:
    page.goto(f"{site}/ket-qua/dot/19/")
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


def test_larger_text_and_contrast_last_for_the_tab(site: str, page: Page) -> None:
    page.goto(f"{site}/ket-qua/dot/19/")
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
    page.locator("details summary").click()
    expect(page.locator("table.counts")).to_be_visible()
    page.locator("a[hreflang=en]").click()
    expect(page.locator(".big")).to_have_text("66.67%")
    assert page.url == f"{site}/en/ket-qua/dot/19/"
    context.close()
