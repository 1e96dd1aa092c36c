"""Machines of a test's own on a network of its own: namespaces of Linux, with names and cables."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from config.children import ROOT, Word

HERE = "10.213.0.1"
"""The address of the test itself, and of the servers it starts, on the network."""


@dataclass(frozen=True)
class Machine:
    """A machine with a host name, an address and a cable that can be cut."""

    name: str
    address: str

    def command(self, *words: Word) -> list[Word]:
        """Return a command that runs there; it has our files and Unix sockets, not our network."""
        named = 'hostname "$0" && exec "$@"'
        there: list[Word] = ["ip", "netns", "exec", self.name, "unshare", "--uts"]
        return [*there, "sh", "-c", named, self.name, *words]

    def cut_off(self) -> None:
        """Pull the cable: nobody on either side is told."""
        _ip("link", "set", f"{self.name}-here", "down")


@dataclass
class Network:
    """A switch that machines are added to."""

    switch: str
    stack: ExitStack
    machines: list[Machine] = field(default_factory=list)

    def machine(self) -> Machine:
        number = len(self.machines) + 2
        made = Machine(f"{self.switch}-{number}", f"10.213.0.{number}")
        ours, theirs = f"{made.name}-here", f"{made.name}-eth"
        _ip("netns", "add", made.name)
        # Its cable goes with it.
        self.stack.callback(_ip, "netns", "delete", made.name)
        _ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", made.name)
        _ip("link", "set", ours, "master", self.switch, "up")
        _ip("-n", made.name, "address", "add", f"{made.address}/24", "dev", theirs)
        for link in (theirs, "lo"):
            _ip("-n", made.name, "link", "set", link, "up")
        self.machines.append(made)
        return made


@pytest.fixture
def network() -> Iterator[Network]:
    if not (ROOT and shutil.which("ip") and shutil.which("unshare")):
        pytest.skip("Machines of one's own take root, and `ip` and `unshare` of Linux.")
    # Interfaces have names of at most 15 characters.
    switch = f"hl{os.getpid() % 10_000}"
    with ExitStack() as stack:
        _ip("link", "add", switch, "type", "bridge")
        stack.callback(_ip, "link", "delete", switch)
        _ip("address", "add", f"{HERE}/24", "dev", switch)
        _ip("link", "set", switch, "up")
        yield Network(switch, stack)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
