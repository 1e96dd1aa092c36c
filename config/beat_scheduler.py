"""When beat sends what: Celery's own scheduler, which goes on where the clock was set back."""

from __future__ import annotations

import logging
from typing import Any

from celery.beat import PersistentScheduler

log = logging.getLogger(__name__)


class ForgetsTheFuture(PersistentScheduler):  # type: ignore[misc]  # Celery publishes no types
    """Celery's waits until the clock is again where it was: counting would stand still for hours.

    What was last sent at a time to come was sent by a clock that was wrong. It counts as sent
    just now, and everything is scheduled anew; also after a start, since the file keeps it.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        wrong = [
            entry for entry in self.schedule.values() if entry.last_run_at > entry.default_now()
        ]
        for entry in wrong:
            entry.last_run_at = entry.default_now()
        if wrong:
            self._heap = None
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """Send a task, and log a line only where that fails.

        Celery logs each that is sent, and two stacks for each that is not, every two seconds: 17 MB
        in an hour without Redis.
        """
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except Exception as error:  # noqa: BLE001 - as Celery's: beat goes on whatever it was
            log.error("%s", error)  # noqa: TRY400 - where it was raised says nothing
