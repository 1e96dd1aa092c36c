"""Parts of a document of an edition by their address, and moving them. Pure.

    head        code, edition, title, languages
    s2          the third section without its questions
    s2q0        its first question
    scale-CODE  a scale, such as scale-hai_long_5

One past the end of a list is the address of a part still to be written, as "scale-" is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from surveys.questionnaires.definitions import BASE_LANGUAGE

HEAD = "head"
HEAD_KEYS = ("code", "edition", "title", "languages")
ADDRESS = re.compile(r"s(?P<section>\d{1,3})(?:q(?P<question>\d{1,3}))?")
SCALE = "scale-"


class NoSuchPart(LookupError):
    """An address at which the document has nothing, and nothing can be put."""


@dataclass(frozen=True)
class Address:
    """Where a part stands: the head, a scale, a section or a question."""

    kind: str  # "head", "scale", "section" or "question"
    section: int = 0
    question: int = 0
    scale: str = ""

    def __str__(self) -> str:
        if self.kind == "scale":
            return SCALE + self.scale
        if self.kind == "section":
            return f"s{self.section}"
        return f"s{self.section}q{self.question}" if self.kind == "question" else HEAD

    @property
    def place(self) -> str:
        """The place as faults call it."""
        if self.kind == "scale":
            return f"scales.{self.scale}"
        section = f"sections[{self.section}]"
        if self.kind == "section":
            return section
        return f"{section}.questions[{self.question}]" if self.kind == "question" else ""


def address(text: str) -> Address:
    """Return the address a text is.

    Raises:
        NoSuchPart: it is none.
    """
    if text == HEAD:
        return Address("head")
    if text.startswith(SCALE):
        return Address("scale", scale=text.removeprefix(SCALE))
    found = ADDRESS.fullmatch(text)
    if found is None or not text.isascii():
        raise NoSuchPart(text)
    section = int(found["section"])
    if found["question"] is None:
        return Address("section", section)
    return Address("question", section, int(found["question"]))


def sections(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the sections of a document, however broken it is."""
    found = document.get("sections")
    return [s for s in found if isinstance(s, dict)] if isinstance(found, list) else []


