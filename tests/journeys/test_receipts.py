"""A receipt code on a phone with scripts: made with the form, kept as a digest, shown last."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from surveys.counters import receipt_codes
from surveys.models import Receipt, Response
from tests.answering import asked_at_a_counter
from tests.journeys.test_citizen_form import beyond
from tests.journeys.test_one_at_a_time import act, choose, opened
from tests.live import LiveSite

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

# As a kiosk makes it, which has no server to ask.
MADE = "() => import('/static/surveys/js/receipt.js').then((made) => made.newReceipt())"


def test_the_code_is_shown_and_only_its_digest_sent(live_site: LiveSite, page: Page) -> None:
    counter, _campaign = asked_at_a_counter(receipts=True)
    Receipt.objects.all().delete()  # the decoys
    opened(live_site, page, counter)
    code = page.locator("[name=ma-bien-nhan]").input_value()
    asked = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    act(page, "next")
    choose(page, 4)
    while not page.locator("[data-review]:visible").count():
        act(page, "next" if page.locator("input:checked:visible").count() else "skip")
    # In another language it is the same sheet, and the same code.
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    act(page, "next")

    expect(page.locator("[data-receipt] [data-code]")).to_have_text(code)
    assert Response.objects.count() == 1
    assert {bytes(one.digest) for one in Receipt.objects.all()} == {receipt_codes.digest(code)}
    assert not [one for one in asked if code in one]
    assert beyond(page) == []
    made = [page.evaluate(MADE) for _time in range(20)]
    for one in made:
        assert receipt_codes.corrected(one["code"]) == one["code"]
        assert receipt_codes.digest(one["code"]).hex() == one["digest"]
