"""Bodies and addresses that nobody sends who means well: refused, and never a fault of ours."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

from config.faults.asking import Latencies, Reply, ask, request

JSON = "Content-Type: application/json"
AT_ONCE = 50
STRINGS = (
    "' OR 1=1 --",
    "'; DROP TABLE surveys_response; --",
    "<script>alert(1)</script>",
    "{{7*7}}{% debug %}",
    '=HYPERLINK("http://evil.example")',
    "\u0000",
    "../../../../etc/passwd",
    "%s%n" * 50,
    "\ud7ff\uffff\u202e",
    "x" * 30_000,
)
PATHS = (
    "/static/../../../etc/passwd",
    "/static/%2e%2e/%2e%2e/etc/passwd",
    "/static/..%5c..%5cetc/passwd",
    "//etc/passwd",
    "/%00",
    "/%ff%fe/",
    "/k/%0d%0aSet-Cookie:%20x=1/",
    "/k/..%2f..%2fquan-tri/",
    "/ket-qua/%27%20OR%201=1--/",
    "/ket-qua/x/y/z/" + "a/" * 500,
    "/api/v1/campaigns/%3Cscript%3E/units/vn",
    "/.env",
    "/.git/config",
    "/khong-co/" + "a" * 8_000,
)


def requests(counter: str) -> Iterator[bytes]:
    """Return one of each kind of what is to be refused, always anew."""
    path = f"/api/v1/counters/{counter}/responses/"
    for body in _bodies():
        yield request("PUT", f"{path}{uuid4()}", body, JSON)
        yield request(
            "POST", f"/k/{counter}/", body, "Content-Type: application/x-www-form-urlencoded"
        )
    yield request("PUT", f"{path}{uuid4()}", b"{}", "Content-Type: text/html")
    yield request("PUT", f"{path}{uuid4()}", b"{}", JSON, "Content-Encoding: gzip")
    yield request("PUT", f"{path}{uuid4()}", b"{}", JSON, "Authorization: Device \xff")
    yield request("PUT", f"{path}not-an-id", b"{}", JSON)
    for text in PATHS:
        yield request("GET", text)
    yield request("GET", "/", b"", "Host: evil.example")
    yield request("GET", "/").replace(b"Host: 127.0.0.1", b"Host: evil.example")
    yield request("GET", "/").replace(b"Host: 127.0.0.1", b"Host: 127.0.0.1:80@evil.example")
    yield request("DELETE", f"{path}{uuid4()}")
    yield request("TRACE", "/")
    yield b"GARBAGE\r\n\r\n"
    yield b"GET / HTTP/9.9\r\n\r\n"
    yield b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200)


def _bodies() -> Iterator[bytes]:
    yield b"{"
    yield b"[" * 20_000
    yield b'{"a":' * 10_000
    yield b"\xff\xfe" * 1_000
    yield b"1" * 40_000
    yield b"x" * 2_000_000
    yield b"null"
    yield b'{"campaign": NaN, "answers": Infinity}'
    yield b"c01=1&" * 5_000
    for text in STRINGS:
        yield json.dumps(
            {"campaign": text, "questionnaire": text, "answers": {text: text}}
        ).encode()
        yield json.dumps({"answers": [text], "seconds": text, "answered_on": text}).encode()


def send(port: int, counter: str, *, times: int) -> tuple[Latencies, Counter[int], list[str]]:
    """Send so many of them, some at once.

    Returns:
        How long replies took; how many there were by status, 0 for a connection that was closed
        without one; and what was wrong with some of them, in words.
    """
    seen, by_status, wrong = Latencies(), Counter[int](), list[str]()

    async def all_of_them() -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(sent: bytes) -> None:
            async with gate:
                reply = seen.note(await ask(port, sent))
            by_status[reply.status] += 1
            if fault := fault_of(reply):
                wrong.append(f"{fault}: {sent[:80]!r}")

        waiting: list[bytes] = []
        while len(waiting) < times:
            waiting += requests(counter)
        await asyncio.gather(*(one(sent) for sent in waiting[:times]))

    asyncio.run(all_of_them())
    return seen, by_status, wrong


def fault_of(reply: Reply) -> str:
    """Return what must not be about a reply to junk; an empty text when it is as it should be."""
    if reply.status >= 500:
        return str(reply.status)
    if 200 <= reply.status < 300:
        return "taken"
    if b"set-cookie: x" in reply.head or b"evil.example" in reply.head:
        return "in the head"
    if b"<script>alert" in reply.body or b"root:" in reply.body:
        return "in the body"
    return ""
