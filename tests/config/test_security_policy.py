from __future__ import annotations

import pytest
from csp.constants import HEADER, SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from config.middleware import SamePolicyForAll


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
