"""The language of a page stands in its address, and nowhere else (docs/decisions/0011)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_path, override


class LanguageOfAddress:
    """Middleware: speak English below /en/, Vietnamese elsewhere.

    Django's LocaleMiddleware would do so too, and then tell every cache on the way that the
    page depends on Accept-Language, which splits it into as many copies as there are browsers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
