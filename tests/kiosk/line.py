"""A TCP line between kiosks and the site, which a test can cut, hold or make unreliable."""

from __future__ import annotations

import random
import re
import socket
import struct
import threading
import time
from contextlib import suppress

BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 2\r\n"
    b"Connection: close\r\n\r\n{}"
)
# What a network says that wants one to sign in first.
PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n"
    b"Connection: close\r\n\r\n<p>Sign in!</p>"
)
RESET = struct.pack("ii", 1, 0)


class Line:
    """Forwards connections to a port of this machine; `port` is where it listens.

    `answers` is what it says to a request instead of forwarding it, `up` whether it is there
    at all. Changing either resets what is connected.
    """

    def __init__(self, to: int) -> None:
        self.to = to
        self._answers: bytes | None = None
        self._up = True
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        self._up = False
        self._reset()

    def mend(self) -> None:
        self._up, self._answers = True, None
        self._reset()

    def say(self, answer: bytes) -> None:
        self._answers = answer
        self._reset()

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _reset(self) -> None:
        for end in list(self._open):
            _reset(end)
        self._open.clear()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                self._open.add(near)
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        try:
            if not self._up:
                _reset(near)
            elif self._answers is not None:
                near.recv(65536)
                near.sendall(self._answers)
                near.close()
            else:
                self._forward(near)
        except OSError:  # nobody there
            _reset(near)

    def _forward(self, near: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", self.to))
        self._open.add(far)
        threading.Thread(target=_pump, args=(far, near), daemon=True).start()
        _pump(near, far)


class BadLine(Line):
    """A line that drops, delays, duplicates and cuts, one request to a connection."""

    def __init__(self, to: int, *, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a test that can be run again
        super().__init__(to)

    def _forward(self, near: socket.socket) -> None:
        near.settimeout(20)
        request = _request(near)
        fate = self.chance.choice(["pass", "pass", "drop", "delay", "duplicate", "cut", "maim"])
        if fate == "drop":
            _reset(near)
        elif fate == "maim":
            self._ask(request[: len(request) // 2], wait=False)
            _reset(near)
        elif fate == "cut":
            self._ask(request)
            _reset(near)
        else:
            if fate == "delay":
                time.sleep(self.chance.random() / 5)
            if fate == "duplicate":
                threading.Thread(target=self._ask_again, args=(request,), daemon=True).start()
            near.sendall(self._ask(request))
            near.close()

    def _ask_again(self, request: bytes) -> None:
        with suppress(OSError):
            self._ask(request)

    def _ask(self, request: bytes, *, wait: bool = True) -> bytes:
        with socket.create_connection(("127.0.0.1", self.to), timeout=20) as far:
            far.sendall(request)
            reply = b""
            while wait and (more := far.recv(65536)):
                reply += more
            return reply


def _request(near: socket.socket) -> bytes:
    """Return a request whole: its head and as much as it says comes after it."""
    request = b""
    while b"\r\n\r\n" not in request and (more := near.recv(65536)):
        request += more
    head, _gap, content = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    missing = int(length[1]) - len(content) if length else 0
    while missing > 0 and (more := near.recv(65536)):
        request += more
        missing -= len(more)
    return request


def _pump(come: socket.socket, go: socket.socket) -> None:
    with suppress(OSError):
        while data := come.recv(65536):
            go.sendall(data)
    for end in (come, go):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)  # wakes the thread that pumps the other way
        with suppress(OSError):
            end.close()


def _reset(end: socket.socket) -> None:
    """Close at once, as a line does that goes dead: no goodbye, a reset."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        # Wakes a thread that waits on it, which else keeps it open.
        end.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        end.close()
