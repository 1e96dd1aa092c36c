"""Virtual respondents: as little client as possible, since it shares the cores with the server."""

from __future__ import annotations

import json
import random
import re
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import uuid4

from surveys.questionnaires.editions import Edition, Question

INPUT = re.compile(rb"<input[^>]*>")
ATTRIBUTE = re.compile(rb'\b(type|name|value)="([^"]*)"')


class Unexpected(Exception):
    """The server answered otherwise than a respondent needs."""


@dataclass(frozen=True)
class Reply:
    status: int
    head: bytes
    body: bytes


class Connection:
    """One HTTP/1.1 connection, kept open until `close`."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "text/plain") -> Reply:
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        if body:
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        self._socket.sendall(head.encode() + b"\r\n" + body)
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        head_lines = bytes(received[:end]).lower()
        length = int(head_lines.partition(b"content-length: ")[2].partition(b"\r")[0] or 0)
        while len(received) < end + 4 + length:
            received += self._receive()
        return Reply(int(received[9:12]), head_lines, bytes(received[end + 4 :]))

    def _receive(self) -> bytes:
        data = self._socket.recv(1 << 16)
        if not data:
            raise Unexpected("the server closed the connection")
        return data

    def close(self) -> None:
        self._socket.close()


def ask_once(port: int, method: str, path: str, body: bytes = b"", kind: str = "") -> Reply:
    """Ask on a connection of its own."""
    connection = Connection(port)
    try:
        return connection.ask(method, path, body, kind)
    finally:
        connection.close()


def fill_in_form(port: int, counter: str) -> None:
    """Answer as a citizen does: get the form, choose at random, send it, be thanked.

    Every step is a new connection without cookies.
    """
    form = ask_once(port, "GET", f"/k/{counter}/")
    sent = ask_once(
        port,
        "POST",
        f"/k/{counter}/",
        urlencode(choices(form.body)).encode(),
        "application/x-www-form-urlencoded",
    )
    where = sent.head.partition(b"location: ")[2].partition(b"\r")[0].decode()
    if sent.status != 303 or ask_once(port, "GET", where).status != 200:
        raise Unexpected(f"the form was answered by status {sent.status}")


def choices(page: bytes) -> list[tuple[str, str]]:
    """Return what is hidden in the form, and one option of each question."""
    chosen: list[tuple[str, str]] = []
    options: dict[str, list[str]] = {}
    for tag in INPUT.findall(page):
        field = {key.decode(): value.decode() for key, value in ATTRIBUTE.findall(tag)}
        if field.get("type") == "hidden":
            chosen.append((field["name"], field.get("value", "")))
        elif field.get("type") in {"radio", "checkbox"}:
            options.setdefault(field["name"], []).append(field["value"])
    return chosen + [(name, random.choice(values)) for name, values in options.items()]  # noqa: S311 - a made-up answer


def random_bodies(edition: Edition, campaign: str, number: int) -> list[bytes]:
    """Return bodies for PUT with random answers."""
    asked = [question for question in edition.questions.values() if question.kind != "text"]
    return [
        json.dumps(
            {
                "campaign": campaign,
                "questionnaire": edition.reference,
                "answers": {question.code: _answer(question) for question in asked},
                "seconds": 74,
            }
        ).encode()
        for _ in range(number)
    ]


def _answer(question: Question) -> int | list[int]:
    option = random.randint(1, len(question.options))  # noqa: S311 - a made-up answer
    return [option] if question.kind == "multiple" else option


def put(connection: Connection, path: str, body: bytes) -> None:
    """Send a sheet under a new id; `path` ends where the id follows."""
    reply = connection.ask("PUT", f"{path}{uuid4()}", body, "application/json")
    if reply.status != 201:
        raise Unexpected(f"a sheet was answered by {reply.status}: {reply.body[:200]!r}")


def rate(
    port: int, paths: Sequence[str], bodies: Sequence[bytes], *, clients: int, seconds: float
) -> float:
    """Return sheets accepted a second by clients that each keep one connection busy."""
    start = time.perf_counter()

    def send(client: int) -> int:
        connection = Connection(port)
        choose, sent = random.Random(client), 0  # noqa: S311 - made-up answers
        while time.perf_counter() < start + seconds:
            put(connection, choose.choice(paths), choose.choice(bodies))
            sent += 1
        connection.close()
        return sent

    with ThreadPoolExecutor(clients) as pool:
        sent = sum(pool.map(send, range(clients)))
    return sent / (time.perf_counter() - start)


def repeat(act: Callable[[], None], times: int, *, clients: int) -> None:
    """Do something many times, by several clients at once; raise what one of them met."""
    with ThreadPoolExecutor(clients) as pool:
        for done in [pool.submit(act) for _ in range(times)]:
            done.result()
