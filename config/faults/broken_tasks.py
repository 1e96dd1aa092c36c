"""Tasks that no site should have: only the worker of a private site knows them."""

from __future__ import annotations

import os
import signal
import time

from celery import shared_task

ENDLESS_LIMIT = 15


@shared_task
def raise_always() -> None:
    raise RuntimeError("this task always fails")


@shared_task
def kill_its_process() -> None:
    """End as a process that the kernel ends for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task(soft_time_limit=ENDLESS_LIMIT, time_limit=ENDLESS_LIMIT)
def never_end() -> None:
    while True:
        time.sleep(3600)
