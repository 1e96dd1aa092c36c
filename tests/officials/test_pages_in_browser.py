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
from tests.officials.people import sign_in
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
    sign_in(client, user)
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


def faults(page: Page, name: str) -> list[str]:
    """Return what axe finds on a page at three widths, and where it is wider than the window."""
    found = []
    page.evaluate(Axe().axe_script)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if over > 0:
            found.append(f"{name} {width}: {over} px beyond the edge")
        if width in AXE_WIDTHS:
            for rule in page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]:
                found += [f"{name} {width} {rule['id']}: {n['target']}" for n in rule["nodes"]]
    return found


# What can be reached by Tab: of radio buttons with one name, one.
STOPS = """() => {
    const names = new Set();
    const kinds = "a[href], button, input, select, textarea, [tabindex='0']";
    const all = document.querySelectorAll(kinds);
    const stops = [...all].filter((one) => {
        if (one.disabled || !one.checkVisibility({ checkVisibilityCSS: true })) return false;
        if (one.type !== "radio") return true;
        return !names.has(one.name) && names.add(one.name);
    });
    for (const stop of stops) stop.dataset.stop = "";
    return stops.length;
}"""
LEFT = "[...document.querySelectorAll('[data-stop]')].map((one) => one.outerHTML.slice(0, 120))"


def not_reached_by_tab(page: Page, name: str) -> list[str]:
    """Return what the Tab key never comes to."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.activeElement.blur()")
    for _press in range(page.evaluate(STOPS) + 10):
        page.keyboard.press("Tab")
        page.evaluate(
            "{ const at = document.activeElement; delete at.dataset.stop;"
            " if (at.type === 'radio') for (const one of document.getElementsByName(at.name))"
            " delete one.dataset.stop; }"
        )
    return [f"{name}: Tab does not reach {left}" for left in page.evaluate(LEFT)]


def test_no_page_has_a_fault_or_overflows_and_tab_reaches_all(
    official_page: Page, live_server: LiveServer, there: World
) -> None:
    page, found, looked_at = official_page, [], []
    for name in sorted(PATTERNS):
        if rule_of(PATTERNS[name]).see is None or not shown(page, live_server, name, there):
            continue
        looked_at.append(name)
        found += faults(page, name) + not_reached_by_tab(page, name)

    assert not found, "\n".join(found)
    assert {"tickets", "proofs", "proven_options", "kiosks", "posters", "sheet"} <= {*looked_at}


def test_what_a_post_shows_has_no_fault_either(
    official_page: Page, live_server: LiveServer, there: World
) -> None:
    page, found = official_page, []
    posts = {
        "tickets refused": ("ma-phieu/", {"counter": "x", "number": "0"}, ".errorlist"),
        "tickets shown": (
            "ma-phieu/",
            {"counter": there.counter.code, "number": "2"},
            ".one-by-one",
        ),
        "pairing refused": ("may/", {"counter": "x"}, ".errorlist"),
        "pairing code": ("may/", {"counter": there.counter.code}, "p.code"),
        "batch refused": ("giay/moi/", {"counter": "x"}, ".errorlist"),
        "import refused": ("nhap-tep/", {}, ".errorlist"),
    }
    for name, (path, fields, sign) in posts.items():
        page.goto(f"{live_server.url}/quan-tri/{path}")
        for field, value in fields.items():
            page.locator(f"[name={field}]").fill(value)
        page.locator(".page form").first.locator(".button").last.click()
        page.locator(sign).first.wait_for()
        found += faults(page, name)

    assert not found, "\n".join(found)


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
