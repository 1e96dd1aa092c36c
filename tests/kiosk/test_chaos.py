"""Many kiosks over lines that drop, delay, duplicate and cut: stored = made, none twice."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from uuid import uuid4

import pytest
from django.utils import timezone

from surveys.kiosks import devices
from surveys.models import Comment, Counter, Response
from tests.answering import asked_at_a_counter, body
from tests.kiosk.conftest import MovedSite
from tests.kiosk.line import BadLine
from tests.kiosk.tablet import pairing_code

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

KIOSKS = 10


class Sender:
    """What a kiosk does with its outbox: sends until there is a receipt, in any order."""

    def __init__(self, port: int, counter: Counter, key: str, sheets: dict[str, str]) -> None:
        self.port = port
        self.path = f"/api/v1/counters/{counter.code}/responses/"
        self.headers = {"Authorization": f"Device {key}", "Content-Type": "application/json"}
        self.queue = dict(sheets)
        self.posts = 0

    def empty(self, until: float) -> None:
        while self.queue and time.monotonic() < until:
            sheet_id = random.choice(list(self.queue))  # noqa: S311 - no secret
            if self._send(sheet_id):
                del self.queue[sheet_id]

    def _send(self, sheet_id: str) -> bool:
        self.posts += 1
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(
                "PUT",
                self.path + sheet_id,
                self.queue[sheet_id].encode(),
                {**self.headers, "Connection": "close"},
            )
            reply = connection.getresponse()
            text = reply.read()
            return reply.status in {200, 201} and json.loads(text)["id"] == sheet_id
        except (OSError, HTTPException, ValueError):
            return False
        finally:
            connection.close()


def test_every_sheet_arrives_once_over_a_bad_line(
    kiosk_site: MovedSite, size: Callable[[int, int], int]
) -> None:
    sheets = size(200, 2_000)
    counter, campaign = asked_at_a_counter()
    line = BadLine(kiosk_site.port, seed=20261122)
    made: dict[str, str] = {}
    senders = []
    for number in range(KIOSKS):
        code = pairing_code(counter)
        _device, key = devices.pair(counter.pk, code, name=f"Máy {number}", now=timezone.now())
        own = {}
        for n in range(sheets // KIOSKS):
            sheet_id = str(uuid4())
            content = body(campaign, {"c01": 1 + n % 5, "f1": None}, comment=f"{number}/{n}")
            own[sheet_id] = json.dumps(content)
            made[sheet_id] = str(1 + n % 5)
        senders.append(Sender(line.port, counter, key, own))
    until = time.monotonic() + 280

    with ThreadPoolExecutor(KIOSKS) as threads:
        list(threads.map(lambda sender: sender.empty(until), senders))
    line.close()

    assert not any(sender.queue for sender in senders)
    assert {str(sheet.pk): sheet.answers[0] for sheet in Response.objects.all()} == made
    comments = [comment.text for comment in Comment.objects.all()]
    assert len(comments) == len(set(comments)) == sheets
    assert sum(sender.posts for sender in senders) > sheets
    assert threading.active_count() < 100
