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


# Sections of OWASP ASVS 4.0.3 with the numbers of their requirements at levels 1 and 2.
ASVS = """
1.1 1-7; 1.2 1-4; 1.4 1 4 5; 1.5 1-4; 1.6 1-4; 1.7 1 2; 1.8 1 2; 1.9 1 2; 1.10 1; 1.11 1 2; 1.12 2;
1.14 1-6;
2.1 1-12; 2.2 1-3; 2.3 1-3; 2.4 1-5; 2.5 1-7; 2.6 1-3; 2.7 1-6; 2.8 1-7; 2.9 1-3; 2.10 1-4;
3.1 1; 3.2 1-4; 3.3 1-4; 3.4 1-5; 3.5 1-3; 3.7 1;
4.1 1-3 5; 4.2 1 2; 4.3 1-3;
5.1 1-5; 5.2 1-8; 5.3 1-10; 5.4 1-3; 5.5 1-4;
6.1 1-3; 6.2 1-6; 6.3 1 2; 6.4 1 2;
7.1 1-4; 7.2 1 2; 7.3 1 3 4; 7.4 1-3;
8.1 1-4; 8.2 1-3; 8.3 1-8;
9.1 1-3; 9.2 1-4;
10.2 1 2; 10.3 1-3;
11.1 1-8;
12.1 1-3; 12.2 1; 12.3 1-6; 12.4 1 2; 12.5 1 2; 12.6 1;
13.1 1 3-5; 13.2 1-3 5 6; 13.3 1 2; 13.4 1 2;
14.1 1-4; 14.2 1-6; 14.3 2 3; 14.4 1-7; 14.5 1-4
"""
REQUIREMENT = re.compile(r"\b\d+\.\d+\.\d+\b")


def of_level_2() -> list[str]:
    """Return every requirement of levels 1 and 2."""
    found = []
    for section, *numbers in map(str.split, ASVS.split(";")):
        for part in numbers:
            first, _, last = part.partition("-")
            found += [f"{section}.{n}" for n in range(int(first), int(last or first) + 1)]
    return found


def test_every_requirement_of_asvs_is_accounted_for_once_and_its_tests_exist() -> None:
    text = (ROOT / "docs" / "security-asvs.md").read_text(encoding="utf-8")
    overview, _, chapters = text.partition("## V1 ")
    rows = [row.strip("| ").split(" | ") for row in chapters.splitlines() if row[:3] > "| 0"]
    rows = [row for row in rows if REQUIREMENT.match(row[0])]
    numbers = [number for row in rows for number in REQUIREMENT.findall(row[0])]

    assert len(of_level_2()) == 259
    assert sorted(numbers) == sorted(of_level_2())
    told = overview.partition("yours to weigh")[2]
    for listed, state, *where in rows:
        assert state in {"yes", "built so", "operator", "short", "—"}, listed
        tests = re.findall(r"`([a-z_/]*test_\w+\.py)`", " ".join(where))
        assert state != "yes" or tests or "make check" in where[0], listed
        folder = ""
        for test in tests:
            folder = test.rpartition("/")[0] or folder
            name = test.rpartition("/")[2]
            beside = ROOT / "tests" / folder / name
            assert beside.exists() or (ROOT / "tests" / name).exists(), f"{listed}: {test}"
        for number in REQUIREMENT.findall(listed):
            told_on_top = re.search(rf"\b{re.escape(number)}\b", told)
            assert state != "short" or told_on_top, number
