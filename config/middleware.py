"""Middleware that runs only where officials work; all other addresses pass it by.

A citizen's page touches no session and sets no cookie, and pays nothing for what it does not
use. The check against forged requests (CSRF) stays everywhere.
"""

from __future__ import annotations

from collections.abc import Awaitable

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

OFFICIALS = "/quan-tri/"


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
