"""The receipts of a campaign in a frozen release: lists of digests under a tree of their own.

Each list is a tree over its digests in their own order; the roots of the lists, in the order
they were published in, are joined to one root. A list never changes, so its file is kept once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from results.bundles.hash_tree import Neighbour, leaf, root_of, way_up
from results.bundles.shelf import FrozenRelease, content_of, find_frozen, frozen_releases
from surveys.counters import receipt_codes, receipts
from surveys.models import Campaign


@dataclass(frozen=True)
class Proof:
    """That the digest of a code stands in a list: `way` leads from it to the root."""

    code: str
    digest: str
    list_number: int
    position: int  # in the list, from 1
    way: tuple[Neighbour, ...]
    root: str


def path_of(number: int) -> str:
    return f"receipts/{number:04}.txt"


def files_of(lists: Sequence[Sequence[bytes]]) -> dict[str, bytes]:
    """Return a file for each list: a digest in hexadecimal in each line."""
    return {
        path_of(number): "".join(f"{one.hex()}\n" for one in digests).encode()
        for number, digests in enumerate(lists, start=1)
    }


def facts_of(lists: Sequence[Sequence[bytes]]) -> dict[str, object] | None:
    """Return what a manifest says of the lists: how many in each, the roots; None: no lists."""
    if not lists:
        return None
    roots = [root_of([leaf(one) for one in digests]) for digests in lists]
    return {
        "root": root_of(roots).hex(),
        "lists": [
            {"count": len(digests), "root": root.hex()}
            for digests, root in zip(lists, roots, strict=True)
        ],
    }


def newest_with_receipts(campaign: Campaign) -> FrozenRelease | None:
    """Return the newest frozen release, if it holds receipts."""
    frozen = frozen_releases(campaign) if campaign.receipts else []
    release = find_frozen(campaign, frozen[0].number) if frozen else None
    return release if release and release.manifest.get("receipts") else None


def proof_of(release: FrozenRelease, code: str) -> Proof | None:
    """Return the proof that a receipt code is among those of a release; None: it is not."""
    facts: Mapping[str, Any] = release.manifest["receipts"]
    digest = receipt_codes.digest(code)
    number = receipts.list_with(release.frozen.campaign, digest)
    # A list may have been made since this release.
    if number is None or number > len(facts["lists"]):
        return None
    lines = content_of(release, path_of(number)).decode().split()
    place = lines.index(digest.hex())
    leaves = [leaf(bytes.fromhex(line)) for line in lines]
    roots = [bytes.fromhex(one["root"]) for one in facts["lists"]]
    way = (*way_up(leaves, place), *way_up(roots, number - 1))
    return Proof(code, digest.hex(), number, place + 1, way, facts["root"])
