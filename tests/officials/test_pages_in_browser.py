"""Every page of the panel, by its address: axe finds nothing, nothing overflows, keys suffice."""

from __future__ import annotations

from zlib import crc32

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from surveys.proofs import proof_notes
from tests import make
from tests.journeys.test_accessibility import RULES
from tests.officials.people import sign_in
from tests.officials.test_reach_of_pages import PATTERNS, address_of, rule_of
from tests.officials.window import Window, is_page
from tests.officials.world import World, world

pytestmark = [pytest.mark.live, pytest.mark.django_db]

AXE_WIDTHS = (390, 820, 1440)
WIDTHS = (390, 600, 820, 1024, 1280, 1440)


@pytest.fixture
def there() -> World:
    made = world()
    failed = {(0, "1"): "API: 422"}
    proof_notes.note(made.campaign, made.counter, failed, today=timezone.localdate())
    return made


@pytest.fixture
def official(client: Client, there: World) -> Client:
    """An administrator of the nation, signed in, who keyed the batch."""
    user = make.official("binh")
    there.batch.keyed_by = user
    there.batch.save()
    return sign_in(client, user)


@pytest.fixture
def window(page: Page) -> Window:
    return Window(page)


# How wide a page is beyond the window, what axe finds only of a whole document and is wrong, and
# the kinds of element around the page's own part.
PLAIN = """() => {
    const root = document.documentElement;
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    const wrong = {
        "no title": !document.title.trim(),
        "no language": !root.lang,
        "not one main": document.querySelectorAll("main, [role=main]").length !== 1,
        "no h1": !document.querySelector("h1"),
        "an id twice": new Set(ids).size !== ids.length,
    };
    const around = [...document.body.querySelectorAll("*")].filter((one) => !one.closest("main"));
    return {
        over: root.scrollWidth - root.clientWidth,
        wrong: Object.keys(wrong).filter((name) => wrong[name]),
        around: [...new Set(around.map((one) => `${one.localName} ${one.className}`))],
    };
}"""
AXE = "([of, rules]) => axe.run(of ?? document, rules)"


def widths_of(page: Page, name: str, *, everywhere: bool) -> tuple[int, ...]:
    """Return the widths to look at a page at: the narrowest and another, of which one stands."""
    if everywhere:
        return WIDTHS
    now = page.viewport_size["width"] if page.viewport_size else 0
    if now in WIDTHS[1:]:
        return now, WIDTHS[0]
    return WIDTHS[0], WIDTHS[1 + crc32(name.encode()) % 5]


def faults(page: Page, name: str, seen: set[str], *, everywhere: bool = False) -> list[str]:
    """Return what axe finds on a page, and where it is wider than the window.

    axe looks at the page's own part at one of its widths, and at all of it where something is
    around it that was not on the pages before; a long run at all at three of all six widths.

    Args:
        seen: the kinds of element around the pages looked at before; gets this page's.
    """
    found = []
    widths = widths_of(page, name, everywhere=everywhere)
    looked_at = AXE_WIDTHS if everywhere else widths[1:]
    for width in widths:
        if page.viewport_size != {"width": width, "height": 900}:
            page.set_viewport_size({"width": width, "height": 900})
        plain = page.evaluate(PLAIN)
        if plain["over"] > 0:
            found.append(f"{name} {width}: {plain['over']} px beyond the edge")
        found += [f"{name}: {wrong}" for wrong in plain["wrong"]]
        if width in looked_at:
            of = None if everywhere or not seen.issuperset(plain["around"]) else "main"
            seen.update(plain["around"])
            for rule in page.evaluate(AXE, [of, RULES])["violations"]:
                found += [f"{name} {width} {rule['id']}: {n['target']}" for n in rule["nodes"]]
    return found


