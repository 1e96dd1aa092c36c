"""What the paper points to is there."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAPERS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "surveys").rglob("*.md")),
    *sorted((ROOT / "config").rglob("*.md")),
]
LINK = re.compile(r"""\]\(([^)\s]+)\)|src="([^"]+)""")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"^```.*?^```|`[^`]+`", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"(?<![^\s`])make ([a-z][a-z-]*)|manage\.py ([a-z_]+)")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """Return what GitHub makes of the headings: small letters, hyphens, no punctuation."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", path.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("paper", PAPERS, ids=named)
def test_every_link_leads_somewhere(paper: Path) -> None:
    text = FENCE.sub("", paper.read_text(encoding="utf-8"))

    for target in filter(None, chain(*LINK.findall(text))):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        there = (paper.parent / name).resolve() if name else paper
        assert there.exists(), f"{named(paper)}: {target}"
        if anchor:
            assert anchor in anchors(there), f"{named(paper)}: {target}"


@pytest.mark.parametrize("paper", PAPERS, ids=named)
def test_every_command_exists(paper: Path) -> None:
    targets = re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.M)
    commands = {path.stem for path in ROOT.glob("*/management/commands/*.py")}
    commands |= {
        "createsuperuser",
        "changepassword",
        "migrate",
        "check",
        "makemigrations",
        "clearsessions",
    }

    code = " ".join(CODE.findall(paper.read_text(encoding="utf-8")))
    for target, command in COMMAND.findall(code):
        assert not target or target in targets, f"make {target}"
        assert not command or command in commands, f"manage.py {command}"


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120


def test_every_decision_is_listed() -> None:
    listing = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")

    for record in sorted((ROOT / "docs" / "decisions").glob("0*.md")):
        title = record.read_text(encoding="utf-8").splitlines()[0]
        number, _, decision = title.removeprefix("# ").partition(": ")
        assert f"[{number}]({record.name}) | {decision} |" in listing
