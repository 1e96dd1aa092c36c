"""Clients that send a byte a second (slowloris), and what others meet meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from config.faults.asking import Latencies, ask, request

# One that never ends its head, and one that never ends its body.
HEAD = request("GET", "/", b"", "X-Slow: " + "a" * 10_000)
BODY = request(
    "PUT", "/api/v1/counters/x/responses/y", b"a" * 10_000, "Content-Type: application/json"
)
HEAD_SENT = 40
PATIENCE = 15  # of people who wait for a page
BODY_SENT = BODY.index(b"\r\n\r\n") + 10


@contextmanager
def slow_clients(port: int, *, heads: int, bodies: int) -> Iterator[None]:
    """Hold so many connections open, each sending a byte a second, until the block ends."""
    ended = Event()
    kinds = [(HEAD, HEAD_SENT)] * heads + [(BODY, BODY_SENT)] * bodies
    thread = Thread(target=lambda: asyncio.run(_all(port, kinds, ended)), daemon=True)
    thread.start()
    time.sleep(2)
    try:
        yield
    finally:
        ended.set()
        thread.join()


async def _all(port: int, kinds: list[tuple[bytes, int]], ended: Event) -> None:
    await asyncio.gather(*(_one(port, sent, begun, ended) for sent, begun in kinds))


async def _one(port: int, sent: bytes, begun: int, ended: Event) -> None:
    with suppress(OSError):
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent[:begun])
        for place in range(begun, len(sent)):
            if ended.is_set():
                break
            writer.write(sent[place : place + 1])
            await asyncio.sleep(1)
        writer.close()


def honest(port: int, *, times: int) -> Latencies:
    """Ask for a small page so many times, one after the other."""

    async def asked() -> Latencies:
        seen = Latencies()
        for _time in range(times):
            seen.note(await ask(port, request("GET", "/tiep-can/"), timeout=PATIENCE))
        return seen

    return asyncio.run(asked())