def questions(section: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the questions of a section, however broken it is."""
    found = section.get("questions")
    return [q for q in found if isinstance(q, dict)] if isinstance(found, list) else []


def scales(document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the scales of a document, however broken it is."""
    found = document.get("scales")
    return {
        str(code): levels if isinstance(levels, list) else []
        for code, levels in _mapping(found).items()
    }


def _mapping(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def part(document: Mapping[str, Any], at: Address) -> Any:
    """Return the part at an address; None where one is still to be written.

    Raises:
        NoSuchPart: nothing is there, and nothing can be put there.
    """
    if at.kind == "head":
        return {key: document[key] for key in HEAD_KEYS if key in document}
    if at.kind == "scale":
        found = scales(document).get(at.scale)
        if found is None and at.scale:
            raise NoSuchPart(str(at))
        return found
    section = _entry(sections(document), at.section, at)
    if at.kind == "section":
        return section and {key: section[key] for key in section if key != "questions"}
    if section is None:
        raise NoSuchPart(str(at))
    return _entry(questions(section), at.question, at)


def _entry(rows: list[dict[str, Any]], index: int, at: Address) -> dict[str, Any] | None:
    if index > len(rows):
        raise NoSuchPart(str(at))
    return rows[index] if index < len(rows) else None


def texts(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Yield every map of texts by language with the way to it from the document."""
    yield from _texts(document, ("title",))
    for code, levels in scales(document).items():
        for number in range(len(levels)):
            yield from _texts(document, ("scales", code, number, "text"))
    for i, section in enumerate(sections(document)):
        yield from _texts(document, ("sections", i, "title"))
        for j, question in enumerate(questions(section)):
            way = ("sections", i, "questions", j)
            yield from _texts(document, (*way, "text"))
            options = question.get("options")
            for number in range(len(options) if isinstance(options, list) else 0):
                yield from _texts(document, (*way, "options", number, "text"))


def _texts(
    document: Mapping[str, Any], way: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    node: Any = document
    try:
        for step in way:
            node = node[step]
    except (KeyError, IndexError, TypeError):
        return
    if isinstance(node, dict):
        yield way, node


def languages(document: Mapping[str, Any]) -> list[str]:
    """Return the languages a document lists, Vietnamese first, however broken it is."""
    found = {str(code) for code in _mapping(document.get("languages"))} | {BASE_LANGUAGE}
    return sorted(found, key=lambda code: (code != BASE_LANGUAGE, code))


def with_part(
    document: Mapping[str, Any], at: Address, value: Any, *, insert: bool = False
) -> dict[str, Any]:
    """Return a copy of a document with a part replaced or added; None takes it away.

    Args:
        value: the part; of a scale its code and its levels.
        insert: puts the part before the one that stands there, a section with its questions.
    """
    copy: dict[str, Any] = deepcopy(dict(document))
    if at.kind == "head":
        return _with_head(copy, value)
    if at.kind == "scale":
        copy["scales"] = scales(copy)
        code, levels = value if value else (at.scale, None)
        copy["scales"].pop(at.scale, None)
        if levels is not None:
            copy["scales"][code] = levels
        return copy
    copy["sections"] = sections(copy)
    if at.kind == "section":
        if value is not None and not insert:
            old = _entry(copy["sections"], at.section, at) or {}
            value = {**value, "questions": questions(old)}
        _put(copy["sections"], at.section, value, insert=insert)
        return copy
    section = copy["sections"][at.section]
    section["questions"] = questions(section)
    _put(section["questions"], at.question, value, insert=insert)
    return copy


def _put(rows: list[dict[str, Any]], index: int, value: Any, *, insert: bool) -> None:
    rows[index : index + (not insert)] = [] if value is None else [value]


def _with_head(copy: dict[str, Any], head: Mapping[str, Any]) -> dict[str, Any]:
    gone = _mapping(copy.get("languages")).keys() - _mapping(head.get("languages")).keys()
    copy = {**{key: copy[key] for key in copy if key not in HEAD_KEYS}, **head}
    body = {key: without_languages(copy[key], gone) for key in copy if key not in HEAD_KEYS}
    return {**head, **body}


def without_languages(node: Any, gone: set[Any]) -> Any:
    """Return a part without the texts in some languages."""
    if isinstance(node, list):
        return [without_languages(child, gone) for child in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {language: text for language, text in child.items() if language not in gone}
        if key in {"text", "title"} and isinstance(child, dict)
        else without_languages(child, gone)
        for key, child in node.items()
    }


def moved(document: Mapping[str, Any], at: Address, by: int) -> dict[str, Any]:
    """Return a copy with a section or question moved up (-1) or down (1).

    A question at the end of its section goes on into the next one.

    Raises:
        NoSuchPart: it is not there, or there is no way further.
    """
    copy: dict[str, Any] = deepcopy(dict(document))
    rows = copy["sections"] = sections(copy)
    if part(copy, at) is None or at.kind not in {"section", "question"}:
        raise NoSuchPart(str(at))
    if at.kind == "section":
        _swap(rows, at.section, by, at)
        return copy
    here = rows[at.section]["questions"] = questions(rows[at.section])
    if 0 <= at.question + by < len(here):
        _swap(here, at.question, by, at)
        return copy
    if not 0 <= at.section + by < len(rows):
        raise NoSuchPart(str(at))
    there = rows[at.section + by]["questions"] = questions(rows[at.section + by])
    there.insert(0 if by > 0 else len(there), here.pop(at.question))
    return copy


def _swap(rows: list[dict[str, Any]], index: int, by: int, at: Address) -> None:
    if not 0 <= index + by < len(rows):
        raise NoSuchPart(str(at))
    rows[index], rows[index + by] = rows[index + by], rows[index]
