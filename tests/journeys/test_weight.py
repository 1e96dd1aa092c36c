"""What a phone fetches to begin a sheet, over the wire, and that it needs no more after that."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.answering import SHIPPED, asked_at_a_counter, shipped
from tests.journeys.test_one_at_a_time import act, skip
from tests.live import LiveSite

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

BUDGET = 100_000
"""Bytes, headers and fonts included (ux/README 1: in Zalo's browser, on a village's network)."""


@pytest.mark.parametrize("name", SHIPPED)
def test_a_phone_begins_with_100_kb_and_goes_on_without_network(
    live_site: LiveSite, page: Page, name: str
) -> None:
    counter, campaign = asked_at_a_counter(edition=shipped(name), simulated=True)
    page.set_viewport_size({"width": 390, "height": 844})
    sizes: dict[str, float] = {}
    addresses: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.on(
        "Network.requestWillBeSent",
        lambda e: addresses.update({e["requestId"]: e["request"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda e: sizes.update({addresses[e["requestId"]]: e["encodedDataLength"]}),
    )
    session.send("Network.enable")
    page.goto(f"{live_site.url}/k/{counter.code}/", wait_until="networkidle")
    act(page, "next")
    expect(page.locator(".question:visible")).to_have_count(1)
    page.evaluate("document.body.offsetHeight && document.fonts.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    skip(page, len(campaign.questionnaire.parsed().questions))
    expect(page.locator("[data-review]")).to_be_visible()
    fonts = page.evaluate("[...document.fonts].filter(f => f.status === 'error').length")

    assert fonts == 0  # none was missed while there was no network
    assert len(sizes) > 10
    told = "\n".join(f"{size:8.0f} {url}" for url, size in sorted(sizes.items()))
    assert sum(sizes.values()) <= BUDGET, told
