"""Sessions and sign-in only where officials work; one security policy for all.

A citizen's page touches no session and sets no cookie, and pays nothing for what it does not
use. The check against forged requests (CSRF) stays everywhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

OFFICIALS = "/quan-tri/"


class SamePolicyForAll(CSPMiddleware):
    """django-csp's header, built once: it would build it, and one for reports, per response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
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
    """Django's sessions."""


class OfficialsSignIn(OnlyForOfficials, AuthenticationMiddleware):
    """Django's signed-in user."""


class OfficialsMessages(OnlyForOfficials, MessageMiddleware):
    """Django's messages."""
