"""Nothing a person has been thanked for is lost or doubled, whatever happens to network,
server, browser, disk and clock. The eight cases of the kiosk's design, and more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, expect
from playwright.sync_api import Response as Reply

from surveys.answering.answers import decode
from surveys.counters import receipt_codes
from surveys.models import Channel, Comment, Device, Receipt, Response
from tests import browser as chromium
from tests.kiosk.conftest import MovedSite
from tests.kiosk.line import BUSY, PORTAL, Line
from tests.kiosk.tablet import ANSWERS, Tablet, tablet
from tests.live import eventually

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

THREE_YEARS = timedelta(days=1096)
# A disk without room for sheets; the small facts still fit.
FULL_DISK = """() => {
  const put = IDBObjectStore.prototype.put;
  window.diskIsFull = true;
  IDBObjectStore.prototype.put = function (...given) {
    if (window.diskIsFull && this.name === "outbox") {
      throw new DOMException("no room", "QuotaExceededError");
    }
    return put.apply(this, given);
  };
}"""
# Gives the one sheet in the outbox an answer that no server takes.
SPOIL = """name => new Promise((done) => {
  indexedDB.open(name).onsuccess = ({ target: { result } }) => {
    const change = result.transaction("outbox", "readwrite");
    const outbox = change.objectStore("outbox");
    outbox.getAll().onsuccess = ({ target: { result: [sheet] } }) => {
      sheet.content.answers.c01 = 77;
      outbox.put({ ...sheet, body: null });
    };
    change.oncomplete = () => { result.close(); done(); };
  };
})"""


def stored(count: int) -> None:
    """Wait until so many sheets are stored, and none more."""
    eventually(lambda: Response.objects.count() >= count)
    assert Response.objects.count() == count


def is_sheet(request: Request) -> bool:
    return request.method == "PUT"


def answers_a_sheet(reply: Reply) -> bool:
    return is_sheet(reply.request)


def emptied(at: Tablet) -> None:
    eventually(lambda: not at.queue())


def test_a_sheet_arrives_as_it_was_given_and_once_for_three_taps_on_send(at: Tablet) -> None:
    at.answer(comment="Cán bộ rất tận tình.")
    send = at.page.locator('[data-act="next"]')
    send.evaluate("button => { button.click(); button.click(); button.click(); }")
    at.screen("thanks")
    stored(1)
    emptied(at)

    sheet = Response.objects.get()
    assert decode(at.campaign.questionnaire.parsed(), sheet.answers) == ANSWERS
    assert (sheet.channel, sheet.answered_on) == (Channel.KIOSK, timezone.localdate())
    assert Comment.objects.get().text == "Cán bộ rất tận tình."
    assert not sheet.late
    assert not sheet.day_corrected
    assert not at.page.context.cookies()


def test_without_network_the_app_starts_and_keeps_what_it_gets(base: str, page: Page) -> None:
    at = tablet(page, base, receipts=True)
    decoys = Receipt.objects.count()
    page.context.set_offline(True)
    page.reload()
    codes = set()
    for _person in range(2):
        at.hurry()
        at.send()
        codes.add(page.locator("[data-receipt]:visible [data-code]").inner_text())
        at.leave()
    assert len(at.queue()) == 2
    assert not [code for code in codes if code in str(at.queue())]
    assert not Response.objects.exists()

    page.context.set_offline(False)
    stored(2)
    emptied(at)
    assert Receipt.objects.filter(pk__in=map(receipt_codes.digest, codes)).count() == 2
    assert Receipt.objects.count() == decoys + 2


def test_a_server_killed_after_the_commit_stores_once(
    kiosk_site: MovedSite, line: Line, at: Tablet
) -> None:
    kiosk_site.set(dies=True)
    line.mend()  # what is sent over a connection that was used before, Chromium sends again
    with at.page.expect_event("requestfailed", is_sheet):
        at.one_sheet()
    stored(1)
    assert len(at.queue()) == 1

    at.page.clock.resume()  # and it is sent again
    emptied(at)
    assert Response.objects.count() == 1


def test_a_busy_server_and_a_network_that_wants_a_sign_in_give_no_receipt(
    line: Line, at: Tablet
) -> None:
    line.say(BUSY)
    with at.page.expect_response(answers_a_sheet):
        at.one_sheet()
    at.quiet()
    assert len(at.queue()) == 1
    line.say(PORTAL)
    with at.page.expect_response(answers_a_sheet):
        at.page.clock.run_for(2_000)  # longer than the busy server asked for
    at.quiet()
    assert len(at.queue()) == 1
    assert not Response.objects.exists()

    line.mend()
    at.page.clock.resume()
    stored(1)
    emptied(at)


def test_a_refused_sheet_is_kept_and_holds_nothing_up(line: Line, at: Tablet) -> None:
    line.cut()
    at.one_sheet()
    at.quiet()  # what is being sent is what it was before
    at.page.evaluate(SPOIL, at.name)
    at.one_sheet()
    line.mend()
    at.page.clock.resume()
    stored(1)

    eventually(lambda: [bool(sheet["rejected"]) for sheet in at.queue()] == [True])
    expect(at.page.locator('[data-queue="rejected"]')).to_be_visible()
    at.page.reload()
    eventually(lambda: Device.objects.get().rejected == 1)


def test_a_browser_restarted_while_the_server_is_down_loses_nothing(
    browser: Browser, line: Line, base: str, tmp_path: Path
) -> None:
    options: dict[str, Any] = {
        "executable_path": chromium.chromium(),
        "args": list(chromium.ARGUMENTS),
        "locale": "vi-VN",
    }
    start = browser.browser_type.launch_persistent_context
    with start(tmp_path, **options) as first:
        first.set_default_timeout(chromium.PATIENCE)
        at = tablet(first.pages[0], base)
        line.cut()
        at.one_sheet()
    with start(tmp_path, **options) as second:
        second.set_default_timeout(chromium.PATIENCE)
        at.page = second.pages[0]
        at.page.goto(at.address)
        at.screen("start")
        at.one_sheet()
        assert len(at.queue()) == 2

        line.mend()
        stored(2)
        emptied(at)


def test_two_tabs_send_each_sheet_once(at: Tablet) -> None:
    context = at.page.context
    context.set_offline(True)
    for _person in range(4):
        at.one_sheet()
    other = context.new_page()
    other.goto(at.address)
    answered: list[str] = []
    context.on(
        "response", lambda reply: answered.append(reply.url) if answers_a_sheet(reply) else None
    )
    at.page.clock.resume()  # what is tried while the network comes back is tried again
    context.set_offline(False)

    stored(4)
    emptied(at)
    assert len(answered) == len(set(answered)) == 4  # nor is any taken twice


def test_seven_days_without_network_keep_their_days(
    kiosk_site: MovedSite, lend: Callable[..., Tablet]
) -> None:
    today = timezone.localdate()
    kiosk_site.set(days=-7)
    at = lend(timezone.now() - timedelta(days=7))
    page = at.page
    page.context.set_offline(True)
    for _day in range(7):
        at.one_sheet()
        page.clock.fast_forward(86_400_000)
    page.reload()
    kiosk_site.set(days=0)
    page.clock.resume()  # what is tried while the network comes back is tried again in a second
    page.context.set_offline(False)

    stored(7)
    emptied(at)
    days = sorted(Response.objects.values_list("answered_on", flat=True))
    assert days == [today - timedelta(days=n) for n in range(7, 0, -1)]
    assert not Response.objects.filter(day_corrected=True).exists()


@pytest.mark.parametrize("off", [THREE_YEARS, -THREE_YEARS])
def test_a_clock_off_by_years_is_corrected_and_marked(
    lend: Callable[..., Tablet], off: timedelta
) -> None:
    at = lend(timezone.now() + off)
    at.page.context.set_offline(True)
    at.one_sheet()
    at.page.clock.resume()
    at.page.context.set_offline(False)
    stored(1)
    emptied(at)

    sheet = Response.objects.get()
    assert (sheet.answered_on, sheet.day_corrected) == (timezone.localdate(), True)
    ahead = Device.objects.get().clock_offset_seconds
    assert ahead is not None
    assert abs(ahead - off.total_seconds()) < 3_600


@pytest.mark.parametrize("jump", [THREE_YEARS, -THREE_YEARS])
def test_a_clock_that_jumps_while_there_is_no_network_moves_no_sheet(
    lend: Callable[..., Tablet], jump: timedelta
) -> None:
    now = timezone.now()
    at = lend(now)
    page = at.page
    page.context.set_offline(True)
    at.one_sheet()
    page.clock.set_system_time(now + jump)
    page.reload()  # also through a restart
    at.one_sheet()
    page.clock.set_system_time(now)
    page.reload()
    at.one_sheet()
    page.clock.resume()
    page.context.set_offline(False)

    stored(3)
    emptied(at)
    assert {sheet.answered_on for sheet in Response.objects.all()} == {timezone.localdate()}
    assert Response.objects.filter(day_corrected=True).count() == 1


def test_with_a_full_disk_the_server_takes_the_sheet_or_nobody_is_thanked(
    line: Line, at: Tablet
) -> None:
    page = at.page
    page.evaluate(FULL_DISK)
    at.one_sheet()
    stored(1)

    line.cut()
    at.hurry()
    with page.expect_event("requestfailed", is_sheet):
        at.act("next")
    at.screen("unsaved")
    with page.expect_event("requestfailed", is_sheet):
        at.do("again")
    at.screen("unsaved")
    line.mend()
    at.do("again")
    at.screen("thanks")
    stored(2)


def test_a_revoked_key_sends_nothing_and_loses_nothing(line: Line, base: str, page: Page) -> None:
    at = tablet(page, base)  # its own, for it gets another key
    line.cut()
    at.one_sheet()
    Device.objects.update(revoked_at=timezone.now())
    line.mend()
    at.screen("pairing")
    assert not Response.objects.exists()

    at.pair()
    stored(1)
    emptied(at)
