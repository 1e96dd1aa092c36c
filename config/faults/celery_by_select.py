"""Celery that sleeps by select(): `python -m config.faults.celery_by_select …`.

For the staged clock alone: under libfaketime 0.9.10 the sleep of Python 3.11 ends in EINVAL.
"""

from __future__ import annotations

import select
import time

from celery.__main__ import main


def _sleep(seconds: float) -> None:
    select.select([], [], [], max(seconds, 0))


if __name__ == "__main__":
    time.sleep = _sleep
    main()
