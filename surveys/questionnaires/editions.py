"""A definition of a questionnaire (the YAML of design.md, as plain data) → an Edition. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from surveys.questionnaires.codebook import (
    DONT_KNOW,
    NOT_ANSWERED,
    NOT_APPLICABLE,
    NOT_ASKED,
    OPTION_CODES,
    QUESTION_KINDS,
    SECTION_KINDS,
    Column,
    Edition,
    Option,
    Question,
    Section,
)
from surveys.questionnaires.definitions import (
    BASE_LANGUAGE,
    DRAFT,
    LANGUAGE,
    REVIEWED,
    SLUG,
    WORD,
    DefinitionError,
    Node,
    shown,
)

__all__ = [
    "DONT_KNOW",
    "NOT_ANSWERED",
    "NOT_APPLICABLE",
    "NOT_ASKED",
    "OPTION_CODES",
    "QUESTION_KINDS",
    "SECTION_KINDS",
    "Column",
    "Edition",
    "EditionError",
    "Option",
    "Question",
    "Section",
    "parse",
    "parse_cached",
]

WORDINGS = ("verbatim", "reconstructed")
RESERVED = (
    *("unit_code", "answered_on", "channel", "id", "seconds"),
    *("campaign", "questionnaire", "ticket"),
)
"""Columns of files and fields of forms that stand beside the questions, so no codes of theirs."""

EDITION_KEYS = ("code", "edition", "title", "languages", "scales", "sections")
SECTION_KEYS = ("code", "kind", "title", "questions")
WRITTEN_KEYS = ("code", "kind", "text", "wording")
CHOSEN_KEYS = (*WRITTEN_KEYS, "dont_know", "not_applicable", "short")
QUESTION_KEYS = {
    "rating": (*CHOSEN_KEYS, "scale"),
    "choice": (*CHOSEN_KEYS, "options"),
    "multiple": (*CHOSEN_KEYS, "options", "max"),
    "text": WRITTEN_KEYS,
}
ANY_QUESTION_KEYS = (*QUESTION_KEYS["multiple"], "scale")


class EditionError(DefinitionError):
    """A definition that cannot be a questionnaire; the message says where and why."""


def parse(definition: object) -> Edition:
    """Return the edition a definition describes.

    Raises:
        EditionError: something is missing, unknown, doubled or out of range.
    """
    node = Node(definition, "", EDITION_KEYS, EditionError)
    languages = _languages(node)
    scales = {code: _scale(node, code, languages) for code in _codes(node, node.mapping("scales"))}
    sections = tuple(
        _section(child, languages, scales) for child in node.children("sections", SECTION_KEYS)
    )
    edition = Edition(
        code=node.code("code", SLUG, 50),
        number=node.integer("edition", 1, 999),
        title=node.texts("title", languages),
        languages=languages,
        sections=sections,
        scales=scales,
    )
    _check_whole(node, edition)
    return edition


def _codes(node: Node, scales: Mapping[str, object]) -> list[str]:
    for code in scales:
        if not WORD.fullmatch(code) or len(code) > 30:
            raise node.fail(f"scales.{code}", "a scale's code is like hai_long_5")
    return list(scales)


def _languages(node: Node) -> Mapping[str, str]:
    node.value("languages")
    languages = node.mapping("languages")
    for language, status in languages.items():
        if not LANGUAGE.fullmatch(language):
            raise node.fail(f"languages.{language}", "is no language code")
        if status not in {DRAFT, REVIEWED}:
            raise node.fail(
                f"languages.{language}", f"draft or reviewed is needed, not {shown(status)}"
            )
    if BASE_LANGUAGE not in languages:
        raise node.fail("languages", f"Vietnamese ({BASE_LANGUAGE}) is missing")
    return {language: str(status) for language, status in languages.items()}


def _scale(node: Node, code: str, languages: Mapping[str, str]) -> tuple[Option, ...]:
    scales = Node(
        node.value("scales"), "scales", _codes(node, node.mapping("scales")), EditionError
    )
    levels = tuple(
        Option(level.texts("text", languages), level.integer("points", 0, 1000))
        for level in scales.children(code, ("text", "points"))
    )
    if not 2 <= len(levels) <= 9:
        raise scales.fail(code, f"a scale has 2 to 9 levels, not {len(levels)}")
    points = [level.worth for level in levels]
    if points != sorted(set(points)):
        raise scales.fail(code, "the worst level comes first: points must rise from level to level")
    return levels


def _section(
    node: Node, languages: Mapping[str, str], scales: Mapping[str, tuple[Option, ...]]
) -> Section:
    code = node.code("code", WORD, 30)
    kind = node.word("kind", SECTION_KINDS)
    children = node.children("questions", ANY_QUESTION_KEYS)
    questions = tuple(_question(child, code, languages, scales) for child in children)
    for child, question in zip(children, questions, strict=True):
        if (question.kind == "text") != (kind == "comment"):
            raise child.fail("kind", "text questions, and only they, stand in a comment section")
    if kind == "factor" and all(question.kind != "rating" for question in questions):
        raise node.fail("questions", "a factor needs at least one rating")
    return Section(
        code=code,
        kind=kind,
        title=node.texts("title", languages) if node.has("title") else {},
        questions=questions,
    )


def _question(
    node: Node,
    section: str,
    languages: Mapping[str, str],
    scales: Mapping[str, tuple[Option, ...]],
) -> Question:
    kind = node.word("kind", QUESTION_KINDS)
    for key in ANY_QUESTION_KEYS:
        if node.has(key) and key not in QUESTION_KEYS[kind]:
            raise node.fail(key, f"a {kind} question has no such key")
    code = node.code("code", WORD, 30)
    if code in RESERVED:
        raise node.fail("code", f'"{code}" is a column of files or a field of forms')
    options = _options(node, kind, languages, scales)
    return Question(
        code=code,
        kind=kind,
        text=node.texts("text", languages),
        section=section,
        options=options,
        scale=node.code("scale", WORD, 30) if kind == "rating" else None,
        max=node.integer("max", 1, len(options)) if node.has("max") else None,
        wording=node.word("wording", WORDINGS) if node.has("wording") else None,
        dont_know=node.flag("dont_know", default=False),
        not_applicable=node.flag("not_applicable", default=False),
        short=node.flag("short", default=False),
    )


def _options(
    node: Node,
    kind: str,
    languages: Mapping[str, str],
    scales: Mapping[str, tuple[Option, ...]],
) -> tuple[Option, ...]:
    if kind == "text":
        return ()
    if kind == "rating":
        scale = node.code("scale", WORD, 30)
        if scale not in scales:
            raise node.fail("scale", f'there is no scale "{scale}"')
        return scales[scale]
    options = tuple(
        Option(option.texts("text", languages)) for option in node.children("options", ("text",))
    )
    if not 2 <= len(options) <= len(OPTION_CODES):
        raise node.fail("options", f"2 to {len(OPTION_CODES)} options are needed")
    return options


def _check_whole(node: Node, edition: Edition) -> None:
    """Refuse what no single part shows: doubled codes, two comments, nothing to count."""
    sections: dict[str, str] = {}
    questions: dict[str, str] = {}
    comment = ""
    for i, section in enumerate(edition.sections):
        place = f"sections[{i}]"
        if section.code in sections:
            raise node.fail(f"{place}.code", f"stands already at {sections[section.code]}")
        sections[section.code] = place
        for j, question in enumerate(section.questions):
            here = f"{place}.questions[{j}]"
            if question.code in questions:
                raise node.fail(f"{here}.code", f"stands already at {questions[question.code]}")
            questions[question.code] = here
            if question.kind == "text":
                if comment:
                    raise node.fail(here, f"a sheet has one comment, asked at {comment}")
                comment = here
    if not edition.columns:
        raise node.fail("sections", "at least one question that is no text is needed")


@lru_cache(maxsize=64)
def _parse_text(text: str) -> Edition:
    return parse(json.loads(text))


def parse_cached(definition: Mapping[str, object]) -> Edition:
    """Return `parse(definition)`, the same object for the same content."""
    return _parse_text(json.dumps(definition, ensure_ascii=False))
