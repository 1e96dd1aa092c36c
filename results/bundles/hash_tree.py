"""Merkle trees over SHA-256: the root over some leaves, and the way from one leaf up to it. Pure.

A leaf is SHA-256(0, …), a node SHA-256(1, left, right), as in RFC 6962: a leaf can never be taken
for a node. A node without a neighbour goes up as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Neighbour:
    """A node to join on the way up."""

    hash: bytes
    is_left: bool


def leaf(content: bytes) -> bytes:
    return hashlib.sha256(b"\0" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(row: Sequence[bytes]) -> bytes:
    """Return the root over the hashes of leaves or of trees; empty over none."""
    while len(row) > 1:
        row = _row_above(row)
    return row[0] if row else b""


def way_up(row: Sequence[bytes], place: int) -> list[Neighbour]:
    """Return the nodes that lead from the hash at a place, from 0, up to the root."""
    found = []
    while len(row) > 1:
        beside = place ^ 1
        if beside < len(row):
            found.append(Neighbour(row[beside], is_left=beside < place))
        row, place = _row_above(row), place // 2
    return found


def climbed(start: bytes, way: Sequence[Neighbour]) -> bytes:
    """Return the root that a hash and its way up lead to."""
    for beside in way:
        start = node(beside.hash, start) if beside.is_left else node(start, beside.hash)
    return start


def _row_above(row: Sequence[bytes]) -> list[bytes]:
    pairs = [row[at : at + 2] for at in range(0, len(row), 2)]
    return [node(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
