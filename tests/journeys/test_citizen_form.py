"""A citizen answers at a counter, through the real server and a real browser."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterable
from http.client import HTTPConnection
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from surveys.answering.answers import decode
from surveys.models import Campaign, Comment, Counter, Response
from tests.answering import SHIPPED, FormPage, asked_at_a_counter, body, shipped
from tests.live import Broker, LiveSite, eventually

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]


# The first is a phone of 390 px whose browser shows text twice as large.
WIDTHS = (195, 320, 390, 820, 1280, 1440)


def press(plain: Page, name: str) -> None:
    """Press the button of a name on a page without script; of several, the last: it goes on."""
    with plain.expect_navigation():
        plain.locator(f"#phieu button[name={name}]:visible").last.click()


def send(
    site: LiveSite, method: str, path: str, content: str = "", content_type: str = ""
) -> tuple[int, str]:
    """Return status and body of one request on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=60)
    headers = {"Content-Type": content_type} if content_type else {}
    connection.request(method, path, content, headers)
    response = connection.getresponse()
    try:
        return response.status, response.read().decode()
    finally:
        connection.close()


def submit(site: LiveSite, counter: Counter, *fields: tuple[str, str]) -> int:
    """Open the form and send it, without a browser."""
    page = FormPage(send(site, "GET", f"/k/{counter.code}/")[1])
    content = urlencode([*page.hidden.items(), *fields])
    return send(site, "POST", page.action, content, "application/x-www-form-urlencoded")[0]


def stored(campaign: Campaign) -> dict[str, object]:
    sheet = Response.objects.get()
    return dict(decode(campaign.questionnaire.parsed(), sheet.answers))


def test_with_redis_stopped_sheets_are_taken(live_site: LiveSite, broker: Broker) -> None:
    counter, campaign = asked_at_a_counter()
    submit(live_site, counter)
    broker.stop()
    try:
        by_form = submit(live_site, counter, ("c01", "2"))
        by_api, _body = send(
            live_site,
            "PUT",
            f"/api/v1/counters/{counter.code}/responses/{uuid4()}",
            json.dumps(body(campaign, {"c01": 2})),
            "application/json",
        )
    finally:
        broker.start()

    assert (by_form, by_api) == (303, 201)
    assert Response.objects.count() == 3


def test_a_connection_cut_after_the_commit_and_a_retry_make_one_row(live_site: LiveSite) -> None:
    counter, campaign = asked_at_a_counter()
    path = f"/api/v1/counters/{counter.code}/responses/{uuid4()}"
    content = json.dumps(body(campaign, {"c01": 5}, comment="Một lần"))
    head = f"PUT {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    request = f"{head}Content-Length: {len(content)}\r\n\r\n{content}".encode()
    with socket.create_connection(("127.0.0.1", live_site.port)) as line:
        line.sendall(request)
        eventually(Response.objects.exists)
        # The line goes dead: a reset, the reply unread.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    status, _body = send(live_site, "PUT", path, content, "application/json")

    assert status == 200
    assert Response.objects.count() == 1
    assert Comment.objects.count() == 1


def overflow(page: Page) -> list[str]:
    """Return what reaches beyond the right edge of the window."""
    found = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth > width) return ["the page itself"];
          return [...document.querySelectorAll("body *")]
            .filter(e => e.getBoundingClientRect().right > width + 0.5
                         && !e.closest(".visually-hidden, .drum, .skip"))
            .map(e => e.outerHTML.slice(0, 80));
        }"""
    )
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_reaches_beyond_the_window_and_options_are_alike(
    live_site: LiveSite, plain: Page, name: str
) -> None:
    counter, _campaign = asked_at_a_counter(edition=shipped(name), simulated=True)
    home = f"{live_site.url}/k/{counter.code}/"
    for address in (f"{home}cam-on/", home.replace("/k/", "/en/k/"), home):
        plain.goto(address)
        assert beyond(plain) == [], address

    plain.set_viewport_size({"width": 390, "height": 844})
    boxes = [option.bounding_box() for option in plain.locator("fieldset .option").all()]
    sizes = {(box["width"], box["height"]) for box in boxes if box}
    assert len({width for width, _height in sizes}) == 1
    assert min(height for _width, height in sizes) >= 54  # large enough to touch

    plain.locator("input[name=campaign]").evaluate("field => { field.value = 'x' }")
    press(plain, "sang-trang")
    expect(plain.locator(".error-summary")).to_be_visible()
    assert beyond(plain) == [], "errors"


def beyond(page: Page, widths: Iterable[int] = WIDTHS) -> list[str]:
    """Return what reaches beyond the right edge of windows of these widths."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width}: {one}" for one in overflow(page)]
    return found


def test_every_page_of_a_counter_is_ours_alone(live_site: LiveSite, page: Page) -> None:
    counter, _campaign = asked_at_a_counter()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_site.url}/k/{counter.code}/")

    assert all(url.startswith(live_site.url) for url in asked)
    assert settings.SESSION_COOKIE_NAME not in {c["name"] for c in page.context.cookies()}
