"""A fuzzer reads the API's description, sends what it allows and what it does not, and reads on.

Whatever is sent: no reply is a server's fault or one that is not described, and what the
description forbids is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from results.bundles.freeze import freeze_newest
from results.counting import refresh
from surveys.answering.openings import forget_places
from surveys.kiosks import devices
from tests import make
from tests.kiosk.tablet import pairing_code
from tests.worlds import made_once

OPERATIONS = {
    "listCampaigns": (1, 100),
    "getUnit": (6, 300),
    "listChildren": (4, 300),
    "listSegments": (4, 300),
    "getDescription": (1, 100),
    "putResponse": (15, 1000),
    "pairDevice": (6, 300),
    "heartbeat": (6, 300),
}
# Nothing is forbidden to say where nothing can be said.
CASES = [
    (operation, mode)
    for operation in OPERATIONS
    for mode in ("positive", "negative")
    if mode == "positive" or operation not in {"listCampaigns", "getDescription"}
]


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Leave the connection of the test open after a request, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def known(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, list[Any]]]:
    """What the API knows, by parameter or key."""
    with made_once(django_db_blocker):
        yield make_known()


def make_known() -> dict[str, list[Any]]:
    top = make.province("Thái Nguyên", code="19")
    commune = make.commune("Phú Bình", parent=top, code="05500")
    today = timezone.localdate()
    campaign = make.campaign(
        slug="dot",
        tree_day=today,
        opens_on=today - timedelta(days=9),
        closes_on=today + timedelta(days=9),
        receipts=True,
    )
    make.responses(campaign, commune, [5, 4, 3, 2, 5, 5], on=today)
    refresh.refresh(campaign, clock=timezone.now)
    freeze_newest(campaign)
    counter = make.counter(commune)
    _device, key = devices.pair(counter.pk, pairing_code(counter), name="Máy 1", now=timezone.now())
    return {
        "Authorization": ["", f"Device {key}"],
        "slug": ["dot"],
        "code": ["vn", "19", "05500"],
        "counter": [counter.code],
        "campaign": ["dot"],
        "questionnaire": [str(campaign.questionnaire)],
        "answered_on": [today.isoformat()],
        "answers": [{}, {"c01": 4, "m1": [1, 3], "c02": None}],
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize(("operation", "mode"), CASES)
def test_every_reply_is_described(
    operation: str,
    mode: str,
    known: dict[str, list[Any]],
    size: Callable[[int, int], int],
) -> None:
    from tests import fuzzing  # a second of every process that collects the tests

    fuzzing.try_out(operation, mode, known, examples=size(*OPERATIONS[operation]))
    forget_places()