# Marks what can be reached by Tab (of radio buttons with one name, one) until it is, and returns
# how many those are. What all pages have around their own is counted only when asked; a page of
# links alone is not walked then, only what Tab leaves out is marked.
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
    const walked = everything || own.querySelector("button, input, select, textarea, [tabindex]");
    const out = (one) => one.tabIndex < 0 || one.closest("[inert]");
    for (const stop of stops) if (walked || out(stop)) stop.dataset.stop = "";
    document.activeElement.blur();
    all[all.indexOf(stops[0]) - 1]?.focus();
    document.addEventListener("focusin", ({ target }) => {
        const group = target.type === "radio" ? document.getElementsByName(target.name) : [];
        for (const one of [target, ...group]) delete one.dataset.stop;
    });
    return walked ? stops.length : 0;
}"""
LEFT = "[...document.querySelectorAll('[data-stop]')].map((one) => one.outerHTML.slice(0, 120))"


def not_reached_by_tab(page: Page, name: str, *, everything: bool = False) -> list[str]:
    """Return what the Tab key never comes to, on the page's own part or on all of it.

    At the width at which `faults` left the window.
    """
    for presses in (page.evaluate(STOPS, everything), 10):
        for _press in range(presses):
            page.keyboard.press("Tab")
        left = page.evaluate(LEFT)
        if not left:
            return []
    return [f"{name}: Tab does not reach {one}" for one in left]


# In parts, which run side by side.
NAMES = sorted(name for name in PATTERNS if rule_of(PATTERNS[name]).see is not None)
PARTS = 3
SHOWN_FOR_SURE = {"tickets", "proofs", "proven_options", "kiosks", "posters", "sheet", "comments"}


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_has_a_fault_or_overflows_and_tab_reaches_all(
    official: Client, window: Window, there: World, part: int, pytestconfig: pytest.Config
) -> None:
    everywhere = bool(pytestconfig.getoption("long"))
    names, found, seen = NAMES[part::PARTS], list[str](), set[str]()
    addresses = {name: address_of(name, there) for name in names}
    replies = {name: official.get(address) for name, address in addresses.items()}
    looked_at = [name for name, reply in replies.items() if is_page(reply)]
    for name in looked_at:
        window.show(addresses[name], replies[name], anew=everywhere)
        found += faults(window.page, name, seen, everywhere=everywhere)
        everything = everywhere or name == looked_at[0]
        found += not_reached_by_tab(window.page, name, everything=everything)

    assert not found, "\n".join(found)
    assert looked_at
    assert SHOWN_FOR_SURE & {*names} <= {*looked_at}


def test_what_a_post_shows_has_no_fault_either(
    official: Client, window: Window, there: World
) -> None:
    found, seen = list[str](), set[str]()
    campaign, counter = there.campaign.slug, there.counter.code
    posts = {
        "tickets refused": ("ma-phieu/", {"counter": "x", "number": "0"}, ".errorlist"),
        "tickets shown": (
            "ma-phieu/",
            {"campaign": campaign, "counter": counter, "number": "2", "on_screen": "1"},
            ".one-by-one",
        ),
        "pairing refused": ("may/", {"counter": "x"}, ".errorlist"),
        "pairing code": ("may/", {"counter": counter}, "p.code"),
        "batch refused": ("giay/moi/", {"counter": "x"}, ".errorlist"),
        "import refused": ("nhap-tep/", {"campaign": ""}, ".errorlist"),
    }
    for name, (path, fields, sign) in posts.items():
        address = f"/quan-tri/{path}"
        form = official.get(address).context["form"]
        filled = {key: form[key].value() for key in form.fields if form[key].value() is not None}
        window.show(address, official.post(address, filled | fields, follow=True))
        assert window.page.locator(sign).count(), name
        found += faults(window.page, name, seen)

    assert not found, "\n".join(found)


def test_a_preview_goes_from_question_to_question_and_sends_nothing(
    official: Client, window: Window, there: World
) -> None:
    address = address_of("preview", there)
    window.show(address, official.get(address))
    page, sent = window.page, list[str]()
    page.on("request", lambda request: sent.append(request.method))
    shown = page.locator(".question:visible")
    expect(shown).to_have_count(1)
    first = shown.inner_text()

    for _question in range(page.locator(".question").count()):
        page.locator("[data-act=skip]").press("Enter")
    expect(shown).to_have_count(0)  # the answers, to be looked over
    page.locator("[data-act=next]").press("Enter")

    expect(page.locator("[data-end]")).to_be_visible()
    assert (shown.inner_text(), sent) == (first, [])


@pytest.mark.django_db(transaction=True)
def test_tickets_are_handed_out_by_keys_alone_and_without_script(
    official: Client, browser: Browser, live_server: LiveServer, there: World
) -> None:
    context = browser.new_context(java_script_enabled=False)
    cookie = official.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
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
