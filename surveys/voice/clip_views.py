"""The address of a clip: the same for everyone, for ever, in parts if a player wants it so."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from surveys.models import Clip
from surveys.voice.byte_ranges import Unsatisfiable, part_asked
from surveys.voice.sound_files import TYPES

DIGEST = re.compile(r"[0-9a-f]{64}")
# The address holds the digest of the content.
FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def clip(request: HttpRequest, digest: str, suffix: str) -> HttpResponse:
    known = Clip.objects.filter(digest=digest, suffix=suffix)
    found = known.first() if DIGEST.fullmatch(digest) else None
    if found is None:
        return HttpResponse(status=404, headers={"Cache-Control": "no-store"})
    etag = f'"{digest}"'
    headers = {"Cache-Control": FOR_EVER, "Accept-Ranges": "bytes", "ETag": etag}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    content = bytes(found.content)
    asked = request.headers.get("Range", "")
    if request.headers.get("If-Range", etag) != etag:
        asked = ""
    try:
        part = part_asked(asked, len(content))
    except Unsatisfiable:
        headers = {"Cache-Control": "no-store", "Content-Range": f"bytes */{len(content)}"}
        return HttpResponse(status=416, headers=headers)
    if part is None:
        return HttpResponse(content, content_type=TYPES[suffix], headers=headers)
    # Safari plays nothing from a server that has no parts.
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
    body = content[part.start : part.stop]
    return HttpResponse(body, status=206, content_type=TYPES[suffix], headers=headers)
