"""Recorded voice on a citizen's phone: heard by a button, one at a time, never by itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from surveys.models import Campaign, Recording
from tests import make
from tests.answering import asked_at_a_counter
from tests.journeys.test_accessibility import faults, load_axe
from tests.live import LiveSite
from tests.officials.window import Window
from tests.sounds import record, tone

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

PLAYING = re.compile("playing")
STATES = ((390, ""), (820, "contrast"), (1280, "text"))
SOUNDING = """() => [...document.querySelectorAll("audio")]
  .filter(audio => !audio.paused).map(audio => new URL(audio.src).pathname)"""


@pytest.fixture
def campaign() -> Campaign:
    return asked_at_a_counter()[1]


def opened(site: LiveSite, page: Page, campaign: Campaign) -> None:
    code = campaign.units.get(tier="commune").unit.counters.get().code
    page.goto(f"{site.url}/k/{code}/")


def first_question(page: Page) -> None:
    page.locator('[data-act="next"]').click()
    page.locator('.listen[data-speaks="question"]:visible').wait_for()


def test_one_is_heard_at_a_time_and_none_after_moving_on(
    live_site: LiveSite, page: Page, campaign: Campaign
) -> None:
    question = record(campaign.questionnaire, "c01", tone(440, 30))
    worst = record(campaign.questionnaire, "c01.1", tone(500, 30))
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    opened(live_site, page, campaign)
    first_question(page)
    assert not [url for url in fetched if "am-thanh" in url]

    button = page.locator('.listen[data-speaks="question"]:visible')
    button.click()
    page.wait_for_function(f"path => ({SOUNDING})().includes(path)", arg=question)
    expect(button).to_have_class(PLAYING)
    page.locator('.option:has([value="1"]) + .listen:visible').click()
    page.wait_for_function(f"path => ({SOUNDING})().includes(path)", arg=worst)
    page.wait_for_function(f"() => ({SOUNDING})().length === 1")
    expect(button).not_to_have_class(PLAYING)
    page.locator('[data-act="skip"]').click()

    page.wait_for_function(f"() => ({SOUNDING})().length === 0")
    again = page.locator('.option:has([value="1"]) + .listen:visible')  # the level of c02
    again.click()
    page.wait_for_function(f"() => ({SOUNDING})().length === 1")
    again.click()
    page.wait_for_function(f"() => ({SOUNDING})().length === 0")


def test_a_clip_that_cannot_be_played_says_so(
    live_site: LiveSite, page: Page, campaign: Campaign
) -> None:
    record(campaign.questionnaire, "c01")
    opened(live_site, page, campaign)
    first_question(page)
    page.context.set_offline(True)

    page.locator('.listen[data-speaks="question"]:visible').click()

    expect(page.locator(".unheard:visible")).not_to_be_empty()
    page.context.set_offline(False)
    page.locator('.listen[data-speaks="question"]:visible').click()
    expect(page.locator(".unheard:visible")).to_have_count(0)


def test_without_a_script_there_are_players(
    live_site: LiveSite, plain: Page, campaign: Campaign
) -> None:
    record(campaign.questionnaire, "c01")
    opened(live_site, plain, campaign)
    plain.locator("details.listening summary").first.click()

    player = plain.locator("audio").first
    expect(player).to_be_visible()
    assert player.get_attribute("preload") == "none"


def test_the_buttons_have_no_fault(
    live_site: LiveSite, page: Page, campaign: Campaign, size: Callable[[int, int], int]
) -> None:
    for place in ("c01", *(f"c01.{level}" for level in range(1, 6)), "c01.dont_know"):
        record(campaign.questionnaire, place, tone(440, 20))
    opened(live_site, page, campaign)
    load_axe(page)
    first_question(page)
    found = []
    for width, display in STATES[: size(1, len(STATES))]:
        found += faults(page, width, display)
        boxes = [box.bounding_box() for box in page.locator(".option:visible").all()]
        assert len({(box["width"], box["height"]) for box in boxes if box}) == 1
    page.locator(".listen:visible").nth(2).click()
    page.locator(".listen.playing").wait_for()
    found += faults(page, 820, "contrast")

    assert not found, "\n".join(found)


@pytest.mark.django_db
def test_the_pages_of_officials_have_no_fault(
    page: Page, client: Client, campaign: Campaign, size: Callable[[int, int], int]
) -> None:
    record(campaign.questionnaire, "c01")
    record(campaign.questionnaire, "c02", tone(500))
    Recording.objects.filter(place="c02").update(text="Lời cũ")
    client.force_login(make.official("lan"))
    window, found = Window(page), list[str]()
    for place, state in zip(("", "tiny@1/vi/", "tiny@1/vi/c02/"), STATES, strict=True):
        path = f"/quan-tri/ghi-am/{place}"
        window.show(path, client.get(path), anew=True)
        found += faults(page, *state)
    window.show(path, client.post(path), anew=True)  # without a file
    assert page.locator('[aria-invalid="true"]').count()
    for state in STATES[: size(1, len(STATES))]:
        found += faults(page, *state)

    assert not found, "\n".join(found)
