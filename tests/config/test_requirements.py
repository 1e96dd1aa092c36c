"""The locks: exact, hashed, naming no host, and the same versions in each."""

from __future__ import annotations

import re

import pytest

from config.supervisor import BASE_DIR

LOCKS = ("base", "servers", "dev")


def lines_of(lock: str) -> list[str]:
    text = (BASE_DIR / "requirements" / f"{lock}.txt").read_text()
    return text.replace("\\\n", " ").splitlines()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_version_is_exact_and_hashed(lock: str) -> None:
    for line in lines_of(lock):
        assert re.match(r"[a-z0-9._\[\],-]+==\S+( ; .+?)? +--hash=sha256:", line), line


@pytest.mark.parametrize("lock", LOCKS)
def test_no_host_is_named(lock: str) -> None:
    assert "://" not in "\n".join(lines_of(lock))


def test_the_tools_see_what_the_site_runs_with() -> None:
    pinned = {lock: {line.split(" ", 1)[0] for line in lines_of(lock)} for lock in LOCKS}

    assert pinned["base"] | pinned["servers"] <= pinned["dev"]
