"""Celery's transport over Redis, where neither a message that nobody can read nor a lost
connection ends the worker.

`config.celery` has every connection be one of these.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from kombu.transport import redis

logger = logging.getLogger(__name__)
# What reading raises of a message that no Celery wrote; a failing connection raises others.
NOT_JSON = (ArithmeticError, RecursionError, TypeError, ValueError)
NO_MESSAGE = (*NOT_JSON, AttributeError, LookupError)


class Channel(redis.Channel):
    """Kombu's (5.7) reads messages where nothing catches what that raises.

    One that is no JSON would end the worker. One that lacks a part passes for a lost connection:
    the worker connects again, is given it again, and so for ever.
    """

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)
        except NOT_JSON as fact:
            _say_dropped(fact)
            return True

    def basic_consume(
        self, queue: str, no_ack: bool, callback: Callable[[Any], None], *args: Any, **kwargs: Any
    ) -> None:
        super().basic_consume(queue, no_ack, callback, *args, **kwargs)
        deliver = self.connection._callbacks[queue]

        def deliver_or_drop(raw: Any) -> None:
            try:
                deliver(raw)
            except NO_MESSAGE as fact:
                _say_dropped(fact)
                self._forget(raw)

        self.connection._callbacks[queue] = deliver_or_drop

    def _connparams(self, *args: Any, **kwargs: Any) -> Any:
        # When a lost connection is put away with a message in hand, or a task ends after that,
        # kombu's asks for its address here, and ends the worker by an AttributeError.
        if self.connection.client is None:
            raise ConnectionError("the connection to Redis was lost")
        return super()._connparams(*args, **kwargs)

    def _forget(self, raw: Any) -> None:
        """Free the place of a message that was taken before its fault was seen."""
        for tag in [tag for tag, message in self.qos._delivered.items() if message._raw is raw]:
            self.basic_reject(tag, requeue=False)


class Transport(redis.Transport):
    """Kombu's, with channels of ours."""

    Channel = Channel


def _say_dropped(fact: Exception) -> None:
    # Not its text, which may hold what the message held.
    logger.error("a message that nobody can read was dropped: %s", type(fact).__name__)
