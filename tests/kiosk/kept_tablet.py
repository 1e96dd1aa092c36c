"""A tablet that one test after another uses: paired once, its app kept, its rows put back."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Model
from playwright.sync_api import Browser

from surveys.models import (
    Campaign,
    CampaignUnit,
    Counter,
    Device,
    Method,
    Questionnaire,
    RoleGrant,
    Unit,
    UnitVersion,
)
from tests.answering import asked_at_a_counter
from tests.browser import PATIENCE, stop_clock, vietnamese
from tests.kiosk.tablet import Tablet

# Each after those it points to.
ROWS: tuple[type[Model], ...] = (
    *(User, Unit, UnitVersion, RoleGrant, Questionnaire, Method, Campaign, CampaignUnit),
    *(Counter, Device),
)
# As after pairing: no sheet, nothing heard of the time.
AS_PAIRED = """name => new Promise((done, fail) => {
  const opening = indexedDB.open(name);
  opening.onerror = fail;
  opening.onsuccess = () => {
    const clearing = opening.result.transaction(["outbox", "facts"], "readwrite");
    clearing.objectStore("outbox").clear();
    clearing.objectStore("facts").delete("clock");
    clearing.oncomplete = () => { opening.result.close(); done(); };
  };
})"""


class KeptTablet:
    """A profile of the browser in which a kiosk is paired; its time stands still.

    For tests that begin with a paired tablet and leave its key, its campaign and its version be.
    """

    def __init__(self, browser: Browser, base: str) -> None:
        self.base = base
        self.context, self.faults = vietnamese(browser)
        self.context.set_default_timeout(PATIENCE)
        at = Tablet(self.context.new_page(), base, *asked_at_a_counter())
        at.open()
        at.pair()
        at.settle()
        at.page.evaluate(AS_PAIRED, at.name)
        at.page.close()
        self.counter, self.campaign = at.counter, at.campaign
        self.rows = [(model, list(model._base_manager.all())) for model in ROWS]

    def lend(self, now: datetime | None = None) -> Tablet:
        """Return the tablet on its start screen, connected, at a time that stands still."""
        for model, rows in self.rows:
            known = set(model._base_manager.values_list("pk", flat=True))
            model._base_manager.bulk_create([row for row in rows if row.pk not in known])
        page = self.context.new_page()
        stop_clock(page, now)
        at = Tablet(page, self.base, self.counter, self.campaign)
        page.goto(at.address)
        at.screen("start")
        at.quiet()  # it has heard the time
        return at

    def take_back(self, at: Tablet) -> None:
        """Leave no sheet behind, and none on its way; fail when a page complained."""
        at.settle()
        at.page.evaluate(AS_PAIRED, at.name)
        for page in self.context.pages:
            page.close()
        self.context.set_offline(False)
        assert not self.faults, self.faults
