"""What an attacker writes where a program reads: every query and form of panel and site.

No reply is a fault of ours, and nothing comes back as it was sent: not as markup, not as a header.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from results.counting import refresh
from surveys.models import Counter
from tests import make
from tests.answering import asked_at_a_counter
from tests.officials.frames import frameless
from tests.officials.people import sign_in
from tests.officials.test_reach_of_pages import PATTERNS, address_of, leads_to_sign_in, posted
from tests.officials.world import world

pytestmark = pytest.mark.django_db

MARKUP = "<script>alert(1)</script>"
HOSTILE = {
    "words": f"'\"><b onclick=x>{MARKUP}{{{{7*7}}}}') OR 1=1; --\r\nSet-Cookie: evil=1",
    "no text": "\u202e\ufffe",
    "null": "\x00",
    "numbers": "-99999999999999999999",
}
# The first finds what the others find and more; the others found what it does not, once.
KINDS = [pytest.param(kind, marks=[] if kind == "words" else pytest.mark.long) for kind in HOSTILE]
NAMES = re.compile(r"<(?:input|select|textarea)[^>]*\bname=\"([^\"]+)\"")
# What would sign us out, or is thrown before any word of it is read.
LEFT_OUT = {"logout"}
# Who has not begun to sign in is sent to the beginning, whoever is signed in.
BEGINS_ANEW = {"second_step"}


def hostile(names: Iterable[str], text: str) -> dict[str, str]:
    return dict.fromkeys(names, text)


@contextmanager
def noted() -> Iterator[set[str]]:
    """Note the names that pages ask a query or a form for, also those that were not sent."""
    names: set[str] = set()
    by_item, by_list, held = QueryDict.__getitem__, QueryDict.getlist, QueryDict.__contains__

    def noting(way: Callable[..., object]) -> Callable[..., object]:
        def ask(sent: QueryDict, name: str, *default: Any) -> object:
            names.add(name)
            return way(sent, name, *default)

        return ask

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QueryDict, "__getitem__", noting(by_item))
        patch.setattr(QueryDict, "getlist", noting(by_list))
        patch.setattr(QueryDict, "__contains__", noting(held), raising=False)
        yield names


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def assert_harmless(reply: HttpResponseBase, where: str) -> None:
    assert reply.status_code < 500, where
    assert "evil" not in reply.cookies, where
    assert not reply.get("Location", "").startswith(("//", "http")), where
    if isinstance(reply, HttpResponse) and reply.get("Content-Type", "").startswith("text/html"):
        page = reply.content.decode()
        assert MARKUP not in page, where
        assert "<b onclick" not in page, where


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_of_the_panel_trusts_what_it_reads(kind: str) -> None:
    there = world()
    user = User.objects.create(username="root", is_superuser=True, is_staff=True)
    client = sign_in(Client(raise_request_exception=False), user, two_steps=True)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    text, ours = HOSTILE[kind], posted(there, user)

    for name in sorted(PATTERNS.keys() - LEFT_OUT):
        address = address_of(name, there)
        page, _names = send(client.get, address, {"q"}, text)
        assert not leads_to_sign_in(page) or name in BEGINS_ANEW, name
        with frameless():  # the reply before had it
            if page.status_code not in {200, 405}:
                page = client.get(address)
            _sent, names = send(client.post, address, fields_of(page), text)
            if names & ours.keys():  # it asks for a ticket, and reads on with one of ours
                send(client.post, address, names, text, ours)
        assert client.cookies[settings.SESSION_COOKIE_NAME].value == session, name


def send(
    way: Callable[..., HttpResponseBase],
    address: str,
    names: set[str],
    text: str,
    true: Mapping[str, str] = MappingProxyType({}),
) -> tuple[HttpResponseBase, set[str]]:
    """Send a query or a form, and again with what the page asked for and was not sent.

    Args:
        way: a client's `get` or `post`.
        true: what is sent as it should be.

    Returns:
        The last reply, and every name the page asks for.
    """
    while True:
        with taken_back(), noted() as asked:
            reply = way(address, {**hostile(names, text), **true})
        assert_harmless(reply, f"{way} {address}")
        if asked <= names | true.keys():
            return reply, names
        names = names | asked


def test_the_panel_refuses_a_null_character() -> None:
    client = Client()

    assert client.get("/quan-tri/dang-nhap/", {"next": "\x00"}).status_code == 400
    assert client.post("/quan-tri/dang-nhap/", {"username": "an\x00"}).status_code == 400
    # Nor is there an address with one.
    sign_in(client, User.objects.create(username="root", is_superuser=True), two_steps=True)
    assert client.get("/quan-tri/quay/%00/").status_code == 404


def fields_of(page: HttpResponseBase) -> set[str]:
    if not isinstance(page, HttpResponse):
        return set()
    return set(NAMES.findall(page.content.decode(errors="replace")))


@pytest.mark.parametrize("kind", KINDS)
def test_no_public_page_trusts_what_it_reads(kind: str) -> None:
    counter, campaign = asked_at_a_counter(slug="dot", threshold=3)
    commune = counter.unit
    make.responses(campaign, commune, [5, 4, 3])
    refresh.refresh(campaign, clock=timezone.now)
    client, text = Client(raise_request_exception=False), HOSTILE[kind]

    for address in public_addresses(counter, commune.code):
        send(client.get, address, {"q"}, text)
        if fields := fields_of(client.get(address)):
            send(client.post, address, fields, text)


def public_addresses(counter: Counter, code: str) -> list[str]:
    of_campaign = "/ket-qua/dot/"
    return [
        *("/", "/ket-qua/", "/chi-so-da-cong-bo/", "/du-lieu-mo/", "/tiep-can/"),
        *(of_campaign + page for page in ("", "so-sanh/", "chat-luong/", "phuong-phap/")),
        *(of_campaign + page for page in (f"{code}/", f"{code}/thay-doi/", "ma-bien-nhan/")),
        *(f"{of_campaign}{code}/tai-ve/so-lieu.{kind}" for kind in ("csv", "json", "xlsx")),
        *(f"/k/{counter.code}/{page}" for page in ("", "cam-on/", "kiosk/")),
        *("/api/v1/campaigns", f"/api/v1/campaigns/dot/units/{code}"),
    ]


PATHS: Mapping[str, str] = {
    "up": "/static/../../../etc/passwd",
    "up, hidden": "/static/%2e%2e/%2e%2e/etc/passwd",
    "up, the other slash": "/static/..%5c..%5cetc/passwd",
    "of a file": "/ket-qua/dot/tai-ve/..%2f..%2fso-lieu.csv",
    "of a release": "/ket-qua/dot/ban-cong-bo/1/..%2f..%2fmanage.py",
    "of a clip": "/am-thanh/..%2f..%2fpasswd.mp3",
    "another host": "//evil.example/..",
    "another host, by a slash that is missing": "//evil.example/ket-qua",
    "a header": "/k/x%0d%0aSet-Cookie:%20evil=1/",
    "nothing": "/k/%00/",
    "no UTF-8": "/k/%ff%fe/",
    "very long": "/ket-qua/" + "a/" * 4000,
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_no_address_leads_out(path: str) -> None:
    reply = Client(raise_request_exception=False).get(path)

    assert 300 <= reply.status_code < 500
    assert_harmless(reply, path)


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil", ""])
def test_another_host_is_not_served(host: str) -> None:
    for path in ("/", "/api/v1/campaigns", "/quan-tri/dang-nhap/"):
        assert Client().get(path, HTTP_HOST=host or "\t").status_code == 400


def test_what_a_client_claims_of_the_host_is_not_believed() -> None:
    claimed = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}

    reply = Client().get("/quan-tri/", headers=claimed)
    page = Client().get("/tiep-can/", headers=claimed)

    assert reply["Location"].startswith("/quan-tri/dang-nhap/")
    assert b"evil.example" not in page.content
