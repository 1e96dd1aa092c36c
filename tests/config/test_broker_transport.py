"""Messages that no Celery wrote, put into the queue by hand; connections that are lost."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from celery import Celery

from config import env
from config.celery import app as ours
from config.faults.task_faults import MALFORMED
from results.watching.pulse import TAKEN
from tests.live import Broker

QUEUE = "read"


@pytest.mark.parametrize("malformed", MALFORMED, ids=range(len(MALFORMED)))
def test_what_nobody_can_read_is_dropped_and_the_next_is_read(
    broker: Broker, malformed: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    received: list[Any] = []

    def receive(message: Any) -> None:
        # As Celery's worker, which takes it for a task.
        message.headers["id"]
        received.append(message.payload)
        message.ack()

    with ours.connection_for_read() as connection:
        channel = connection.channel()
        channel.basic_qos(0, 1, False)  # one that is kept would let no other in
        # What a worker had in hand that another test killed.
        channel.client.delete(TAKEN, f"{TAKEN}_index")
        channel.client.lpush(QUEUE, malformed)
        connection.Producer().publish({"good": 1}, routing_key=QUEUE, headers={"id": "1"})
        channel.basic_consume(QUEUE, False, receive, consumer_tag="1")
        while not received:
            connection.drain_events(timeout=60)

        assert received == [{"good": 1}]
        assert channel.client.hlen(TAKEN) == 0
    assert "nobody can read" in caplog.text


def test_a_task_that_ends_after_its_connection_was_put_away_ends_nothing_else(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    taken: list[Any] = []
    with ours.connection_for_read() as connection:
        channel = connection.channel()
        connection.Producer().publish({}, routing_key=QUEUE)
        channel.basic_consume(QUEUE, False, taken.append, consumer_tag="1")
        while not taken:
            connection.drain_events(timeout=60)

        # As Celery's worker puts a lost connection away.
        channel._disconnect_pools()
        channel.connection.client = None
        taken[0].ack_log_error(logging.getLogger(__name__), connection.connection_errors)
        channel.connection.client = connection

    assert "connection to Redis was lost" in caplog.text


def test_every_connection_to_redis_is_of_this_kind(broker: Broker) -> None:
    for url in ("redis://localhost/1", "rediss://localhost/1", env.broker(broker.url)):
        transport = Celery(broker=url).connection_for_read().get_transport_cls()

        assert transport.__module__ == "config.broker_transport", url
