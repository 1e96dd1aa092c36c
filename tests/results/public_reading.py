"""A stranger who reads all there is of a campaign: every page, file and API reply.

Addresses are made for every name of the URL configuration that can tell a figure; a new public
page without a line here fails test_public_reading.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from results.downloads.formats import FORMATS
from results.models import Bundle
from results.reading import kept_pages
from surveys.models import Campaign

Reading = Mapping[str, bytes]
Asked = Iterator[tuple[Sequence[object], str]]


TELLS_NO_FIGURE: Mapping[str, str] = {
    **dict.fromkeys(("/healthz", "/readyz"), "whether the site works"),
    "/metrics": "counts in steps, to who has the key (docs/threat-model.md)",
    "clip": "a recorded sentence of a form",
    "accessibility": "a text",
    **dict.fromkeys(("surveys:respond", "surveys:kiosk"), "an empty form"),
    "surveys:thanks": "thanks, and the code of who has just answered",
    **dict.fromkeys(("surveys:kiosk_worker", "surveys:kiosk_manifest"), "parts of the kiosk"),
    "surveys_api:response": "takes a sheet",
    "surveys_api:devices": "takes a code, gives a kiosk its key",
    "surveys_api:heartbeat": "takes how a kiosk is",
    "/api/v1/^[\\s\\S]*$": "not found",
}
"""Public addresses that the stranger does not read, and why not. No view of theirs is of results,
and surveys imports nothing of it."""

PANEL = ("quan-tri/", "quan-tri/he-thong/")
"""Officials' pages: who sees what there is tested in tests/officials/test_reach_of_pages.py."""


def public_views() -> Mapping[str, str]:
    """Return the module of the view of every address of the site but the panel's, by its name.

    One without a name stands under its pattern.
    """
    return dict(_views(get_resolver(), "", ""))


def _views(of: URLResolver, namespace: str, route: str) -> Iterator[tuple[str, str]]:
    for one in of.url_patterns:
        here = route + str(one.pattern)
        if here in PANEL:
            continue
        if isinstance(one, URLResolver):
            inner = ":".join(filter(None, (namespace, one.namespace or "")))
            yield from _views(one, inner, here)
        else:
            name = ":".join(filter(None, (namespace, one.name or "")))
            yield name if one.name else f"/{here}", _module(one.callback)


def _module(view: Callable[..., object]) -> str:
    return getattr(view, "view_class", view).__module__


@dataclass(frozen=True)
class Stranger:
    """Reads a campaign: the pages of all units; of some all that is offered."""

    campaign: Campaign
    codes: Sequence[str]
    contents: Sequence[str]
    in_full: Sequence[str]

    def addresses(self) -> Mapping[str, Callable[[], Asked]]:
        """Return per name of an address what to fill in and ask for."""
        return {
            **dict.fromkeys(
                (
                    *("results:home", "results:campaigns", "results:published_indices"),
                    *("results:catalogue", "results:catalogue_json_ld", "results:public_key"),
                    *("results_api:openapi", "results_api:campaigns"),
                ),
                lambda: self._whole([()]),
            ),
            **dict.fromkeys(
                (
                    *("results:campaign", "results:quality", "results:method"),
                    *("results:releases", "results:receipt"),
                ),
                lambda: self._whole([self._of()]),
            ),
            "results:comparison": self._compared,
            "results:unit": self._unit,
            **dict.fromkeys(
                (
                    *("results:answers", "results_api:unit", "results_api:children"),
                    *("results:segments", "results_api:segments"),
                ),
                lambda: self._whole(self._of(code) for code in self.codes),
            ),
            "results:content": self._content,
            "results:unit_changes": lambda: self._whole(self._of(code) for code in self.in_full),
            "results:unit_json": lambda: self._whole(self._of(code) for code in self.in_full),
            "results:unit_file": lambda: self._whole(
                self._of(code, one.address) for code in self.in_full for one in FORMATS
            ),
            "results:all_units": lambda: self._whole([self._of("so-lieu")]),
            "results:release": self._frozen,
            "results:release_archive": self._frozen,
            "results:release_file": self._frozen_files,
        }

    def read(self, *only: str) -> Reading:
        """Return all that is served, by address; of some names only, if any are given."""
        kept_pages.forget_pages()
        client = Client()
        found = {}
        for name, fill_in in self.addresses().items():
            if only and name not in only:
                continue
            for arguments, query in fill_in():
                address = reverse(name, args=arguments) + query
                reply = client.get(address)
                # Not every campaign gives receipts.
                assert reply.status_code == (404 if name == "results:receipt" else 200), address
                found[address] = _body(reply)
        return found

    def _of(self, *more: str) -> Sequence[object]:
        return [self.campaign.slug, *more]

    @staticmethod
    def _whole(arguments: Iterable[Sequence[object]]) -> Asked:
        return ((one, "") for one in arguments)

    def _unit(self) -> Asked:
        yield from ((self._of(code), "") for code in self.codes)
        parts = ("202610", "202611", "kiosk", "phone", "assisted")
        yield from ((self._of(code), f"?phan={one}") for code in self.in_full for one in parts)

    def _content(self) -> Asked:
        for content in self.contents:
            yield from ((self._of(code, content), "") for code in self.codes[:3])
            for part in ("202611", "kiosk"):
                yield from ((self._of(code, content), f"?phan={part}") for code in self.in_full)

    def _compared(self) -> Asked:
        compared = "?" + "&".join(f"don-vi={code}" for code in self.codes[-4:])
        yield from ((self._of(), compared + part) for part in ("", "&phan=202611", "&phan=kiosk"))

    def _bundles(self) -> list[Bundle]:
        return list(Bundle.objects.filter(release__campaign=self.campaign))

    def _frozen(self) -> Asked:
        return (([self.campaign.slug, one.release.number], "") for one in self._bundles())

    def _frozen_files(self) -> Asked:
        return (
            ([self.campaign.slug, one.release.number, file.path], "")
            for one in self._bundles()
            for file in one.files.all()
        )


def _body(reply: HttpResponseBase) -> bytes:
    streamed = getattr(reply, "streaming_content", None)
    return b"".join(streamed) if streamed is not None else reply.content  # type: ignore[attr-defined]  # a test client's


def differing(one: Reading, other: Reading) -> list[str]:
    """Return the addresses that do not say the same."""
    return sorted(
        address for address in one.keys() | other.keys() if one.get(address) != other.get(address)
    )
