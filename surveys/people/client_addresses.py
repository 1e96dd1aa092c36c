"""Where a request comes from, shortened to its network before it goes anywhere."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from surveys.oversight.audit import shortened


def full_address_of(request: HttpRequest) -> str:
    """Return the address of the client, to be kept for no longer than a lock-out lasts.

    Behind proxies of ours (settings.PROXIES, how many) the outermost of them wrote it into
    X-Forwarded-For; what stands left of that anyone could have written.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.PROXIES:
        return direct
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    return passed[-settings.PROXIES] if len(passed) >= settings.PROXIES else direct


def address_of(request: HttpRequest) -> str:
    """Return the client's network (surveys.oversight.audit.shortened)."""
    return shortened(full_address_of(request))
