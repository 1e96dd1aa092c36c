"""Pages of a campaign in every state: axe finds nothing, nothing overflows, keys suffice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from surveys.models import Campaign
from tests import make
from tests.officials.campaigning import PANEL, drafted, manager, opened, today
from tests.officials.test_pages_in_browser import faults, not_reached_by_tab
from tests.officials.window import Window

pytestmark = [pytest.mark.live, pytest.mark.django_db]


def signed_in(page: Page, live_server: LiveServer, client: Client) -> None:
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


def test_pages_of_every_state_have_no_fault(page: Page) -> None:
    commune = make.commune("Phú Bình", code="05500")
    make.counter(commune)
    for number in range(7):
        make.commune(f"Không Quầy {number}", parent=make.nation())
    binh, cuong = manager("binh", make.nation()), manager("cuong", make.nation())
    drafted(binh, commune, slug="nhap", scope="")
    drafted(binh, commune, slug="san-sang")
    binh.post(f"{PANEL}san-sang/san-sang/", {"reason": "Đã xem"})
    closed = opened(binh, commune)
    Campaign.objects.filter(pk=closed.pk).update(
        opens_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=1)
    )
    binh.post(f"{PANEL}dot-thu/cong-bo/", {"reason": "Lần đầu"})
    window, found, seen = Window(page), list[str](), set[str]()
    for path, sign in {
        "": ".campaign-list",
        "moi/?mau=sipas": ".long fieldset",
        "nhap/": ".checks .warning details",
        "nhap/sua/": ".long fieldset",
        "san-sang/": ".states .now",
        "san-sang/mo/": ".terms small",
        "dot-thu/": ".notice",
        "dot-thu/cong-bo/": "form[action$='xac-nhan/']",
    }.items():
        window.show(PANEL + path, cuong.get(PANEL + path))
        assert page.locator(sign).count(), path
        found += faults(page, path, seen) + not_reached_by_tab(page, path)
    window.show(f"{PANEL}moi/", cuong.post(f"{PANEL}moi/", {"mau": "sipas"}))
    assert page.locator(".errorlist").count()
    found += faults(page, "form refused", seen)

    assert not found, "\n".join(found)


@pytest.mark.django_db(transaction=True)
def test_a_campaign_is_published_by_two_with_the_keyboard(
    live_server: LiveServer, page: Page
) -> None:
    commune = make.commune("Phú Bình", code="05500")
    make.counter(commune)
    binh, cuong = manager("binh", commune), manager("cuong", commune)
    made = opened(binh, commune)
    day = today() - timedelta(days=1)
    Campaign.objects.update(opens_on=today() - timedelta(days=9), closes_on=day)
    make.responses(made, commune, [4, 5, 4], on=day)
    address = f"{live_server.url}{PANEL}dot-thu/cong-bo/"

    signed_in(page, live_server, binh)
    page.goto(address)
    page.locator(".page form .button").first.focus()
    page.keyboard.press("Enter")
    page.locator("form[action$='tu-choi/']").wait_for()
    assert page.locator("form[action$='xac-nhan/']").count() == 0
    signed_in(page, live_server, cuong)
    page.goto(address)
    page.locator("form[action$='xac-nhan/'] .button").focus()
    page.keyboard.press("Enter")
    page.locator("tbody th", has_text="1").first.wait_for()

    assert made.releases.count() == 1
