"""A network line to a server of ours, which can be cut, or stalled: packets that never arrive."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path

RESET = struct.pack("ii", 1, 0)
Target = Path | int


class Line:
    """Forwards TCP connections to a Unix socket, or to a port of this machine.

    `port` is where it listens.
    """

    def __init__(self, to: Target) -> None:
        self._to = to
        self._up = True
        self._flows = threading.Event()
        self._flows.set()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Reset what is connected, and refuse what comes."""
        self._up = False
        for end in list(self._open):
            _reset(end)
        self._open.clear()

    def stall(self) -> None:
        """Take connections and bytes, and pass none on: nobody hears that anything is wrong."""
        self._flows.clear()

    def mend(self) -> None:
        """Let everything through again, also what was held back."""
        self._up = True
        self._flows.set()

    def close(self) -> None:
        self.cut()
        self._flows.set()
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        self._flows.wait()
        if not self._up:
            _reset(near)
            return
        try:
            far = _connected(self._to)
        except OSError:  # the server is not there
            _reset(near)
            return
        self._open |= {near, far}
        threading.Thread(target=self._pump, args=(far, near), daemon=True).start()
        self._pump(near, far)
        self._open -= {near, far}

    def _pump(self, come: socket.socket, go: socket.socket) -> None:
        with suppress(OSError):
            while data := come.recv(65536):
                self._flows.wait()
                go.sendall(data)
        for end in (come, go):
            # Wakes the thread that reads the other way.
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def _connected(to: Target) -> socket.socket:
    if isinstance(to, int):
        return socket.create_connection(("127.0.0.1", to), timeout=None)
    far = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        far.connect(str(to))
    except OSError:
        far.close()
        raise
    return far


def _reset(end: socket.socket) -> None:
    """Close at once, as a line does that goes dead: no goodbye, a reset."""
    with suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        # Wakes a thread that waits on it, which else keeps it open.
        end.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        end.close()
