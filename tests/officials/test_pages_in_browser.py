"""Every page of the panel, by its address: axe finds nothing, nothing overflows, keys suffice."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from surveys.models import OptionProof
from tests import make
from tests.journeys.test_accessibility import RULES
from tests.officials.test_reach_of_pages import PATTERNS, address_of, rule_of
from tests.officials.world import World, world

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

AXE_WIDTHS = (390, 820, 1440)
WIDTHS = (390, 600, 820, 1024, 1280, 1440)


@pytest.fixture
def there() -> World:
    made = world()
    OptionProof.objects.create(
        campaign=made.campaign, counter=made.counter, column=0, code="1", fault="API: 422"
    )
    return made


@pytest.fixture
def official_page(there: World, live_server: LiveServer, page: Page) -> Page:
    """A page on which an administrator of the nation is signed in."""
    client = Client()
    user = make.official("binh")
    client.force_login(user)
    there.batch.keyed_by = user
    there.batch.save()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    return page


def shown(page: Page, live_server: LiveServer, name: str, there: World) -> bool:
    """Open a page; whether it is one: not a file, a redirection elsewhere or a POST's address."""
    address = address_of(name, there)
    head = page.request.get(live_server.url + address, max_redirects=0)
    if head.status != 200 or "html" not in head.headers["content-type"]:
        return False
    page.goto(live_server.url + address)
    return True


def test_no_page_has_a_fault_or_overflows(
    official_page: Page, live_server: LiveServer, there: World
) -> None:
    page, found, looked_at = official_page, [], []
    for name in sorted(PATTERNS):
        if rule_of(PATTERNS[name]).see is None or not shown(page, live_server, name, there):
            continue
        looked_at.append(name)
        page.evaluate(Axe().axe_script)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if over > 0:
                found.append(f"{name} {width}: {over} px beyond the edge")
            if width not in AXE_WIDTHS:
                continue
            for rule in page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]:
                found += [f"{name} {width} {rule['id']}: {n['target']}" for n in rule["nodes"]]

    assert not found, "\n".join(found)
    assert {"tickets", "proofs", "proven_options", "kiosks", "posters", "sheet"} <= {*looked_at}


def test_tickets_are_handed_out_by_keys_alone_and_without_script(
    official_page: Page, browser: Browser, live_server: LiveServer, there: World
) -> None:
    page = official_page
    context = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    )
    plain = context.new_page()
    plain.goto(live_server.url + "/quan-tri/ma-phieu/")
    plain.locator("[name=number]").focus()
    plain.keyboard.type("3")
    plain.locator("[name=counter]").focus()
    plain.keyboard.type(there.counter.code)
    plain.locator("[name=on_screen]").focus()
    plain.keyboard.press("Enter")
    plain.locator(".one-by-one").wait_for()

    for number in (1, 2, 3):
        assert plain.locator(".one-by-one section:visible").count() == 1
        assert plain.locator(f"#ma-{number}").is_visible()
        plain.locator(f"#ma-{number} .button").focus()
        plain.keyboard.press("Enter")
    plain.locator("[name=number]").wait_for()  # back on the page they came from
    context.close()
