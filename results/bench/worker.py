"""A counting process of its own, as a Celery worker is one: `python -m results.bench.worker`.

It gets ready, says so, waits for a line, counts everything stale, and prints what it took.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import django

if __name__ == "__main__":
    django.setup()

    from django.db import connection
    from django.utils import timezone

    from results.counting import refresh

    connection.ensure_connection()
    print("ready", flush=True)  # noqa: T201 - what it prints is what it is for
    for _line in sys.stdin:
        cpu, start = time.process_time(), time.perf_counter()
        refresh.refresh(clock=timezone.now)
        figures = {
            "seconds": time.perf_counter() - start,
            "cpu_ms": (time.process_time() - cpu) * 1000,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
        print(json.dumps(figures), flush=True)  # noqa: T201
