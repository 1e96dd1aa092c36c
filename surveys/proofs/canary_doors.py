"""The two ways in that the canary tries: a citizen's form and a device's API, by real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from surveys.models import Campaign, Counter
from surveys.proofs.canary_sheets import CanaryAnswers

SECONDS = 20
SHOWN = 300  # of a refusal, the characters kept


class SiteUnreachable(Exception):
    """The public address did not answer."""


class CanarySheetRefused(Exception):
    """A sheet was not taken, or the form does not offer what it chooses."""


class Door(Protocol):
    """A way to send a sheet; `name` stands in front of what failed there."""

    name: str

    def send(self, sheet_id: UUID, sheet: CanaryAnswers) -> None:
        """Send a sheet under an id; return when it was acknowledged.

        Raises:
            CanarySheetRefused: it was not.
            SiteUnreachable: nobody answered.
        """


def doors(campaign: Campaign, counter: Counter) -> Iterator[Door]:
    """Yield the doors to a campaign at a counter.

    Raises:
        SiteUnreachable: nobody answered.
    """
    yield Api(campaign, counter)
    form = Form(counter)
    # Of several campaigns at a counter the form asks the latest opened; others come by the API.
    if form.hidden.get("campaign", campaign.slug) == campaign.slug:
        yield form


class Api:
    """PUT, as kiosks and other programs send a sheet."""

    name = "API"

    def __init__(self, campaign: Campaign, counter: Counter) -> None:
        self._envelope = {"campaign": campaign.slug, "questionnaire": str(campaign.questionnaire)}
        self._counter = counter
        self._questions = campaign.questionnaire.parsed().columns_of

    def send(self, sheet_id: UUID, sheet: CanaryAnswers) -> None:
        chosen = {choice.question: choice.answer for choice in sheet}
        answers = {code: chosen.get(code) for code in self._questions}
        content = json.dumps({**self._envelope, "answers": answers})
        address = reverse("surveys_api:response", args=[self._counter.code, sheet_id])
        status, body = _ask("PUT", address, content, "application/json")
        if status != 201:
            raise CanarySheetRefused(f"{status} {body[:SHOWN]}")


class Form:
    """The page people see: only what it offers can be chosen."""

    name = "form"

    def __init__(self, counter: Counter) -> None:
        with override("vi"):
            self._address = reverse("surveys:respond", args=[counter.code])
        self._status, page = _ask("GET", self._address)
        read = _Controls()
        read.feed(page)
        self.hidden = read.hidden
        self._offered = read.offered

    def send(self, sheet_id: UUID, sheet: CanaryAnswers) -> None:
        if self._status != 200:
            raise CanarySheetRefused(_("There is no form: %(status)d") % {"status": self._status})
        fields = [(choice.question, value) for choice in sheet for value in choice.posted]
        if any(field not in self._offered for field in fields):
            raise CanarySheetRefused(_("The form does not offer it."))
        envelope = {**self.hidden, "id": str(sheet_id)}
        content = urlencode([*envelope.items(), *fields])
        status, body = _ask("POST", self._address, content, "application/x-www-form-urlencoded")
        if status != 303:
            raise CanarySheetRefused(f"{status} {body[:SHOWN] if status >= 500 else ''}".strip())


def offered_by(page: str) -> set[tuple[str, str]]:
    """Return the name and value of all that can be chosen on a page."""
    read = _Controls()
    read.feed(page)
    return read.offered


class _Controls(HTMLParser):
    """The hidden fields of a page, and the name and value of all that can be chosen on it."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.offered: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag != "input" or "disabled" in given:
            return
        if given.get("type") == "hidden":
            self.hidden[given["name"]] = given.get("value", "")
        elif given.get("type") in {"radio", "checkbox"}:
            self.offered.add((given["name"], given.get("value", "")))


def _ask(
    method: str, path: str, content: str | None = None, content_type: str = ""
) -> tuple[int, str]:
    """Return status and body of a request to the public address, as the canary.

    Raises:
        SiteUnreachable: nobody answered.
    """
    site = urlsplit(settings.PUBLIC_URL)
    kind = HTTPSConnection if site.scheme == "https" else HTTPConnection
    headers: Mapping[str, str] = {"Authorization": f"Canary {settings.CANARY_KEY}"}
    if content_type:
        headers = {**headers, "Content-Type": content_type}
    connection = kind(site.hostname or "", site.port, timeout=SECONDS)
    try:
        connection.request(method, site.path + path, content, dict(headers))
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        fault = _("%(address)s does not answer: %(reason)s")
        raise SiteUnreachable(fault % {"address": settings.PUBLIC_URL, "reason": error}) from error
    finally:
        connection.close()
