"""Ask what is known of the exact versions in requirements/*.txt; the last step of `make check`.

    python -P config/known_holes.py                status 0 where no advisories can be reached
    python -P config/known_holes.py --must-answer  status 2 then (`make audit`)

Nothing but Python is needed: a server has no tools of development.

One question about all packages at once, so that a network that is half there gives a whole answer
or none: a check passes, fails, or says that it does not know, and never by which of a hundred
requests came through. Advisories: OSV (osv.dev), which holds those of PyPA and GitHub.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from http.client import HTTPException
from pathlib import Path
from threading import Thread
from typing import NamedTuple
from urllib.request import Request, urlopen

ADVISORIES = "https://api.osv.dev/v1/querybatch"
REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements"
# For all of it: names that are looked up, connections, a reply that comes by drops.
SECONDS = 10.0
NO_LIST = "what answered is no list of advisories"
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^\s;]+)")


class Package(NamedTuple):
    """A package of the locks, with its exact version."""

    name: str
    version: str


class NotReached(Exception):
    """No advisories could be asked; the message says why."""


def locked(directory: Path = REQUIREMENTS) -> list[Package]:
    """Return every package and version of the locks, once."""
    texts = [lock.read_text(encoding="utf-8") for lock in sorted(directory.glob("*.txt"))]
    lines = (line for text in texts for line in text.splitlines())
    return sorted({Package(*found.groups()) for line in lines if (found := PINNED.match(line))})


def accepted(directory: Path = REQUIREMENTS) -> set[str]:
    """Return the advisories that somebody weighed: `ID why` in requirements/accepted-holes, if any.

    Raises:
        ValueError: a line without a reason.
    """
    file = directory / "accepted-holes"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    said = [line.split(maxsplit=1) for line in lines if line.strip()]
    if bare := [words[0] for words in said if len(words) < 2]:
        raise ValueError(f"{file}: say why {', '.join(bare)} is accepted")
    return {words[0] for words in said}


def ask(
    packages: list[Package], *, address: str = ADVISORIES, seconds: float = SECONDS
) -> dict[Package, list[str]]:
    """Return the ids of the advisories about each package that has any.

    Raises:
        NotReached: no whole answer within so many seconds.
    """
    answers: list[dict[Package, list[str]] | Exception] = []

    def try_it() -> None:
        try:
            answers.append(_asked(packages, address, seconds))
        except (OSError, HTTPException, ValueError) as error:
            answers.append(error)

    # Looking up a name has no limit of its own: who does not come back is left behind.
    asking = Thread(target=try_it, daemon=True)
    asking.start()
    asking.join(seconds)
    if not answers:
        raise NotReached(f"no answer within {seconds:g} s")
    if isinstance(answers[0], Exception):
        raise NotReached(str(answers[0]))
    return answers[0]


def _asked(packages: list[Package], address: str, seconds: float) -> dict[Package, list[str]]:
    queries = [
        {"package": {"name": package.name, "ecosystem": "PyPI"}, "version": package.version}
        for package in packages
    ]
    body = json.dumps({"queries": queries}).encode()
    request = Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 - ours
    with urlopen(request, timeout=seconds) as reply:  # noqa: S310 - ours
        found = json.load(reply)
    results = found.get("results") if isinstance(found, dict) else None
    if not isinstance(results, list) or len(results) != len(packages):
        raise ValueError(NO_LIST)
    return {
        package: ids
        for package, result in zip(packages, results, strict=True)
        if (ids := sorted(_ids(result)))
    }


def _ids(result: object) -> Iterator[str]:
    """Yield the ids of one package's result: `{}`, or `{"vulns": [{"id": …}, …]}`."""
    if not isinstance(result, Mapping) or "next_page_token" in result:  # goes on elsewhere
        raise ValueError(NO_LIST)
    vulns = result.get("vulns", [])
    for vuln in vulns if isinstance(vulns, list) else [None]:
        if not (isinstance(vuln, Mapping) and isinstance(vuln.get("id"), str)):
            raise ValueError(NO_LIST)  # noqa: TRY004 - of what was sent to us, not of our types
        yield vuln["id"]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main(*, must_answer: bool, address: str = ADVISORIES, seconds: float = SECONDS) -> int:
    """Print what is known; return 0, or 1 where a hole is known, or 2 where an answer is a must."""
    packages, passed_over = locked(), accepted()
    try:
        known = ask(packages, address=address, seconds=seconds)
    except NotReached as error:
        _say(f"NOT AUDITED: no advisories reached ({error}).")
        return 2 if must_answer else 0
    holes = {package: sorted({*ids} - passed_over) for package, ids in known.items()}
    for package, ids in holes.items():
        for advisory in ids:
            _say(f"{package.name} {package.version}: https://osv.dev/vulnerability/{advisory}")
    if any(holes.values()):
        _say("Take a mended version, or say in requirements/accepted-holes why not: ID reason")
        return 1
    _say(f"Audited: no hole is known in {len(packages)} packages.")
    return 0


if __name__ == "__main__":
    sys.exit(main(must_answer="--must-answer" in sys.argv[1:]))
