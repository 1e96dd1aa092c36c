"""On a kiosk, too, the worst answer takes as much as the best."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.answering import asked_at_a_counter, shipped
from tests.journeys.test_equal_effort import unequal
from tests.kiosk.tablet import Tablet

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]


# A phone asks the same questions, and is tried with both in every run.
@pytest.mark.parametrize("name", ["sipas-22", pytest.param("quay-3-muc", marks=pytest.mark.long)])
def test_every_option_takes_one_tap_and_is_alike(base: str, page: Page, name: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    at = Tablet(page, base, *asked_at_a_counter(edition=shipped(name)))
    at.open()
    at.pair()
    at.do("begin")

    assert unequal(page, at.campaign) == []
