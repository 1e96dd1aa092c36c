"""Pages kept in this process until something they show has changed.

A page is the same as long as no release was made, no sheet was counted, none waits to be, and
the texts around it are a minute old at most. What is kept here can be lost at any moment and
costs only the time to make the page again. Nothing is shared: a page is kept only as the
public sees it, which is the same for everybody.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from time import monotonic

from django.http import HttpResponse
from django.utils.http import quote_etag

LONGEST = 60.0
"""Seconds; names and titles changed by hand show after so long."""

MOST = 256
LARGEST = 1_000_000


@dataclass(frozen=True)
class Kept:
    until: float
    content: bytes
    content_type: str
    etag: str


_pages: OrderedDict[Hashable, Kept] = OrderedDict()
_lock = Lock()


def kept_page(
    key: Hashable, make: Callable[[], HttpResponse], *, clock: Callable[[], float] = monotonic
) -> HttpResponse:
    """Return the page of a key, made only if it is not at hand.

    Args:
        key: everything the page depends on.
        clock: seconds that never go back.
    """
    with _lock:
        known = _pages.get(key)
        if known is not None and known.until > clock():
            _pages.move_to_end(key)
            return _response(known)
    response = make()
    if response.status_code != 200 or len(response.content) > LARGEST:
        return response
    made = Kept(
        until=clock() + LONGEST,
        content=response.content,
        content_type=response["Content-Type"],
        # Weak: a proxy may get the page compressed, which is never the same byte by byte.
        etag=f"W/{quote_etag(_digest(response.content))}",
    )
    with _lock:
        _pages[key] = made
        while len(_pages) > MOST:
            _pages.popitem(last=False)
    response["ETag"] = made.etag
    return response


def forget_pages() -> None:
    """Drop every page kept in this process."""
    with _lock:
        _pages.clear()


def _response(page: Kept) -> HttpResponse:
    response = HttpResponse(page.content, content_type=page.content_type)
    response["ETag"] = page.etag
    return response


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()
