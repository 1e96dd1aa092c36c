"""Sessions and sign-in only where officials work; one security policy for all pages.

A citizen's page touches no session and sets no cookie, and pays nothing for what it does not
use. The check against forged requests (CSRF) stays everywhere but where no page is answered.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import BadRequest
from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from surveys.api import put_response

OFFICIALS = "/quan-tri/"
# As surveys.api_urls has it, which also answers other methods.
SHEET = re.compile("/api/v1/counters/([^/]+)/responses/([^/]+)")
# Of a reply that is no page: it may load nothing, and stand in no other.
NOTHING = "default-src 'none'; frame-ancestors 'none'"


# What of a device no page of ours ever asks for, and so no script put into one may.
NEVER_USED = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope"),
    *("magnetometer", "microphone", "midi", "payment", "usb"),
)
PERMISSIONS = ", ".join(f"{feature}=()" for feature in NEVER_USED)


class SheetsGoStraightIn:
    """Hand a sheet sent by PUT to its view, past all middleware that follows.

    What follows is for pages: language, frames, policies, cookies, compression. A program gets some
    bytes of JSON, in Vietnamese; for it these cost more than reading its sheet
    (docs/performance.md).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sheet = SHEET.fullmatch(request.path_info) if request.method == "PUT" else None
        if sheet is None:
            return self.get_response(request)
        try:
            request.get_host()  # refuses a name that is not ours, as the middleware of pages does
            response = put_response(request, *sheet.groups())
        except Exception as fault:  # noqa: BLE001 - logged and answered as in any view
            response = response_for_exception(request, fault)
        response.headers[HEADER] = NOTHING
        response.headers["Permissions-Policy"] = PERMISSIONS
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Language"] = settings.LANGUAGE_CODE
        return response


class SamePolicyForAll(CSPMiddleware):
    """What a page may load and use: one policy for all, static files too.

    django-csp's header is built once: it would build it, and one for reports, per response.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers["Permissions-Policy"] = PERMISSIONS
        wants_its_own = any(name.startswith("_csp") for name in vars(response))
        if settings.DEBUG or wants_its_own or hasattr(request, "_csp_nonce"):
            answered: HttpResponseBase = super().process_response(request, response)
            return answered
        response.headers.setdefault(HEADER, self.policy)
        return response


class OnlyForOfficials(MiddlewareMixin):
    """Leave a request to the next middleware unless it is for an official's address."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if request.path_info.startswith(OFFICIALS):
            return super().__call__(request)
        return self.get_response(request)


class OfficialsSession(OnlyForOfficials, SessionMiddleware):
    """Django's sessions; no browser keeps what they show, since many share a computer."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Cache-Control", "no-store")
        answered: HttpResponse = super().process_response(request, response)
        return answered


class OfficialsSignIn(OnlyForOfficials, AuthenticationMiddleware):
    """Django's signed-in user."""


class OfficialsWords(OnlyForOfficials):
    """Refuse a null character in what an official's page is asked or sent.

    No text has one, no browser sends one, and PostgreSQL takes none: a search would end in a fault.
    """

    def process_request(self, request: HttpRequest) -> None:
        if "\x00" in request.path:
            raise Http404
        sent = [request.GET, request.POST] if request.method == "POST" else [request.GET]
        if any("\x00" in text for words in sent for key in words for text in words.getlist(key)):
            raise BadRequest("a null character")


class OfficialsMessages(OnlyForOfficials, MessageMiddleware):
    """Django's messages."""
