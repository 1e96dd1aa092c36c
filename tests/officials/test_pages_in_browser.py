"""Every page of the panel, by its address: axe finds nothing, nothing overflows, keys suffice."""

from __future__ import annotations

from zlib import crc32

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from surveys.models import OptionProof
from tests import make
from tests.journeys.test_accessibility import RULES, load_axe
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


def is_page(page: Page, live_server: LiveServer, name: str, there: World) -> bool:
    """Return whether an address is a page: no file, redirection elsewhere or POST's address."""
    head = page.request.get(live_server.url + address_of(name, there), max_redirects=0)
    return head.status == 200 and "html" in head.headers["content-type"]


def widths_of(name: str, *, everywhere: bool) -> tuple[int, ...]:
    """Return the widths to look at a page at: the narrowest and another, each page's its own."""
    return WIDTHS if everywhere else (WIDTHS[0], WIDTHS[1 + crc32(name.encode()) % 5])


def faults(page: Page, name: str, *, everywhere: bool = False) -> list[str]:
    """Return what axe finds on a page, and where it is wider than the window.

    axe looks at one of the page's widths; a long run at three, of all six.
    """
    found = []
    widths = widths_of(name, everywhere=everywhere)
    looked_at = AXE_WIDTHS if everywhere else {widths[len(name) % 2]}
    load_axe(page)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if over > 0:
            found.append(f"{name} {width}: {over} px beyond the edge")
        if width in looked_at:
            for rule in page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]:
                found += [f"{name} {width} {rule['id']}: {n['target']}" for n in rule["nodes"]]
    return found


# Marks what can be reached by Tab (of radio buttons with one name, one) until it is, and returns
# how many those are. What all pages have around their own is counted only when asked.
STOPS = """everything => {
    const names = new Set();
    const kinds = "a[href], button, input, select, textarea, [tabindex='0']";
    const all = [...document.querySelectorAll(kinds)].filter((one) => {
        if (one.disabled || !one.checkVisibility({ checkVisibilityCSS: true })) return false;
        if (one.type !== "radio") return true;
        return !names.has(one.name) && names.add(one.name);
    });
    const own = document.querySelector("main");
    const stops = all.filter((one) => everything || own.contains(one));
    for (const stop of stops) stop.dataset.stop = "";
    document.activeElement.blur();
    all[all.indexOf(stops[0]) - 1]?.focus();
    document.addEventListener("focusin", ({ target }) => {
        const group = target.type === "radio" ? document.getElementsByName(target.name) : [];
        for (const one of [target, ...group]) delete one.dataset.stop;
    });
    return stops.length;
}"""
LEFT = "[...document.querySelectorAll('[data-stop]')].map((one) => one.outerHTML.slice(0, 120))"


def not_reached_by_tab(page: Page, name: str, *, everything: bool = False) -> list[str]:
    """Return what the Tab key never comes to, on the page's own part or on all of it."""
    page.set_viewport_size({"width": 1280, "height": 900})
    for presses in (page.evaluate(STOPS, everything), 10):
        for _press in range(presses):
            page.keyboard.press("Tab")
        left = page.evaluate(LEFT)
        if not left:
            return []
    return [f"{name}: Tab does not reach {one}" for one in left]


# In parts, which run side by side.
NAMES = sorted(name for name in PATTERNS if rule_of(PATTERNS[name]).see is not None)
PARTS = 6
SHOWN_FOR_SURE = {"tickets", "proofs", "proven_options", "kiosks", "posters", "sheet", "comments"}


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_has_a_fault_or_overflows_and_tab_reaches_all(
    official_page: Page,
    live_server: LiveServer,
    there: World,
    part: int,
    pytestconfig: pytest.Config,
) -> None:
    everywhere = bool(pytestconfig.getoption("long"))
    page, names, found = official_page, NAMES[part::PARTS], []
    looked_at = [name for name in names if is_page(page, live_server, name, there)]
    for name in looked_at:
        page.goto(live_server.url + address_of(name, there))
        found += faults(page, name, everywhere=everywhere)
        everything = everywhere or name == looked_at[0]
        found += not_reached_by_tab(page, name, everything=everything)

    assert not found, "\n".join(found)
    assert looked_at
    assert SHOWN_FOR_SURE & {*names} <= {*looked_at}


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
        expect(plain.locator(".one-by-one section:visible")).to_have_count(1)
        expect(plain.locator(f"#ma-{number}")).to_be_visible()
        plain.locator(f"#ma-{number} .button").focus()
        plain.keyboard.press("Enter")
    plain.locator("[name=number]").wait_for()  # back on the page they came from
    context.close()
