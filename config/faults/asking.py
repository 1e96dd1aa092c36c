"""Web clients by the thousand: one request to a connection, as a phone sends it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from statistics import quantiles

TIMEOUT_SECONDS = 120


@dataclass(frozen=True)
class Reply:
    """What came back: the status, 0 for none; and how long it took."""

    status: int
    head: bytes
    body: bytes
    seconds: float


def request(method: str, path: str, body: bytes = b"", *heads: str) -> bytes:
    """Return a request as it goes over the line, to be answered and then closed."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *heads]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


async def ask(port: int, sent: bytes, *, timeout: float = TIMEOUT_SECONDS) -> Reply:
    """Send bytes on a connection of their own, and return what comes until it is closed."""
    begun = time.perf_counter()
    received = b""
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
            writer.write(sent)
            received = await reader.read()
            writer.close()
    except (OSError, TimeoutError):
        pass
    head, _gap, body = received.partition(b"\r\n\r\n")
    status = int(head[9:12]) if head.startswith(b"HTTP/1.") and head[9:12].isdigit() else 0
    return Reply(status, head.lower(), body, time.perf_counter() - begun)


@dataclass
class Latencies:
    """How long replies took, in seconds, and how many were none or a fault of the server."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0

    def note(self, reply: Reply) -> Reply:
        self.seconds.append(reply.seconds)
        self.failed += reply.status == 0 or reply.status >= 500
        return reply

    def percentiles(self) -> tuple[float, float, float]:
        """Return the 50th, 95th and 99th percentile."""
        if len(self.seconds) < 2:
            return (sum(self.seconds),) * 3
        cuts = quantiles(self.seconds, n=100, method="inclusive")
        return cuts[49], cuts[94], cuts[98]
