"""The list of a release's files with their hashes, its Merkle root and its signature. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from results.bundles.hash_tree import leaf, root_of

FORMAT = "hai-long-release/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def merkle_root(leaves: Sequence[tuple[str, str]]) -> str:
    """Return the root over the paths and SHA-256 of files, in the order of the manifest.

    What is hashed of a file is its path, a zero byte and its digest (results.bundles.hash_tree).
    """
    row = [leaf(path.encode() + b"\0" + bytes.fromhex(digest)) for path, digest in leaves]
    return root_of(row).hex()


def manifest_of(facts: Mapping[str, object], files: Mapping[str, bytes], public_key: str) -> bytes:
    """Return the manifest of some files by path; the same files give the same bytes.

    Args:
        facts: what the release is; they stand first.
        public_key: of who signs, in hexadecimal; empty when nobody does.
    """
    listed = [
        {"path": path, "size": len(files[path]), "sha256": sha256(files[path])}
        for path in sorted(files)
    ]
    manifest = {
        "format": FORMAT,
        **facts,
        "public_key": public_key,
        "merkle_root": merkle_root([(str(f["path"]), str(f["sha256"])) for f in listed]),
        "files": listed,
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode()


def signing_key(secret: str) -> Ed25519PrivateKey:
    """Return the key a secret text stands for, the same for the same text.

    The secret must be long and random (SIGNING_KEY): the key is its SHA-256.
    """
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(secret.encode()).digest())


def public_key_of(secret: str) -> str:
    """Return the public key in hexadecimal; empty without a secret."""
    return signing_key(secret).public_key().public_bytes_raw().hex() if secret else ""


def signature_of(manifest: bytes, secret: str) -> bytes:
    """Return the signature of a manifest as a line of text; empty without a secret."""
    return f"{signing_key(secret).sign(manifest).hex()}\n".encode() if secret else b""
