"""A new version of the app comes whole or not at all, and never into someone's sheet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from surveys.answering.openings import PLACE_SECONDS
from surveys.models import Campaign, Counter, Response
from tests.browser import stop_clock
from tests.kiosk.tablet import Tablet, tablet
from tests.live import eventually

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

CACHES = "caches.keys()"
UPDATE = "navigator.serviceWorker.getRegistration().then(r => r.update())"
WAITING = "navigator.serviceWorker.getRegistration().then(r => Boolean(r.waiting))"


def version(at: Tablet) -> str | None:
    return at.page.locator("#kiosk").get_attribute("data-version")


def test_a_new_version_waits_until_nobody_is_answering(base: str, page: Page) -> None:
    stop_clock(page)  # or the kiosk, on a busy machine, gives up on who is answering
    at = tablet(page, base)
    old = version(at)
    at.hurry()
    Campaign.objects.update(title={"vi": "Tên mới", "en": "New name"})
    page.wait_for_timeout(1000 * PLACE_SECONDS)
    page.evaluate(UPDATE)
    eventually(lambda: page.evaluate(WAITING))
    other = page.context.new_page()  # a tab on its start screen does not change it either
    other.goto(at.address)
    other.wait_for_timeout(300)
    assert page.evaluate(WAITING)
    assert version(at) == old
    assert len(page.evaluate(CACHES)) == 2

    at.send()
    other.close()
    at.do("end")
    expect(page.locator("h1:visible")).to_have_text("Tên mới")
    page.clock.resume()  # a sheet the change cut off is sent again
    assert version(at) != old
    eventually(lambda: len(page.evaluate(CACHES)) == 1)
    eventually(lambda: Response.objects.count() == 1)


def test_a_version_with_a_file_missing_is_never_used(base: str, page: Page) -> None:
    at = tablet(page, base)
    old = version(at)
    Campaign.objects.update(title={"vi": "Tên mới", "en": "New name"})
    page.wait_for_timeout(1000 * PLACE_SECONDS)
    # The page itself is missing: the counter is closed while the worker is being fetched.
    page.context.route("**/*.svg", lambda route: route.abort())
    page.evaluate(f"{UPDATE}.catch(() => null)")
    page.wait_for_timeout(500)
    assert not page.evaluate(WAITING)
    page.context.set_offline(True)
    page.reload()
    at.screen("start")

    assert version(at) == old
    at.one_sheet()
    assert len(at.queue()) == 1
    assert Counter.objects.filter(active=True).exists()
