"""Nothing a person has been thanked for is lost or doubled, whatever happens to network,
server, browser, disk and clock. The eight cases of the kiosk's design, and more."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, expect

from surveys.answering.answers import decode
from surveys.counters import receipt_codes
from surveys.models import Channel, Comment, Device, Receipt, Response
from tests import browser as chromium
from tests.browser import stop_clock
from tests.kiosk.conftest import MovedSite
from tests.kiosk.line import BUSY, PORTAL, Line
from tests.kiosk.tablet import ANSWERS, Tablet, pairing_code, tablet
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


def stored(count: int) -> None:
    """Wait until so many sheets are stored, and none more."""
    eventually(lambda: Response.objects.count() >= count)
    assert Response.objects.count() == count


def is_sheet(request: Request) -> bool:
    return request.method == "PUT"


def emptied(at: Tablet) -> None:
    eventually(lambda: not at.queue())


def test_a_sheet_arrives_as_it_was_given(base: str, page: Page) -> None:
    at = tablet(page, base)
    at.answer(comment="Cán bộ rất tận tình.")
    at.send()
    stored(1)
    emptied(at)

    sheet = Response.objects.get()
    assert decode(at.campaign.questionnaire.parsed(), sheet.answers) == ANSWERS
    assert (sheet.channel, sheet.answered_on) == (Channel.KIOSK, timezone.localdate())
    assert Comment.objects.get().text == "Cán bộ rất tận tình."
    assert not sheet.late
    assert not sheet.day_corrected
    assert not page.context.cookies()


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


def test_three_taps_on_send_make_one_sheet(base: str, page: Page) -> None:
    at = tablet(page, base)
    at.hurry()
    page.locator('[data-act="next"]').evaluate("b => { b.click(); b.click(); b.click(); }")
    at.screen("thanks")
    stored(1)
    emptied(at)
    assert Response.objects.count() == 1


def test_a_server_killed_after_the_commit_stores_once(
    kiosk_site: MovedSite, base: str, page: Page
) -> None:
    stop_clock(page)
    at = tablet(page, base)
    kiosk_site.set(dies=True)
    at.one_sheet()
    stored(1)
    assert len(at.queue()) == 1

    page.clock.resume()  # and it is sent again
    emptied(at)
    assert Response.objects.count() == 1


def test_a_busy_server_is_asked_again_later(line: Line, base: str, page: Page) -> None:
    at = tablet(page, base)
    line.say(BUSY)
    at.one_sheet()
    assert len(at.queue()) == 1

    line.mend()
    stored(1)
    emptied(at)


def test_a_network_that_wants_a_sign_in_gives_no_receipt(line: Line, base: str, page: Page) -> None:
    at = tablet(page, base)
    line.say(PORTAL)
    at.one_sheet()
    page.wait_for_timeout(300)
    assert len(at.queue()) == 1

    line.mend()
    stored(1)
    emptied(at)


def test_a_refused_sheet_is_kept_and_holds_nothing_up(line: Line, base: str, page: Page) -> None:
    at = tablet(page, base)
    line.cut()
    at.one_sheet()
    page.evaluate(
        """async name => {
          const { Store } = await import(
            [...performance.getEntriesByType("resource")].find(e => /store\\./.test(e.name)).name);
          const store = new Store(name);
          const [sheet] = await store.all("outbox");
          sheet.content.answers.c01 = 77;
          await store.put("outbox", { ...sheet, body: null });
        }""",
        f"hai-long-kiosk/{at.counter.code}",
    )
    at.one_sheet()
    line.mend()
    stored(1)

    eventually(lambda: [bool(sheet["rejected"]) for sheet in at.queue()] == [True])
    expect(page.locator('[data-queue="rejected"]')).to_be_visible()
    page.reload()
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


def test_two_tabs_send_each_sheet_once(base: str, page: Page) -> None:
    at = tablet(page, base)
    page.context.set_offline(True)
    for _person in range(4):
        at.one_sheet()
    other = page.context.new_page()
    other.goto(at.address)
    sent: list[str] = []
    for tab in (page, other):
        tab.on("request", lambda asked: sent.append(asked.url) if is_sheet(asked) else None)
    page.context.set_offline(False)

    stored(4)
    emptied(at)
    assert len(sent) == len(set(sent)) == 4  # nor is any sent twice


def test_seven_days_without_network_keep_their_days(
    kiosk_site: MovedSite, base: str, page: Page
) -> None:
    today = timezone.localdate()
    kiosk_site.set(days=-7)
    stop_clock(page, timezone.now() - timedelta(days=7))
    at = tablet(page, base)
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
    base: str, page: Page, off: timedelta
) -> None:
    stop_clock(page, timezone.now() + off)
    at = tablet(page, base)
    page.context.set_offline(True)
    at.one_sheet()
    page.clock.resume()
    page.context.set_offline(False)
    stored(1)
    emptied(at)

    sheet = Response.objects.get()
    assert (sheet.answered_on, sheet.day_corrected) == (timezone.localdate(), True)
    ahead = Device.objects.get().clock_offset_seconds
    assert ahead is not None
    assert abs(ahead - off.total_seconds()) < 3_600


@pytest.mark.parametrize("jump", [THREE_YEARS, -THREE_YEARS])
def test_a_clock_that_jumps_while_there_is_no_network_moves_no_sheet(
    base: str, page: Page, jump: timedelta
) -> None:
    now = timezone.now()
    stop_clock(page, now)
    at = tablet(page, base)
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
    line: Line, base: str, page: Page
) -> None:
    stop_clock(page)  # the kiosk gives up on a server after eight seconds
    at = tablet(page, base)
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
    at = tablet(page, base)
    line.cut()
    at.one_sheet()
    Device.objects.update(revoked_at=timezone.now())
    line.mend()
    at.screen("pairing")
    assert not Response.objects.exists()

    at.pair()
    stored(1)
    emptied(at)


def test_a_code_pairs_one_kiosk(base: str, page: Page) -> None:
    at = tablet(page, base)
    code = pairing_code(at.counter)
    address = f"{base}/api/v1/counters/{at.counter.code}/devices"
    statuses = [
        page.request.post(address, data={"code": code, "name": "Máy 2"}).status for _ in range(2)
    ]
    assert statuses == [201, 403]
