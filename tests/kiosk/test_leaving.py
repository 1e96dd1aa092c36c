"""Whoever leaves a kiosk leaves nothing: on the screen, in storage, in history, for the next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from surveys.counters.tickets import issue
from surveys.models import Response, SpentTicket
from tests.browser import stop_clock
from tests.kiosk.line import Line
from tests.kiosk.tablet import ANSWERS, Tablet, official, tablet
from tests.live import eventually

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

SENTINEL = "Tôi là Nguyễn Văn Lính Gác"
# Every place a page can leave something in; controls are read as they stand.
TRACES = """async () => {
  const found = [document.documentElement.outerHTML, location.href, document.title];
  found.push(JSON.stringify(history.state), String(getSelection()));
  for (const field of document.querySelectorAll("input, textarea")) found.push(field.value);
  found.push(String(document.querySelectorAll("input:checked").length));
  for (const store of [localStorage, sessionStorage]) found.push(JSON.stringify({ ...store }));
  for (const { name } of await indexedDB.databases()) {
    const opened = await new Promise((done) => {
      indexedDB.open(name).onsuccess = (event) => done(event.target.result);
    });
    for (const store of opened.objectStoreNames) {
      const all = await new Promise((done) => {
        const asked = opened.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
      });
      if (store === "outbox") found.push(JSON.stringify(all));
    }
    opened.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const reply = await cache.match(request);
      const type = reply.headers.get("Content-Type");
      if (/html|json|script/.test(type)) found.push(await reply.text());
    }
  }
  return found;
}"""


def half_a_sheet(at: Tablet) -> None:
    """Fill in everything to the review, the sentinel among it, and send nothing."""
    at.page.locator('[data-display="contrast"]').click()
    at.hurry(comment=SENTINEL)
    expect(at.page.locator("[data-review]")).to_contain_text(SENTINEL)


def nothing_left(at: Tablet) -> None:
    at.screen("start")
    traces = at.page.evaluate(TRACES)
    assert all(SENTINEL not in trace for trace in traces)
    assert at.queue() == []
    assert at.page.locator("html").get_attribute("data-contrast") is None
    at.do("begin")
    assert at.page.locator("input:checked").count() == 0
    assert at.page.locator(".question textarea").input_value() == ""
    expect(at.page.locator("[data-place]").first).to_contain_text("1")


def by_idling(at: Tablet) -> None:
    at.page.clock.fast_forward(46_000)
    expect(at.page.locator("dialog.idle")).to_be_visible()
    at.page.clock.run_for(21_000)


def by_ending(at: Tablet) -> None:
    at.page.clock.fast_forward(46_000)
    at.page.locator('dialog [data-do="end"]').click()


def by_reloading(at: Tablet) -> None:
    at.page.reload()


def by_going_and_coming_back(at: Tablet) -> None:
    at.page.goto(f"{at.base}/healthz")
    at.page.go_back()


def test_of_a_sheet_left_unfinished_nothing_stays(at: Tablet) -> None:
    for leave in (by_idling, by_ending, by_reloading, by_going_and_coming_back):
        half_a_sheet(at)
        assert any(SENTINEL in trace for trace in at.page.evaluate(TRACES)), leave.__name__

        leave(at)

        nothing_left(at)
        at.leave()
    assert not Response.objects.exists()


def test_of_a_sent_sheet_nothing_stays_once_it_has_arrived(at: Tablet) -> None:
    at.hurry(comment=SENTINEL)
    at.send()
    eventually(lambda: not at.queue())
    at.page.clock.run_for(16_000)

    nothing_left(at)
    assert Response.objects.count() == 1


def test_someone_who_is_still_there_goes_on_and_can_keep_the_thanks(at: Tablet) -> None:
    page = at.page
    at.hurry()
    page.clock.fast_forward(40_000)
    page.keyboard.press("Shift")
    page.clock.fast_forward(40_000)
    expect(page.locator("dialog.idle")).to_be_hidden()
    page.clock.fast_forward(6_000)
    expect(page.locator('dialog [data-do="stay"]')).to_be_focused()
    page.clock.run_for(15_000)
    expect(page.locator("dialog.idle")).to_contain_text("5")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.idle")).to_be_hidden()
    page.clock.fast_forward(40_000)

    at.send()
    at.do("keep")
    page.clock.run_for(50_000)
    at.screen("thanks")
    page.clock.run_for(11_000)

    at.screen("start")


def test_answers_stay_when_the_language_changes(at: Tablet) -> None:
    page = at.page
    at.hurry(comment="Tốt")
    at.do("language")

    expect(page.locator("[data-review]")).to_contain_text("Please look over your answers")
    expect(page.locator("[data-review]")).to_contain_text("Very dissatisfied")
    at.send()
    expect(page.locator("h1:visible")).to_contain_text("Thank you")
    at.do("end")
    expect(page.locator('[data-do="begin"]')).to_contain_text("Bắt đầu")
    eventually(lambda: Response.objects.count() == 1)
    assert Response.objects.get().answers == "15321012"


def test_people_one_after_the_other_are_all_counted_once(
    line: Line, at: Tablet, size: Callable[[int, int], int]
) -> None:
    people = size(10, 100)
    for number in range(people):
        if number % 4 == 1:
            line.cut()
        if number % 4 == 3:
            line.mend()
        at.one_sheet({**ANSWERS, "c01": 1 + number % 5})
    line.mend()
    at.page.clock.resume()
    at.page.context.set_offline(True)
    at.page.context.set_offline(False)  # "online" wakes the outbox

    eventually(lambda: not at.queue())
    given = sorted(str(1 + number % 5) for number in range(people))
    assert sorted(sheet.answers[0] for sheet in Response.objects.all()) == given


def test_a_ticket_is_asked_for_looked_over_and_sent_along(base: str, page: Page) -> None:
    stop_clock(page)
    at = tablet(page, base, tickets=True)
    code = issue(at.campaign, at.counter, day=timezone.localdate(), number=1, made_by=official())[0]
    ticket = page.locator("[name=ticket]")
    ticket.fill(code[:-1])
    at.do("begin")
    expect(page.locator("[data-ticket-fault]")).to_be_visible()
    page.clock.run_for(67_000)  # someone goes away; the next one sees nothing
    expect(ticket).to_have_value("")
    ticket.fill(code.upper().replace("-", " "))
    at.do("language")
    at.do("language")
    at.hurry()
    at.send()

    eventually(lambda: not at.queue())
    assert Response.objects.count() == SpentTicket.objects.count() == 1
