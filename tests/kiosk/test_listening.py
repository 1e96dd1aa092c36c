"""Recorded voice at a kiosk: there from a cold start without network, and gone after a wipe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, Page, expect

from surveys.answering.openings import PLACE_SECONDS
from surveys.voice.recordings import KEPT_SECONDS
from tests.answering import asked_at_a_counter
from tests.browser import stop_clock
from tests.journeys.test_listening import SOUNDING
from tests.kiosk.tablet import Tablet, tablet
from tests.kiosk.test_updates import UPDATE, version
from tests.live import eventually
from tests.sounds import record, tone

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

KEPT = """name => caches.open(name).then(cache => cache.keys())
  .then(kept => kept.map(one => new URL(one.url).pathname))"""
# What Playwright says of a page that turns to a new version meanwhile.
CHANGING = "Execution context was destroyed"
PART = """async address => {
  const reply = await fetch(address, { headers: { Range: "bytes=4-7" } });
  return [reply.status, reply.headers.get("Content-Range"), await reply.text()];
}"""


def kept(at: Tablet) -> list[str]:
    """Return the clips the kiosk has kept; none while it turns to a new version."""
    try:
        found = at.page.evaluate(KEPT, f"hai-long-kiosk/{at.counter.code}/clips")
    except Error as error:
        if CHANGING not in str(error):
            raise
        return []
    assert isinstance(found, list)
    return found


def recorded(page: Page, base: str) -> tuple[Tablet, str]:
    """Return a paired tablet whose app has the clip of the first question."""
    at = tablet(page, base)
    old = version(at)
    address = record(at.campaign.questionnaire, "c01", tone(440, 30))
    changed(at, old)
    return at, address


def changed(at: Tablet, old: str | None) -> None:
    """Have the tablet change over to the version the server has now."""
    # Until then, and no longer, the server may say what it remembers.
    at.page.wait_for_timeout(1000 * max(PLACE_SECONDS, KEPT_SECONDS))
    try:
        at.page.evaluate(UPDATE)
    except Error as error:  # it has heard of the new version by itself
        if CHANGING not in str(error):
            raise
    expect(at.page.locator("#kiosk")).not_to_have_attribute("data-version", old or "")
    at.screen("start")


def test_a_new_clip_replaces_the_old_and_is_heard_without_network_but_not_after_a_wipe(
    base: str, page: Page
) -> None:
    stop_clock(page)
    at, first = recorded(page, base)
    assert kept(at) == [first]
    old = version(at)
    clip = tone(600, 30)
    second = record(at.campaign.questionnaire, "c01", clip)
    changed(at, old)
    eventually(lambda: kept(at) == [second])

    page.context.set_offline(True)
    page.reload()
    at.do("begin")
    assert page.evaluate(SOUNDING) == []
    page.locator('.listen[data-speaks="question"]:visible').click()
    page.wait_for_function(f"() => ({SOUNDING})().length === 1")
    player = page.locator("audio").first.element_handle()
    part = [206, f"bytes 4-7/{len(clip)}", clip[4:8].decode()]
    assert page.evaluate(PART, second) == part

    page.clock.fast_forward(46_000)
    page.locator('dialog [data-do="end"]').click()
    at.screen("start")
    assert player
    eventually(lambda: player.evaluate("audio => audio.paused"))


def test_without_room_for_voice_the_form_works(base: str, page: Page) -> None:
    counter, campaign = asked_at_a_counter()
    record(campaign.questionnaire, "c01")
    at = Tablet(page, base, counter, campaign)
    page.goto(at.address)
    quota = page.context.new_cdp_session(page)
    quota.send("Storage.overrideQuotaForOrigin", {"origin": base, "quotaSize": 1_000_000})

    at.open()
    at.pair()
    at.one_sheet()
