"""What programs of any site may fetch, and how often.

Counted by the reader's network (surveys.people.client_addresses), in Redis only, forgotten after
two minutes; without Redis nothing is limited.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from surveys.answering import short_memory
from surveys.people.client_addresses import address_of

WINDOW = 60
METHODS = "GET, HEAD, OPTIONS"
A_DAY = "86400"

View = Callable[..., HttpResponseBase]


def open_to_programs(view: View) -> View:
    """Let programs read a view from any site (CORS), up to READS_A_MINUTE from one network."""

    @wraps(view)
    def served(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = _preflight()
        elif seconds := seconds_to_wait(request):
            response = _wait(seconds)
        elif request.method not in METHODS.split(", "):
            response = _refusal(405, "Method Not Allowed", "This address is only read.")
            response["Allow"] = METHODS
        else:
            response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Retry-After, Content-Disposition"
        return response

    # Nothing here can be changed, so there is nothing another site's page could misuse.
    return csrf_exempt(served)


def seconds_to_wait(request: HttpRequest) -> int:
    """Count a reading; return 0, or the seconds until this network may read again."""
    limit = settings.READS_A_MINUTE
    if not limit:
        return 0
    window, past = divmod(int(time()), WINDOW)
    count = short_memory.add(f"reading:{address_of(request)}:{window}", seconds=2 * WINDOW)
    return WINDOW - past if count is not None and count > limit else 0


def _preflight() -> HttpResponse:
    """Answer a browser that asks whether a page may send If-None-Match (Fetch, CORS-preflight)."""
    response = HttpResponse(status=204)
    response["Allow"] = response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "If-None-Match"
    response["Access-Control-Max-Age"] = A_DAY
    return response


def _wait(seconds: int) -> HttpResponse:
    detail = "More readings in a minute than this site allows from one network."
    response = _refusal(429, "Too Many Requests", detail)
    response["Retry-After"] = str(seconds)
    return response


def _refusal(status: int, title: str, detail: str) -> HttpResponse:
    """Return a fault as a problem object (RFC 9457) that nobody keeps."""
    data = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    response = JsonResponse(data, status=status, content_type="application/problem+json")
    response["Cache-Control"] = "no-store"
    return response
