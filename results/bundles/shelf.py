"""Which releases are frozen, and their files, for those who ask."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from results.bundles.manifest import MANIFEST, SIGNATURE
from results.downloads.csv_file import BOM
from results.models import Blob, Bundle, BundleFile
from surveys.models import Campaign

# A ZIP cannot say an earlier day; a fixed one gives the same bytes to everybody.
_DECIMAL = re.compile(r"^(\d+)\.(\d\d)$")
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Frozen:
    """A frozen release in a list."""

    campaign: Campaign
    number: int
    released_at: datetime
    reason: str
    final: bool
    merkle_root: str
    signed: bool


@dataclass(frozen=True)
class FrozenRelease:
    """A frozen release with its files by path, and what its manifest says."""

    frozen: Frozen
    bundle: Bundle
    manifest: Mapping[str, Any]
    files: tuple[BundleFile, ...]


def frozen_releases(campaign: Campaign | None = None) -> list[Frozen]:
    """Return the frozen releases of a campaign, or of all, the newest first."""
    bundles = Bundle.objects.select_related("release__campaign").defer("manifest")
    if campaign is not None:
        bundles = bundles.filter(release__campaign=campaign)
    return [_frozen(bundle) for bundle in bundles.order_by("-release__released_at", "-pk")]


def _frozen(bundle: Bundle) -> Frozen:
    release = bundle.release
    return Frozen(
        campaign=release.campaign,
        number=release.number,
        released_at=release.released_at,
        reason=release.reason,
        final=release.final,
        merkle_root=bundle.merkle_root,
        signed=bool(bundle.signature),
    )


def find_frozen(campaign: Campaign, number: int) -> FrozenRelease:
    """Return a frozen release.

    Raises:
        Bundle.DoesNotExist: it is not frozen, or was never made.
    """
    bundle = Bundle.objects.select_related("release__campaign").get(
        release__campaign=campaign, release__number=number
    )
    files = tuple(bundle.files.order_by("path"))
    return FrozenRelease(_frozen(bundle), bundle, json.loads(bytes(bundle.manifest)), files)


def content_of(release: FrozenRelease, path: str) -> bytes:
    """Return one file.

    Raises:
        BundleFile.DoesNotExist: there is none of this path.
    """
    if path == MANIFEST:
        return bytes(release.bundle.manifest)
    if path == SIGNATURE and release.bundle.signature:
        return bytes(release.bundle.signature)
    file = release.bundle.files.select_related("blob").get(path=path)
    return bytes(file.blob.content)


def archive(release: FrozenRelease) -> Iterator[bytes]:
    """Return the ZIP of a release in pieces, a file of it at a time in memory."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in (MANIFEST, SIGNATURE):
            if path == MANIFEST or release.bundle.signature:
                _add(packed, path, content_of(release, path))
        for file in release.files:
            content = Blob.objects.values_list("content", flat=True).get(pk=file.blob_id)
            _add(packed, file.path, bytes(content))
            yield pipe.taken()
    yield pipe.taken()


def _add(packed: zipfile.ZipFile, path: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(path, ZIP_EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    packed.writestr(entry, content)


class _Pipe(io.RawIOBase):
    """Keeps what is written until it is taken away."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def all_figures(release: FrozenRelease, separator: str, decimal: str) -> Iterator[str]:
    """Return the figures of every unit, month and channel as one CSV, a province at a time."""
    paths = [file for file in release.files if file.path.startswith("figures/")]
    for number, file in enumerate(paths):
        content = Blob.objects.values_list("content", flat=True).get(pk=file.blob_id)
        rows = csv.reader(io.StringIO(bytes(content).decode(), newline=""))
        buffer = io.StringIO()
        if number:
            next(rows)
        else:
            buffer.write(BOM)
        writer = csv.writer(buffer, delimiter=separator)
        writer.writerows([_DECIMAL.sub(rf"\1{decimal}\2", value) for value in row] for row in rows)
        yield buffer.getvalue()
