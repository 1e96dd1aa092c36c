"""A tablet at a counter, driven as people do: paired, asked, answered, left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page, expect

from surveys.kiosks import devices
from surveys.models import Campaign, Counter
from tests import make
from tests.answering import asked_at_a_counter

PIN = "13572468"
# Every question of the tiny edition but the comment, answered; the worst and the best are in it.
ANSWERS: Mapping[str, object] = {"c01": 1, "c02": 5, "c03": 3, "f1": 2, "m1": [1, 3], "p1": 2}
READ_QUEUE = """name => new Promise((done, fail) => {
  const opening = indexedDB.open(name);
  opening.onerror = fail;
  opening.onsuccess = () => {
    const all = opening.result.transaction("outbox").objectStore("outbox").getAll();
    all.onsuccess = () => { opening.result.close(); done(all.result); };
  };
})"""


def official() -> User:
    """Return Bình, who makes pairing codes."""
    known = User.objects.filter(username="binh").first()
    return known or make.official("binh")


def pairing_code(counter: Counter) -> str:
    return devices.make_pairing_code(counter, made_by_id=official().pk, now=timezone.now())


# A person who answers by touch, faster than any.
HURRY = """answers => {
  document.querySelector('[data-do="begin"]').click();
  const next = document.querySelector('[data-act="next"]');
  for (const question of document.querySelectorAll(".question")) {
    for (const field of question.querySelectorAll("input")) {
      if ([answers[field.name]].flat().map(String).includes(field.value)) field.click();
    }
    (field => field && (field.value = answers.comment ?? ""))(question.querySelector("textarea"));
    next.click();
    if (!question.hidden) next.click();
  }
}"""

# Sending waits for this lock. Who keeps it lets nothing more be sent.
WHEN_QUIET = """([name, keep]) => new Promise((done) => {
  navigator.locks.request(`${name}/flush`, () => {
    done();
    return keep ? new Promise(() => {}) : null;
  });
})"""


@dataclass
class Tablet:
    """A page of the kiosk of a counter."""

    page: Page
    base: str
    counter: Counter
    campaign: Campaign

    @property
    def address(self) -> str:
        return f"{self.base}/k/{self.counter.code}/kiosk/"

    @property
    def name(self) -> str:
        """What the kiosk calls its storage and its locks."""
        return f"hai-long-kiosk/{self.counter.code}"

    def quiet(self) -> None:
        """Wait until nothing is being sent."""
        self.page.evaluate(WHEN_QUIET, [self.name, False])

    def settle(self) -> None:
        """Wait until nothing is being sent, and let nothing more be sent from this page."""
        self.page.evaluate(WHEN_QUIET, [self.name, True])

    def screen(self, name: str) -> None:
        """Wait for a screen."""
        expect(self.page.locator("#kiosk")).to_have_attribute("data-shown", name)

    def open(self) -> None:
        self.page.goto(self.address)
        # The app works from a cold start only once its worker has everything.
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def pair(self) -> None:
        self.screen("pairing")
        form = self.page.locator("[data-pair]")
        form.locator("[name=code]").fill(pairing_code(self.counter))
        form.locator("[name=name]").fill("Máy 1")
        form.locator("[name=pin]").fill(PIN)
        form.locator("[type=submit]").click()
        self.screen("start")

    def do(self, act: str) -> None:
        self.page.locator(f'[data-do="{act}"]:visible').click()

    def act(self, act: str) -> None:
        self.page.locator(f'[data-act="{act}"]').click()

    def answer(self, answers: Mapping[str, object] = ANSWERS, comment: str = "") -> None:
        """Go through the questions to the review; what is not in `answers` is skipped."""
        self.do("begin")
        for code in (*self.campaign.questionnaire.parsed().questions,):
            question = self.page.locator(".question:visible")
            expect(question.locator(f'[name="{code}"]').first).to_be_attached()
            value = answers.get(code)
            if code == "y_kien" and comment:
                question.locator("textarea").fill(comment)
                self.act("next")
            elif value is None:
                self.act("skip")
            else:
                for option in value if isinstance(value, list) else [value]:
                    question.locator(f'.option:has([value="{option}"])').click()
                self.act("next")
        expect(self.page.locator("[data-review]")).to_be_visible()

    def send(self) -> None:
        self.act("next")
        self.screen("thanks")

    def leave(self) -> None:
        """Go; on a busy machine the thanks may have gone before, by themselves."""
        self.page.evaluate("""document.querySelector('[data-do="end"]').click()""")
        self.screen("start")

    def hurry(self, answers: Mapping[str, object] = ANSWERS, comment: str = "") -> None:
        """Do as `answer` does, within one act of the test."""
        self.screen("start")
        self.page.evaluate(HURRY, {**answers, "comment": comment})
        expect(self.page.locator("[data-review]")).to_be_visible()

    def one_sheet(self, answers: Mapping[str, object] = ANSWERS, comment: str = "") -> None:
        """A person answers, is thanked and goes."""
        self.hurry(answers, comment)
        self.send()
        self.leave()

    def queue(self) -> list[dict[str, Any]]:
        """Return what lies in the outbox."""
        found = self.page.evaluate(READ_QUEUE, self.name)
        assert isinstance(found, list)
        return found


def tablet(page: Page, base: str, *, tickets: bool = False, receipts: bool = False) -> Tablet:
    """Return a paired tablet at a new counter of a new campaign."""
    made = Tablet(page, base, *asked_at_a_counter(receipts=receipts))
    Campaign.objects.update(tickets=tickets)
    made.campaign.refresh_from_db()
    made.open()
    made.pair()
    return made
