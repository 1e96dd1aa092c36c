"""Compression of what everybody may read: citizens' pages, results, the API.

Pages of officials stay as they are: they hold a token against forged requests, and the size of a
compressed page tells a listener whether what it repeats from the address equals a secret in it
(BREACH, 2013). The pages compressed here hold no secret and know no session.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from config.middleware import OFFICIALS

# Texts only: files, pictures and clips are compressed already, and clips are asked for in ranges.
TEXTS = ("text/", "application/json", "application/manifest+json", "image/svg+xml")


class CompressPublicTexts(GZipMiddleware):
    """Django's gzip, with Vary and a weak ETag, for texts outside the officials' addresses."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        for_officials = request.path_info.startswith(OFFICIALS) or response.cookies
        is_text = response.get("Content-Type", "").startswith(TEXTS)
        if for_officials or not is_text or response.status_code == 206:
            return response
        return super().process_response(request, response)
