"""The site as a test wants it: on another day, or dying between commit and reply.

Run by `granian tests.kiosk.moved_site:application`; the file named by CONTROL says how.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from config.wsgi import application as site

CONTROL = Path(os.environ["CONTROL"])
real_now = timezone.now


def control() -> dict[str, Any]:
    return dict(json.loads(CONTROL.read_text()))


def moved_now() -> datetime:
    return real_now() + timedelta(days=control().get("days", 0))


timezone.now = moved_now


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    reply = site(environ, start_response)
    said = control()
    if said.get("dies") and environ["REQUEST_METHOD"] == "PUT":
        CONTROL.write_text(json.dumps({**said, "dies": False}))
        os.kill(os.getpid(), signal.SIGKILL)  # committed, never answered
    return reply
