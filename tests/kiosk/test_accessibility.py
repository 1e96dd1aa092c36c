"""axe-core finds nothing on any screen of a kiosk, however it is displayed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser import stop_clock
from tests.journeys.test_accessibility import faults, load_axe
from tests.kiosk.tablet import PIN, Tablet, tablet

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

STATES = ((820, ""), (1280, "contrast"), (1280, "text"), (820, "dark"), (390, "dark contrast"))


def look(at: Tablet, width: int, display: str) -> list[str]:
    load_axe(at.page)
    return faults(at.page, width, display)


@pytest.mark.parametrize(("width", "display"), STATES)
def test_no_screen_has_a_fault(base: str, page: Page, width: int, display: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    stop_clock(page)
    at = tablet(page, base)
    found = look(at, width, display)  # start
    at.do("begin")
    found += look(at, width, display)
    at.act("next")
    found += look(at, width, display)  # pointed out
    page.clock.fast_forward(46_000)
    found += look(at, width, display)  # still there?
    page.locator('dialog [data-do="end"]').click()
    at.hurry()
    found += look(at, width, display)  # review
    at.send()
    found += look(at, width, display)
    at.do("end")
    at.do("staff")
    found += look(at, width, display)
    page.fill("[data-unlock] [name=pin]", PIN)
    page.click("[data-unlock] [type=submit]")
    page.locator("[data-panel]").wait_for()
    found += look(at, width, display)

    assert not found, "\n".join(found)


def test_pairing_has_no_fault(base: str, page: Page) -> None:
    at = tablet(page, base)
    page.evaluate(
        "name => new Promise(done => { indexedDB.deleteDatabase(name).onsuccess = done; })",
        f"hai-long-kiosk/{at.counter.code}",
    )
    page.reload()
    at.screen("pairing")

    assert not look(at, 820, "")
