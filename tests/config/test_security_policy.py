from __future__ import annotations

import re
from pathlib import Path

import pytest
from csp.constants import HEADER, SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from config import settings as shipped
from config.middleware import PERMISSIONS, SamePolicyForAll
from config.supervisor import BASE_DIR

NGINX = BASE_DIR / "config" / "deploy" / "nginx" / "hai-long.conf"


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


EVERYWHERE = {
    "default-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}


@pytest.mark.parametrize("address", ["/tiep-can/", "/en/tiep-can/", "/khong-co/"])
@pytest.mark.django_db
def test_every_page_has_the_policy(client: Client, address: str) -> None:
    reply = client.get(address)

    assert directives(reply.headers[HEADER]) == EVERYWHERE
    assert {"camera=()", "microphone=()", "geolocation=()"} < set(
        reply.headers["Permissions-Policy"].split(", ")
    )
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_static_file_has_the_policy_too(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "one.js").touch()
    settings.STATIC_ROOT = tmp_path
    settings.MIDDLEWARE = shipped.MIDDLEWARE  # that of the tests serves no files

    reply = Client().get("/static/one.js")

    assert reply.getvalue() == b""
    assert reply.status_code == 200
    assert directives(reply.headers[HEADER]) == EVERYWHERE
    assert reply.headers["Permissions-Policy"] == PERMISSIONS
    # nginx, which serves them on a server, says the same.
    static = NGINX.read_text().partition("location /static/")[2].partition("}")[0]
    said = dict(re.findall(r'add_header (\S+) "?(.+?)"? always;', static))
    assert directives(said[HEADER]) == EVERYWHERE
    names = ("Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options")
    assert {name: said[name] for name in names} == {name: reply.headers[name] for name in names}
    assert said["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_a_page_that_asks_for_another_policy_gets_it() -> None:
    @csp_update({"img-src": [SELF, "data:"]})
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    reply = SamePolicyForAll(view)(RequestFactory().get("/"))

    assert isinstance(reply, HttpResponse)
    assert directives(reply.headers[HEADER]) == {**EVERYWHERE, "img-src": "'self' data:"}


def test_django_s_own_pages_of_faults_stay_readable(settings: Settings) -> None:
    settings.DEBUG = True

    reply = SamePolicyForAll(lambda _request: HttpResponse(status=404))(RequestFactory().get("/"))

    assert isinstance(reply, HttpResponse)
    assert HEADER not in reply.headers
