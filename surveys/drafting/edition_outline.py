"""A draft as the page lists it: sections, questions and scales with their addresses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from surveys.drafting import edition_parts
from surveys.drafting.edition_parts import Address
from surveys.drafting.edition_words import KINDS
from surveys.questionnaires import languages
from surveys.questionnaires.definitions import BASE_LANGUAGE, REVIEWED
from surveys.questionnaires.edition_documents import digest


@dataclass(frozen=True)
class Line:
    """A part of a draft. `digest` tells it from any other, `wrong` says that it has a fault."""

    at: Address
    code: str
    text: str
    kind: object  # in words
    digest: str
    wrong: bool
    first: bool
    last: bool
    options: str = ""


@dataclass(frozen=True)
class Group:
    """A section with its questions; `next` is where another question would stand."""

    line: Line
    questions: list[Line]
    next: Address


@dataclass(frozen=True)
class Tongue:
    """A language of a draft with how many of its texts there are."""

    code: str
    reviewed: bool
    written: int
    texts: int

    @property
    def name(self) -> str:
        return languages.name(self.code)


@dataclass(frozen=True)
class Outline:
    """A whole draft; `next` is where another section would stand."""

    groups: list[Group]
    next: Address
    scales: list[Line]
    languages: list[Tongue]


def outline(document: Mapping[str, Any], wrong: Collection[str]) -> Outline:
    """Return what a draft has, however broken; `wrong` are the addresses of parts with faults."""
    sections = edition_parts.sections(document)
    groups = [_group(document, i, len(sections), wrong) for i in range(len(sections))]
    scales = [
        _line(document, Address("scale", scale=code), wrong, first=True, last=True)
        for code in sorted(edition_parts.scales(document))
    ]
    return Outline(groups, Address("section", len(sections)), scales, _tongues(document))


def _group(document: Mapping[str, Any], i: int, count: int, wrong: Collection[str]) -> Group:
    questions = edition_parts.questions(edition_parts.sections(document)[i])
    at_end = i == count - 1
    # At the end of its section a question goes on into the next one.
    lines = [
        _line(
            document,
            Address("question", i, j),
            wrong,
            first=i == j == 0,
            last=at_end and j == len(questions) - 1,
        )
        for j in range(len(questions))
    ]
    line = _line(document, Address("section", i), wrong, first=i == 0, last=at_end)
    return Group(line, lines, Address("question", i, len(questions)))


def _line(
    document: Mapping[str, Any], at: Address, wrong: Collection[str], *, first: bool, last: bool
) -> Line:
    node = edition_parts.part(document, at)
    found = node if isinstance(node, dict) else {}
    options = node if at.kind == "scale" else found.get("options")
    kind = str(found.get("kind", ""))
    told = [_words(one.get("text")) for one in _rows(options)]
    if scale := found.get("scale"):
        told = [str(scale)]
    return Line(
        at,
        at.scale if at.kind == "scale" else str(found.get("code", "")),
        _words(found.get("title" if at.kind == "section" else "text")),
        KINDS.get(kind, kind),
        digest(node),
        str(at) in wrong,
        first=first,
        last=last,
        options="; ".join(told),
    )


def _rows(options: object) -> list[dict[str, Any]]:
    return [o for o in options if isinstance(o, dict)] if isinstance(options, list) else []


def _words(texts: object) -> str:
    if not isinstance(texts, dict):
        return ""
    return str(texts.get(BASE_LANGUAGE) or next(iter(texts.values()), ""))


def _tongues(document: Mapping[str, Any]) -> list[Tongue]:
    texts = [texts for _way, texts in edition_parts.texts(document)]
    statuses = document.get("languages")
    known = statuses if isinstance(statuses, dict) else {}
    return [
        Tongue(code, known.get(code) == REVIEWED, sum(bool(t.get(code)) for t in texts), len(texts))
        for code in edition_parts.languages(document)
    ]
