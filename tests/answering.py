"""What citizens and devices do: open a counter's form, read it as a browser does, send a sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode
from uuid import uuid4

import yaml
from django.test import Client
from django.utils import timezone

from surveys.models import Campaign, Counter
from tests import make

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

Reply: TypeAlias = "_MonkeyPatchedWSGIResponse"
QUESTIONNAIRES = Path(__file__).resolve().parent.parent / "surveys" / "data" / "questionnaires"
SHIPPED = ("sipas-22", "quay-3-muc")
METHOD: Mapping[str, Any] = {
    **make.METHOD,
    "satisfied": {"hai_long_5": [4, 5], "hai_long_3": [2, 3]},
}


def shipped(name: str) -> dict[str, Any]:
    """Return the definition of a questionnaire that comes with the project."""
    return deepcopy(_read(name))


@cache
def _read(name: str) -> dict[str, Any]:
    definition = yaml.safe_load((QUESTIONNAIRES / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(definition, dict)
    return definition


def asked_at_a_counter(
    *,
    edition: Mapping[str, Any] = make.EDITION,
    kind: str = Counter.Kind.DESK,
    opens_in: int = -10,
    closes_in: int = 10,
    **campaign: Any,
) -> tuple[Counter, Campaign]:
    """Return a counter and the campaign that asks there, open some days around today."""
    counter = make.counter(make.commune(), kind=kind)
    today = timezone.localdate()
    made = make.campaign(
        edition=edition,
        by=METHOD,
        tree_day=today,
        opens_on=today + timedelta(days=opens_in),
        closes_on=today + timedelta(days=closes_in),
        **campaign,
    )
    return counter, made


@dataclass
class Control:
    """An input or a textarea of the form."""

    type: str
    name: str
    value: str
    id: str
    checked: bool = False
    label: str = ""


@dataclass
class FormPage(HTMLParser):
    """The form of a page as a browser sees it."""

    html: str
    action: str = ""
    controls: list[Control] = field(default_factory=list)
    groups: list[list[Control]] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._text: Control | None = None
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given["action"]
        elif tag == "fieldset":
            self.groups.append([])
        elif tag in {"input", "textarea"}:
            control = Control(
                given.get("type", tag),
                given["name"],
                given.get("value", ""),
                given.get("id", ""),
                "checked" in given,
            )
            self.controls.append(control)
            if control.type in {"radio", "checkbox"}:
                self.groups[-1].append(control)
            self._text = control if tag == "textarea" or control.type != "hidden" else None
        elif tag == "button" and given.get("type") == "submit":
            self.buttons.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "label"}:
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None and self._text.type == "textarea":
            self._text.value += data.removeprefix("\n") if not self._text.value else data
        elif self._text is not None:
            self._text.label += data

    @property
    def hidden(self) -> dict[str, str]:
        return {c.name: c.value for c in self.controls if c.type == "hidden"}

    def chosen(self) -> list[tuple[str, str]]:
        """Return what a browser would send."""
        return [
            (c.name, c.value)
            for c in self.controls
            if c.type in {"hidden", "textarea"} or c.checked
        ]


def open_form(client: Client, counter: Counter, prefix: str = "") -> FormPage:
    response = client.get(f"{prefix}/k/{counter.code}/")
    assert response.status_code == 200, response.content
    return FormPage(response.content.decode())


def post(client: Client, address: str, fields: Sequence[tuple[str, str]]) -> Reply:
    """Send a form as a browser does."""
    return client.post(address, urlencode(fields), content_type="application/x-www-form-urlencoded")


def answer(client: Client, counter: Counter, *fields: tuple[str, str]) -> Reply:
    """Open the form, choose, send."""
    page = open_form(client, counter)
    return post(client, page.action, [*page.hidden.items(), *fields])


def body(campaign: Campaign, answers: Mapping[str, object], **more: object) -> dict[str, object]:
    """Return the body of a PUT."""
    return {
        "campaign": campaign.slug,
        "questionnaire": str(campaign.questionnaire),
        "answers": answers,
        **more,
    }


def put(
    client: Client,
    counter: Counter,
    content: object,
    response_id: object = None,
    *,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Send a sheet as a device does; `content` is the body, as data, text or bytes."""
    data = content if isinstance(content, str | bytes) else json.dumps(content)
    address = f"/api/v1/counters/{counter.code}/responses/{response_id or uuid4()}"
    return client.put(address, data, content_type="application/json", headers=headers)
