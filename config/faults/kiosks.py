"""Simulated kiosks: each makes sheets, sends each until there is a receipt, and keeps count.

What they hold is what people were told: a sheet in `acknowledged` must be stored.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from uuid import uuid4

TIMEOUT_SECONDS = 5
BETWEEN_TRIES = 0.2


@dataclass(frozen=True)
class Paired:
    """A kiosk as the site knows it: the address of its counter, and its key."""

    counter: str
    key: str


@dataclass(frozen=True)
class Asked:
    """What the kiosks ask: all questions are ratings, so an answer is the level itself."""

    campaign: str
    questionnaire: str
    questions: tuple[str, ...]
    levels: int

    def random_sheet(self) -> tuple[bytes, str]:
        """Return the body of a sheet, and how its answers must be stored."""
        chosen = [random.randint(1, self.levels) for _ in self.questions]
        body = {
            "campaign": self.campaign,
            "questionnaire": self.questionnaire,
            "answers": dict(zip(self.questions, chosen, strict=True)),
        }
        return json.dumps(body).encode(), "".join(map(str, chosen))


@dataclass
class Record:
    """What all kiosks together know, id by id; refusals other than "later" are faults."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    tries: int = 0
    newest_try: float = 0.0  # time.monotonic() when the newest acknowledged try began


class Kiosks:
    """Kiosks that send at a steady pace from threads of their own until `rest`."""

    def __init__(
        self, port: int, paired: Sequence[Paired], asked: Asked, *, sheets_a_second: float
    ) -> None:
        self.record = Record()
        self._port, self._asked = port, asked
        self._pause = len(paired) / sheets_a_second
        self._opened = threading.Event()
        self._ended = False
        self._busy = {kiosk.key: False for kiosk in paired}
        for kiosk in paired:
            threading.Thread(target=self._run, args=(kiosk,), daemon=True).start()

    def open(self) -> None:
        self._opened.set()

    def rest(self) -> None:
        """Make no more sheets; what was begun is sent until there is a receipt."""
        self._opened.clear()

    def are_done(self) -> bool:
        """Return whether every sheet that was made has its receipt."""
        return not self._opened.is_set() and not any(self._busy.values())

    def end(self) -> None:
        self._ended = True
        self._opened.set()

    def _run(self, kiosk: Paired) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        while self._opened.wait() and not self._ended:
            self._busy[kiosk.key] = True
            body, answers = self._asked.random_sheet()
            sheet_id = str(uuid4())
            while not self._ended and not self._sent(connection, kiosk, sheet_id, body, answers):
                time.sleep(BETWEEN_TRIES)
            self._busy[kiosk.key] = False
            time.sleep(random.uniform(0, 2 * self._pause))
        connection.close()

    def _sent(
        self, connection: HTTPConnection, kiosk: Paired, sheet_id: str, body: bytes, answers: str
    ) -> bool:
        """Try once; return whether nothing is left to do with this sheet."""
        self.record.tries += 1
        begun = time.monotonic()
        try:
            connection.request(
                "PUT",
                f"/api/v1/counters/{kiosk.counter}/responses/{sheet_id}",
                body,
                {"Authorization": f"Device {kiosk.key}", "Content-Type": "application/json"},
            )
            reply = connection.getresponse()
            said = reply.read()
        except (OSError, HTTPException):
            connection.close()
            return False
        if reply.status in {200, 201}:
            self.record.acknowledged[sheet_id] = answers
            self.record.newest_try = max(self.record.newest_try, begun)
            return True
        if 400 <= reply.status < 500 and reply.status != 429:
            self.record.refused.append(f"{reply.status} {said[:200]!r}")
            return True
        return False
