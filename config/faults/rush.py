"""People at once, at the end of office hours: each opens a counter's form and sends a sheet."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import uuid4

from config.faults.asking import Latencies, ask, request
from config.faults.kiosks import Asked
from results.bench.respondents import choices

FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"


@dataclass
class Rush:
    """What came of it, by kind of request; `thanked` people were told that it is stored."""

    pages: Latencies = field(default_factory=Latencies)
    forms: Latencies = field(default_factory=Latencies)
    sheets: Latencies = field(default_factory=Latencies)
    thanked: int = 0


def rush(port: int, counters: Sequence[str], asked: Asked, *, people: int) -> Rush:
    """Let people in at one moment, every other one without a script."""
    seen = Rush()

    async def all_of_them() -> None:
        await asyncio.gather(
            *(
                _person(seen, port, counters[n % len(counters)], asked, script=bool(n % 2))
                for n in range(people)
            )
        )

    asyncio.run(all_of_them())
    return seen


async def _person(seen: Rush, port: int, counter: str, asked: Asked, *, script: bool) -> None:
    page = seen.pages.note(await ask(port, request("GET", f"/k/{counter}/")))
    if page.status != 200:
        return
    if script:
        body, _answers = asked.random_sheet()
        path = f"/api/v1/counters/{counter}/responses/{uuid4()}"
        sent = seen.sheets.note(await ask(port, request("PUT", path, body, JSON)))
        seen.thanked += sent.status == 201
        return
    fields = urlencode(choices(page.body)).encode()
    sent = seen.forms.note(await ask(port, request("POST", f"/k/{counter}/", fields, FORM)))
    seen.thanked += sent.status == 303
