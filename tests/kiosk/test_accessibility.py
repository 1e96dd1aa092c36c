"""axe-core finds nothing on any screen of a kiosk, however it is displayed."""

from __future__ import annotations

from itertools import cycle, islice

import pytest
from playwright.sync_api import Page

from tests.answering import asked_at_a_counter
from tests.browser import stop_clock
from tests.journeys.test_accessibility import faults_in_states
from tests.kiosk.tablet import PIN, Tablet

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

STATES = ((820, ""), (1280, "contrast"), (1280, "text"), (820, "dark"), (390, "dark contrast"))
# Where a walk through the screens begins with the states; each screen is seen in one.
TURNS = [0, *(pytest.param(turn, marks=pytest.mark.long) for turn in range(1, len(STATES)))]


@pytest.mark.parametrize("turn", TURNS)
def test_no_screen_has_a_fault(base: str, page: Page, turn: int) -> None:
    found: list[str] = []
    states = islice(cycle(STATES), turn, None)

    def look() -> None:
        found.extend(faults_in_states(page, [next(states)]))

    page.emulate_media(reduced_motion="reduce")
    stop_clock(page)
    at = Tablet(page, base, *asked_at_a_counter())
    at.open()
    at.screen("pairing")
    look()
    at.pair()
    look()  # start
    at.do("begin")
    look()
    at.act("next")
    look()  # pointed out
    page.clock.fast_forward(46_000)
    look()  # still there?
    page.locator('dialog [data-do="end"]').click()
    at.hurry()
    look()  # review
    at.send()
    look()
    at.do("end")
    at.do("staff")
    look()
    page.fill("[data-unlock] [name=pin]", PIN)
    page.click("[data-unlock] [type=submit]")
    page.locator("[data-panel]").wait_for()
    look()

    assert not found, "\n".join(found)
